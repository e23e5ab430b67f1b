import type { Table } from '../knowledge/load';
import type { SyntaxNode } from '../syntax/node';
import type { Span } from '../text';
import { typeCall, typeMethodCall } from './calls';
import { type FunctionSource, readFunction } from './collect';
import { typeFor, typeIf, typeMatch, typeWhile } from './control';
import type { Items } from './items';
import { typeMacro } from './macros';
import { parseType } from './parse-type';
import { bindPattern } from './patterns';
import { typePath, typeStruct } from './places';
import { Scopes } from './scope';
import { newVariable, pathType, pointerTo, type RustType, referenceTo, resolve, UNIT } from './types';
import { unify } from './unify';
import {
  type Local,
  type LockState,
  type RustEvent,
  type TypedExpression,
  UNKNOWN_VALUE,
  type Value,
  valueOf,
} from './value';

/** Where text that is re-parsed (the arguments of a macro) stands in the file. */
export type Reparse = (start: number, end: number, wrap: (text: string) => string) => SyntaxNode | null;

/** Deeper expressions are not followed: no kernel function comes near. */
const MAX_DEPTH = 200;

/** What typing a file needs besides its tree. */
export interface TypingContext {
  readonly items: Items;
  readonly table: Table;
  readonly text: string;
  readonly reparse: Reparse;
}

const BOOL = pathType('bool');

/**
 * Infers the types of one function's expressions in the order in which they run, as the compiler does it: types flow
 * down from what is expected and up from what is known, and variables meet them in between.
 */
export class Typer {
  readonly expressions: TypedExpression[] = [];
  readonly events: RustEvent[] = [];
  readonly scopes = new Scopes();
  readonly items: Items;
  /** Set while text of a macro is read: its offsets are relative to it. */
  base = 0;
  /** The types that `return` and `?` leave with. */
  result: RustType = UNIT;
  self: RustType | null = null;
  tooDeep = false;
  #depth = 0;
  #held: LockState = 'unknown';

  constructor(
    readonly context: TypingContext,
    readonly name: string,
  ) {
    this.items = context.items;
  }

  /** Types a function: its parameters, then its body against the declared result. */
  run({ node, item }: FunctionSource): void {
    this.result = item.result;
    this.self = item.owner;
    const nodes = (node.childForFieldName('parameters')?.namedChildren ?? []).filter(
      param => param?.type === 'parameter' || param?.type === 'self_parameter',
    );
    item.params.forEach(({ name, type }, i) => {
      const param = nodes[i];
      if (!param) return;
      const raw = resolve(type).kind === 'pointer' || this.#isNonNull(type);
      const value = valueOf(type, {
        owned: raw && item.adopts === name,
        backing: raw ? this.#backingOf(item.result, type) : null,
      });
      if (param.type === 'self_parameter') {
        const self = param.namedChildren.find(child => child?.type === 'self') ?? param;
        this.declare('self', self, value);
      } else {
        const pattern = param.childForFieldName('pattern');
        if (pattern) bindPattern(this, pattern, value);
      }
    });
    const body = node.childForFieldName('body');
    if (body) this.infer(body, item.result);
  }

  /** What the caller promises of a raw parameter: a function that makes a reference of it needs what that one needs. */
  #backingOf(result: RustType, param: RustType) {
    const made = this.items.handleIn(result)?.handle ?? null;
    const own = this.items.handleIn(param)?.handle ?? null;
    return own === 'raw' ? made : own;
  }

  #isNonNull(type: RustType): boolean {
    const found = resolve(type);
    return found.kind === 'path' && found.name === 'NonNull';
  }

  spanOf(node: SyntaxNode): Span {
    return { start: node.startIndex + this.base, end: node.endIndex + this.base };
  }

  /** Declares a local; the place of its name says what it is. */
  declare(name: string, at: SyntaxNode, value: Value): Local {
    const { type, owned, backing, nullable } = value;
    const local: Local = { name, span: this.spanOf(at), type, owned, backing, nullable, moved: false };
    this.scopes.declare(local);
    this.record(at, { ...value, local });
    return local;
  }

  record(node: SyntaxNode, value: Value): void {
    const span = this.spanOf(node);
    this.expressions.push({ span, function: this.name, value, lock: this.lock });
  }

  /** What is known of mmap_lock here: guards that live, or calls of the C functions. */
  get lock(): LockState {
    for (const local of this.scopes.alive) {
      if (local.moved) continue;
      const guard = this.items.handleIn(local.type)?.guard;
      if (guard === 'mmap_write') return 'write';
      if (guard === 'mmap_read' && !isOption(local.type)) return 'read';
    }
    return this.#held;
  }

  /** A C function took or released the lock. */
  noteLock(state: LockState): void {
    this.#held = state;
  }

  /** Types a node that is an expression, against what is expected of it. */
  infer(node: SyntaxNode, expected: RustType | null = null): Value {
    if (this.#depth >= MAX_DEPTH) {
      this.tooDeep = true;
      return UNKNOWN_VALUE();
    }
    this.#depth++;
    const value = this.#infer(node, expected);
    this.#depth--;
    if (expected) unify(value.type, expected);
    if (RECORDED.has(node.type)) this.record(node, value);
    return value;
  }

  #infer(node: SyntaxNode, expected: RustType | null): Value {
    switch (node.type) {
      case 'identifier':
      case 'self':
        return this.#local(node) ?? typePath(this, node);
      case 'scoped_identifier':
        return typePath(this, node);
      case 'field_expression':
        return this.#field(node);
      case 'call_expression':
        return node.childForFieldName('function')?.type === 'field_expression' ||
          isGenericMethod(node.childForFieldName('function'))
          ? typeMethodCall(this, node, expected)
          : typeCall(this, node, expected);
      case 'reference_expression':
        return this.#reference(node, expected);
      case 'unary_expression':
        return this.#unary(node, expected);
      case 'try_expression':
        return this.#try(node);
      case 'struct_expression':
        return typeStruct(this, node, expected);
      case 'type_cast_expression': {
        const type = node.childForFieldName('type');
        const value = this.inferChild(node, 'value');
        return { ...value, type: type ? parseType(type.text) : newVariable(), local: null };
      }
      case 'block':
        return this.block(node, expected);
      case 'unsafe_block':
      case 'async_block':
      case 'const_block':
      case 'parenthesized_expression':
        return this.#last(node, expected);
      case 'if_expression':
        return typeIf(this, node, expected);
      case 'match_expression':
        return typeMatch(this, node, expected);
      case 'while_expression':
      case 'loop_expression':
        return typeWhile(this, node);
      case 'for_expression':
        return typeFor(this, node);
      case 'closure_expression':
        return this.#closure(node, expected);
      case 'macro_invocation':
        return typeMacro(this, node, expected);
      case 'return_expression':
        this.#last(node, this.result, true);
        return valueOf(newVariable());
      case 'break_expression':
        this.#last(node, null);
        return valueOf(newVariable());
      case 'assignment_expression': {
        const left = this.inferChild(node, 'left');
        const right = this.inferChild(node, 'right', left.type);
        this.move(right);
        if (left.local) Object.assign(left.local, { moved: false, owned: right.owned, backing: right.backing });
        return valueOf(UNIT);
      }
      case 'compound_assignment_expr':
        this.inferChild(node, 'left');
        this.inferChild(node, 'right');
        return valueOf(UNIT);
      case 'binary_expression':
        this.inferChild(node, 'left');
        this.inferChild(node, 'right');
        return valueOf(
          /^(?:[=!]=|[<>]=?|&&|\|\|)$/.test(node.childForFieldName('operator')?.text ?? '') ? BOOL : newVariable(),
        );
      case 'tuple_expression':
        return valueOf({ kind: 'tuple', items: this.#all(node).map(({ type }) => type) });
      case 'let_condition':
      case 'let_chain':
      case 'index_expression':
      case 'array_expression':
      case 'range_expression':
      case 'await_expression':
      case 'yield_expression':
        this.#all(node);
        return UNKNOWN_VALUE();
      default:
        return UNKNOWN_VALUE();
    }
  }

  inferChild(node: SyntaxNode, field: string, expected: RustType | null = null): Value {
    const child = node.childForFieldName(field);
    return child ? this.infer(child, expected) : UNKNOWN_VALUE();
  }

  /** The value leaves the local that it was read from, when it is not one that is copied. */
  move({ local, type }: Value): void {
    const found = resolve(type);
    if (local && found.kind === 'path') local.moved = true;
  }

  block(node: SyntaxNode, expected: RustType | null): Value {
    return this.scopes.within(() => {
      let last: Value = valueOf(UNIT);
      for (const child of node.namedChildren) if (child) last = this.#statement(child, node, expected);
      this.move(last);
      return { ...last, local: null };
    });
  }

  #statement(node: SyntaxNode, block: SyntaxNode, expected: RustType | null): Value {
    switch (node.type) {
      case 'let_declaration':
        this.#let(node);
        return valueOf(UNIT);
      case 'expression_statement': {
        const inner = node.namedChildren.find(child => child && !isComment(child));
        if (!inner) return valueOf(UNIT);
        const isStatement = node.children.at(-1)?.type === ';';
        const isLast = !isStatement && node.endIndex === lastEnd(block);
        const value = this.infer(inner, isLast ? expected : null);
        if (isLast) return value;
        this.events.push({
          kind: 'discard',
          span: this.spanOf(node),
          valueSpan: this.spanOf(inner),
          value,
          wildcard: false,
        });
        return valueOf(UNIT);
      }
      case 'function_item': {
        const nested = new Typer(this.context, node.childForFieldName('name')?.text ?? this.name);
        nested.base = this.base;
        nested.run(readFunction(node, { owner: null, generics: [], associated: new Map() }, this.items));
        this.expressions.push(...nested.expressions);
        return valueOf(UNIT);
      }
      default:
        if (isComment(node) || !isExpression(node)) return valueOf(UNIT);
        return this.infer(node, expected);
    }
  }

  #let(node: SyntaxNode): void {
    const pattern = node.childForFieldName('pattern');
    const declared = node.childForFieldName('type');
    const type = declared ? parseType(declared.text) : null;
    const initial = node.childForFieldName('value');
    const value = initial ? this.infer(initial, type) : valueOf(type ?? newVariable());
    const otherwise = node.childForFieldName('alternative');
    if (otherwise) this.scopes.branch([() => (this.infer(otherwise), false), () => true]);
    if (!pattern) return;
    if (pattern.text === '_' && initial)
      this.events.push({
        kind: 'discard',
        span: this.spanOf(node),
        valueSpan: this.spanOf(initial),
        value,
        wildcard: true,
      });
    else this.move(value);
    bindPattern(this, pattern, type ? { ...value, type } : value);
  }

  #local(node: SyntaxNode): Value | null {
    const local = this.scopes.lookup(node.text);
    if (!local) return null;
    const { type, owned, backing, nullable } = local;
    return { type, owned, backing, nullable, local };
  }

  #field(node: SyntaxNode): Value {
    const whole = this.inferChild(node, 'value');
    const name = node.childForFieldName('field')?.text ?? '';
    const type = this.items.field(whole.type, name) ?? newVariable();
    const raw = resolve(type).kind === 'pointer';
    const backing = raw && this.items.handleIn(type) ? (this.items.handleIn(whole.type)?.handle ?? 'users') : null;
    return valueOf(type, {
      backing,
      owned: this.#isNonNull(type),
      nullable: raw && this.items.handleIn(type) !== null,
    });
  }

  #reference(node: SyntaxNode, expected: RustType | null): Value {
    const raw = node.children.some(child => child?.type === 'raw');
    const mutable = node.children.some(child => child?.type === 'mutable_specifier');
    const wanted = expected && resolve(expected);
    const inner = wanted?.kind === 'reference' || wanted?.kind === 'pointer' ? wanted.of : null;
    // What is expected behind a reference guides inference, but deref coercion may still come between.
    const place = this.inferChild(
      node,
      'value',
      inner && resolve(inner).kind === 'path' && canGuide(node) ? inner : null,
    );
    const type = raw ? pointerTo(place.type, mutable) : referenceTo(place.type, mutable);
    return valueOf(type, { backing: raw ? (this.items.handleIn(place.type)?.handle ?? null) : null });
  }

  #unary(node: SyntaxNode, expected: RustType | null): Value {
    const operator = node.children[0]?.type;
    const operand = node.namedChildren.find(child => child && !isComment(child));
    if (!operand) return UNKNOWN_VALUE();
    if (operator !== '*') return valueOf(this.infer(operand).type);
    const value = this.infer(operand);
    const found = resolve(value.type);
    if (found.kind === 'pointer') return valueOf(found.of);
    const target = this.items.deref(value.type);
    return valueOf(target ?? expected ?? newVariable());
  }

  #try(node: SyntaxNode): Value {
    const inner = node.namedChildren.find(child => child && !isComment(child));
    if (!inner) return UNKNOWN_VALUE();
    const found = resolve(this.infer(inner).type);
    const known = found.kind === 'path' && (found.name === 'Option' || found.name === 'Result');
    return valueOf(known ? (found.args[0] ?? UNIT) : newVariable());
  }

  #closure(node: SyntaxNode, expected: RustType | null): Value {
    const wanted = expected && resolve(expected);
    const hint = wanted?.kind === 'function' ? wanted : null;
    const params: RustType[] = [];
    const result = hint?.result ?? newVariable();
    const outer = this.result;
    this.result = result;
    this.scopes.within(() => {
      for (const param of node.childForFieldName('parameters')?.namedChildren ?? []) {
        if (!param || isComment(param)) continue;
        const type = param.type === 'parameter' ? param.childForFieldName('type') : null;
        const known = type ? parseType(type.text) : (hint?.params[params.length] ?? newVariable());
        params.push(known);
        const pattern = param.type === 'parameter' ? param.childForFieldName('pattern') : param;
        if (pattern) bindPattern(this, pattern, valueOf(known));
      }
      const body = node.childForFieldName('body');
      if (body) this.infer(body, result);
    });
    this.result = outer;
    return valueOf({ kind: 'function', params, result });
  }

  #last(node: SyntaxNode, expected: RustType | null, moves = false): Value {
    const inner = node.namedChildren.filter(child => child && !isComment(child) && child.type !== 'label').at(-1);
    if (!inner) return valueOf(UNIT);
    const value = this.infer(inner, expected);
    if (moves) this.move(value);
    return value;
  }

  #all(node: SyntaxNode): Value[] {
    return node.namedChildren.flatMap(child => (child && isExpression(child) ? [this.infer(child)] : []));
  }
}

/** Expressions that get a fact when they denote a handle. */
const RECORDED = new Set([
  'identifier',
  'self',
  'field_expression',
  'call_expression',
  'reference_expression',
  'unary_expression',
  'try_expression',
  'type_cast_expression',
  'macro_invocation',
]);

export function isComment(node: SyntaxNode): boolean {
  return node.type === 'line_comment' || node.type === 'block_comment';
}

/** Declarations and comments between statements have nothing to infer. */
export function isExpression(node: SyntaxNode): boolean {
  return !/_item$|_declaration$|comment$|^attribute|^label$|_specifier$|^empty_|^macro_definition$|_pattern$/.test(
    node.type,
  );
}

function isGenericMethod(node: SyntaxNode | null): boolean {
  return node?.type === 'generic_function' && node.childForFieldName('function')?.type === 'field_expression';
}

function isOption(type: RustType): boolean {
  const found = resolve(type);
  return found.kind === 'path' && found.name === 'Option';
}

/** `&*ptr.cast()` and `&(*p)` take what is expected; `&self.mm` has a type of its own. */
function canGuide(node: SyntaxNode): boolean {
  return node.childForFieldName('value')?.type !== 'field_expression';
}

function lastEnd(block: SyntaxNode): number {
  return block.namedChildren.filter(child => child && !isComment(child)).at(-1)?.endIndex ?? -1;
}
