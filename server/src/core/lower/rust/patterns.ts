import type { Draft } from '../../ir/block-order';
import { type Mask, NEG, NONZERO, type Operand, POS, ZERO } from '../../ir/ir';
import { operand } from '../../ir/operand';
import { dropGlue } from '../../rust/drops';
import { childrenOf, elementsOf } from '../../rust/nodes';
import { newVariable, type RustType, referenceTo, resolve } from '../../rust/types';
import type { SyntaxNode } from '../../syntax/node';
import type { Span } from '../../text';
import { memberOf } from './expressions';
import { type Lowering, plain, type Value } from './lowering';
import { choiceOf, emptyAt, isScalar } from './shapes';

/** The case of an Option or Result in which a variant matches. */
const CASES: Readonly<Record<string, Mask>> = { Some: NONZERO, None: ZERO, Ok: POS | ZERO, Err: NEG };

/** Goes to `yes` where the value matches the pattern; what it binds is declared later, by `bindPattern`. */
export function testPattern(lowering: Lowering, pattern: SyntaxNode, value: Value, yes: Draft, no: Draft): void {
  lowering.nested(
    pattern,
    () => test(lowering, pattern, value, yes, no),
    () => lowering.either(pattern, yes, no),
  );
}

function test(lowering: Lowering, pattern: SyntaxNode, value: Value, yes: Draft, no: Draft): void {
  const { builder } = lowering;
  const span = lowering.spanOf(pattern);
  const variant = variantOf(pattern);
  const known = variant !== null && Object.hasOwn(CASES, variant) ? CASES[variant] : undefined;
  if (known !== undefined) {
    const parts = partsOf(lowering, pattern, value);
    const next = parts.length > 0 ? builder.newBlock() : yes;
    builder.branch(value.operand, span, next, no, known);
    if (parts.length > 0) {
      builder.moveTo(next);
      testAll(lowering, parts, yes, no);
    }
    return;
  }
  switch (pattern.type) {
    case 'or_pattern': {
      const ways = patternsIn(pattern);
      // `_` is a token without a name; it is matched whatever the others say.
      const isAny = ways.length === 0 || pattern.children.some(child => child?.type === '_');
      for (const [i, way] of ways.entries()) {
        const next = i === ways.length - 1 && !isAny ? no : builder.newBlock();
        testPattern(lowering, way, value, yes, next);
        builder.moveTo(next);
      }
      if (isAny) builder.jump(yes);
      return;
    }
    case 'mut_pattern':
    case 'ref_pattern':
    case 'captured_pattern':
    case 'reference_pattern':
    case 'match_pattern':
    case 'tuple_pattern':
      testAll(lowering, partsOf(lowering, pattern, value), yes, no);
      return;
    case 'struct_pattern':
    case 'tuple_struct_pattern': {
      const next = builder.newBlock();
      // A path names a variant, which may be another one.
      if ((pattern.childForFieldName('type')?.text ?? '').includes('::')) {
        lowering.either(pattern, next, no);
        builder.moveTo(next);
      } else builder.fallInto(next);
      testAll(lowering, partsOf(lowering, pattern, value), yes, no);
      return;
    }
    case 'identifier':
      if (!/^[A-Z]/.test(pattern.text)) break;
      builder.branch(operand.operator('==', value.operand, constantOf(pattern)), span, yes, no);
      return;
    case 'boolean_literal':
      if (pattern.text === 'true') builder.branch(value.operand, span, yes, no);
      else builder.branch(value.operand, span, no, yes);
      return;
    case 'integer_literal':
    case 'negative_literal':
      builder.branch(operand.operator('==', value.operand, constantOf(pattern)), span, yes, no);
      return;
    case 'shorthand_field_identifier':
    case 'self':
    case '_':
    case 'remaining_field_pattern':
      break;
    default:
      lowering.either(pattern, yes, no);
      return;
  }
  builder.jump(yes);
}

function testAll(lowering: Lowering, parts: readonly Part[], yes: Draft, no: Draft): void {
  const { builder } = lowering;
  for (const { pattern, value } of parts) {
    const next = builder.newBlock();
    testPattern(lowering, pattern, value, next, no);
    builder.moveTo(next);
  }
  builder.jump(yes);
}

/** Declares what a pattern binds. A part that is bound by value moves out of the local that it was in. */
export function bindPattern(lowering: Lowering, pattern: SyntaxNode, value: Value): void {
  lowering.nested(
    pattern,
    () => bind(lowering, pattern, value),
    () => {},
  );
}

function bind(lowering: Lowering, pattern: SyntaxNode, value: Value): void {
  switch (pattern.type) {
    case 'identifier':
    case 'shorthand_field_identifier': {
      if (/^[A-Z]/.test(pattern.text)) return;
      const known = lowering.typeOf(pattern);
      const type = known.kind === 'variable' && !known.bound ? value.type : known;
      const taken = lowering.take({ ...value, type }, pattern);
      lowering.declare(pattern.text, lowering.spanOf(pattern), type, taken);
      return;
    }
    case 'or_pattern': {
      // All ways bind the same names.
      const [first] = patternsIn(pattern);
      if (first) bindPattern(lowering, first, value);
      return;
    }
    default:
      for (const part of partsOf(lowering, pattern, value)) bindPattern(lowering, part.pattern, part.value);
  }
}

interface Part {
  readonly pattern: SyntaxNode;
  readonly value: Value;
}

/** The patterns inside of a pattern, each with what it is matched against. */
function partsOf(lowering: Lowering, pattern: SyntaxNode, value: Value): Part[] {
  const inner = patternsIn(pattern);
  switch (pattern.type) {
    case 'mut_pattern':
    case 'ref_pattern':
    case 'captured_pattern':
    case 'reference_pattern':
    case 'match_pattern':
      return inner.map(part => ({ pattern: part, value }));
    case 'tuple_pattern':
      return numberedParts(lowering, pattern, value);
    case 'tuple_struct_pattern': {
      const variant = variantOf(pattern) ?? '';
      if (!Object.hasOwn(CASES, variant)) return numberedParts(lowering, pattern, value);
      return inner.slice(1).map(part => ({ pattern: part, value: payloadOf(lowering, value, variant, part) }));
    }
    case 'struct_pattern':
      return pattern.namedChildren.flatMap(field => {
        const name = field?.type === 'field_pattern' ? field.childForFieldName('name') : null;
        const part = field?.childForFieldName('pattern') ?? name;
        return name && part ? [{ pattern: part, value: partOf(lowering, value, name.text, part) }] : [];
      });
    default:
      return [];
  }
}

function numberedParts(lowering: Lowering, pattern: SyntaxNode, value: Value): Part[] {
  return elementsOf(pattern, lowering.items.sizeOf(value.type)).map(({ node, index }) => ({
    pattern: node,
    value: partOf(lowering, value, String(index), node),
  }));
}

/** What a value that is taken apart leaves: it ends where nothing names it. */
export function dropRest(lowering: Lowering, pattern: SyntaxNode, value: Value, span: Span): void {
  const { operand: place, type } = value;
  const glue = dropGlue(lowering.items, type);
  if (!glue || /\bref\b/.test(pattern.text)) return;
  if (pattern.text === '_') {
    lowering.drop(place, type, span, span, false);
    return;
  }
  const variant = pattern.type === 'tuple_struct_pattern' ? (variantOf(pattern) ?? '') : '';
  if (Object.hasOwn(CASES, variant)) {
    for (const part of partsOf(lowering, pattern, value)) dropRest(lowering, part.pattern, part.value, span);
    return;
  }
  if (!/^(?:tuple|struct|tuple_struct)_pattern$/.test(pattern.type)) return;
  const named = new Map<string, SyntaxNode>();
  if (pattern.type === 'struct_pattern') {
    for (const field of pattern.namedChildren) {
      const name = field?.type === 'field_pattern' ? field.childForFieldName('name') : null;
      if (field && name) named.set(name.text, field.childForFieldName('pattern') ?? name);
    }
  } else for (const { node, index } of elementsOf(pattern, lowering.items.sizeOf(type))) named.set(String(index), node);
  for (const { name, glue: part } of glue.fields) {
    const inner = { ...plain(operand.field(place, name, emptyAt(span)), part.type), fresh: true };
    const by = named.get(name);
    if (by) dropRest(lowering, by, inner, span);
    else lowering.drop(inner.operand, part.type, span, span, false);
  }
}

/** What a variant holds is the same pointer; of an error or a number nothing else is known. */
function payloadOf(lowering: Lowering, value: Value, variant: string, pattern: SyntaxNode): Value {
  const payload = variant === 'Err' ? null : choiceOf(value.type)?.payload;
  const known = lowering.typeOf(pattern);
  const type: RustType = payload ?? known;
  if (variant !== 'Err' && !isScalar(type)) return { ...value, type };
  const given: Operand = variant === 'Err' ? value.operand : operand.unknown(lowering.spanOf(pattern).start);
  return plain(given, type);
}

/** A field of what is matched: matching through a reference binds references. */
function partOf(lowering: Lowering, value: Value, name: string, pattern: SyntaxNode): Value {
  const field = lowering.items.field(value.type, name) ?? newVariable();
  const isBorrowed = resolve(value.type).kind === 'reference';
  return memberOf(lowering, value, name, isBorrowed ? referenceTo(field) : field, pattern);
}

/** `Some` of `Some(x)`, `None`; null for patterns without a name of their own. */
function variantOf(pattern: SyntaxNode): string | null {
  const named = pattern.type === 'tuple_struct_pattern' ? pattern.childForFieldName('type') : pattern;
  if (!named || !/identifier$/.test(named.type)) return null;
  return named.text.split('::').at(-1) ?? null;
}

function constantOf(pattern: SyntaxNode): Operand {
  const { text } = pattern;
  if (/^E[A-Z0-9]+$/.test(text)) return operand.constant(`-${text}`);
  return operand.constant(/^-?\d/.test(text) ? (/^-?\d+/.exec(text.replace(/_/g, ''))?.[0] ?? '0') : text);
}

function patternsIn(pattern: SyntaxNode): SyntaxNode[] {
  const condition = pattern.childForFieldName('condition');
  return childrenOf(pattern).filter(
    child => child.type !== 'mutable_specifier' && child.startIndex !== condition?.startIndex,
  );
}
