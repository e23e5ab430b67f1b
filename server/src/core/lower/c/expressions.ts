import type { Operand } from '../../ir/ir';
import { ONE_CONSTANT, operand, ZERO_CONSTANT } from '../../ir/operand';
import type { SyntaxNode } from '../../syntax/node';
import { isPureMacro, lowerCall } from './calls';
import { chooseValue, leftSpine, logicalOperator, lowerBoolean, lowerCondition } from './conditions';
import { lowerCompoundLiteral } from './declarations';
import { type Lowering, partsOf, spanBetween, spanOf, withoutParentheses } from './lowering';
import { lowerBlockValue } from './statements';

/** An operator chain longer than this goes through a temporary, so that operands stay shallow. */
const MAX_CHAIN = 16;

const CONSTANTS: ReadonlyMap<string, Operand> = new Map([
  ['NULL', ZERO_CONSTANT],
  ['false', ZERO_CONSTANT],
  ['FALSE', ZERO_CONSTANT],
  ['true', ONE_CONSTANT],
  ['TRUE', ONE_CONSTANT],
]);

/** Emits the effects of an expression and yields its value. */
export function lowerExpression(lowering: Lowering, node: SyntaxNode): Operand {
  const unknown = operand.unknown(node.startIndex);
  return lowering.nested(
    node,
    () => lowerKind(lowering, node) ?? unknown,
    () => unknown,
  );
}

/** Emits the effects of an expression whose value nobody uses. */
export function lowerEffects(lowering: Lowering, node: SyntaxNode): void {
  lowering.nested(
    node,
    () => lowerUnused(lowering, node),
    () => {},
  );
}

/** A field of a node as a value; unknown where the syntax is damaged. */
function lowerField(lowering: Lowering, node: SyntaxNode, field: string): Operand {
  const child = node.childForFieldName(field);
  return child ? lowerExpression(lowering, child) : operand.unknown(node.startIndex);
}

function lowerKind(lowering: Lowering, node: SyntaxNode): Operand | null {
  switch (node.type) {
    case 'identifier':
      return lowerIdentifier(lowering, node);
    case 'null':
    case 'false':
      return ZERO_CONSTANT;
    case 'true':
      return ONE_CONSTANT;
    case 'number_literal':
      return operand.constant(readNumber(lowering.textOf(node)));
    case 'char_literal':
      return operand.constant(lowering.textOf(node) === "'\\0'" ? '0' : lowering.textOf(node));
    case 'string_literal':
    case 'concatenated_string':
      return operand.constant(shorten(lowering.textOf(node)));
    case 'sizeof_expression':
    case 'alignof_expression':
    case 'offsetof_expression':
    case 'type_descriptor':
      return operand.constant(shorten(lowering.textOf(node)));
    case 'parenthesized_expression': {
      const [inner] = partsOf(node);
      if (inner?.type === 'compound_statement') return lowerBlockValue(lowering, inner);
      return inner ? lowerExpression(lowering, inner) : null;
    }
    case 'compound_statement':
      return lowerBlockValue(lowering, node);
    case 'field_expression':
      return lowerMember(lowering, node);
    case 'pointer_expression': {
      const value = lowerField(lowering, node, 'argument');
      const isAddress = node.childForFieldName('operator')?.type === '&';
      return isAddress ? operand.address(value) : operand.dereference(value, spanOf(node));
    }
    case 'subscript_expression': {
      const base = lowerField(lowering, node, 'argument');
      return operand.index(base, lowerField(lowering, node, 'index'), spanOf(node));
    }
    case 'cast_expression':
      return lowerField(lowering, node, 'value');
    case 'comma_expression': {
      const last = lastOfCommas(lowering, node);
      return last.type === 'comma_expression' ? null : lowerExpression(lowering, last);
    }
    case 'assignment_expression':
      return lowerAssignment(lowering, node);
    case 'update_expression':
      return lowerUpdate(lowering, node, true);
    case 'unary_expression':
      return lowerUnary(lowering, node);
    case 'binary_expression':
      return logicalOperator(node) ? lowerBoolean(lowering, node) : lowerBinary(lowering, node);
    case 'conditional_expression':
      return lowerConditional(lowering, node);
    case 'call_expression':
      return lowerCall(lowering, node, false);
    case 'compound_literal_expression':
      return lowerCompoundLiteral(lowering, node);
    case 'initializer_list':
      for (const part of partsOf(node)) lowerEffects(lowering, part);
      return null;
    case 'initializer_pair':
      return lowerField(lowering, node, 'value');
    case 'extension_expression': {
      const [inner] = partsOf(node);
      return inner ? lowerExpression(lowering, inner) : null;
    }
    default:
      return null;
  }
}

function lowerUnused(lowering: Lowering, expression: SyntaxNode): void {
  const { builder } = lowering;
  const node = lastOfCommas(lowering, withoutParentheses(expression));
  switch (node.type) {
    case 'cast_expression': {
      const value = node.childForFieldName('value');
      if (value) lowerEffects(lowering, value);
      return;
    }
    case 'call_expression': {
      const value = lowerCall(lowering, node, true);
      if (isPureMacro(lowering, node)) builder.evaluate(value, spanOf(node));
      return;
    }
    case 'update_expression':
      lowerUpdate(lowering, node, false);
      return;
    case 'assignment_expression':
      lowerAssignment(lowering, node);
      return;
    case 'conditional_expression':
      lowerUnusedConditional(lowering, node);
      return;
    default:
      if (logicalOperator(node)) {
        const join = builder.newBlock();
        lowerCondition(lowering, node, join, join);
        builder.moveTo(join);
      } else {
        builder.evaluate(lowerExpression(lowering, node), spanOf(node));
      }
  }
}

/** Emits the effects of what stands before the last comma, and yields what stands behind it. */
function lastOfCommas(lowering: Lowering, expression: SyntaxNode): SyntaxNode {
  let node = expression;
  while (node.type === 'comma_expression') {
    const [left, right] = [node.childForFieldName('left'), node.childForFieldName('right')];
    if (left) lowerEffects(lowering, left);
    if (!right) break;
    node = withoutParentheses(right);
  }
  return node;
}

function lowerUnusedConditional(lowering: Lowering, node: SyntaxNode): void {
  const { builder } = lowering;
  const [whenTrue, whenFalse, join] = [builder.newBlock(), builder.newBlock(), builder.newBlock()];
  const condition = node.childForFieldName('condition');
  if (!condition) return;
  lowerCondition(lowering, condition, whenTrue, whenFalse);
  for (const [block, field] of [
    [whenTrue, 'consequence'],
    [whenFalse, 'alternative'],
  ] as const) {
    builder.moveTo(block);
    const arm = node.childForFieldName(field);
    if (arm) lowerEffects(lowering, arm);
    builder.jump(join);
  }
  builder.moveTo(join);
}

function lowerIdentifier(lowering: Lowering, node: SyntaxNode): Operand {
  const { builder } = lowering;
  const name = lowering.textOf(node);
  const constant = CONSTANTS.get(name);
  if (constant) return constant;
  const key = builder.resolve(name);
  if (key !== null) return operand.variable(key, spanOf(node));
  if (/^_*[A-Z][A-Z0-9_]*$/.test(name)) return operand.constant(name);
  // A global that a local of some other block hides would be taken for that local.
  return builder.locals.has(name) ? operand.unknown(node.startIndex) : operand.variable(name, spanOf(node));
}

function lowerMember(lowering: Lowering, node: SyntaxNode): Operand {
  const field = node.childForFieldName('field');
  const base = lowerField(lowering, node, 'argument');
  if (!field) return operand.unknown(node.startIndex);
  const isArrow = node.childForFieldName('operator')?.type === '->';
  const name = lowering.textOf(field);
  return isArrow ? operand.field(base, name, spanOf(node)) : operand.member(base, name, spanOf(node));
}

function lowerAssignment(lowering: Lowering, node: SyntaxNode): Operand {
  const operator = node.childForFieldName('operator')?.type ?? '=';
  const from = lowerField(lowering, node, 'right');
  const to = lowerField(lowering, node, 'left');
  const value = operator === '=' ? from : operand.operator(operator.slice(0, -1), to, from);
  lowering.builder.assign(to, value, spanOf(node));
  return to;
}

/** `x++` as a value is what `x` was; where nobody uses it, only the new `x` matters. */
function lowerUpdate(lowering: Lowering, node: SyntaxNode, used: boolean): Operand {
  const { builder } = lowering;
  const place = lowerField(lowering, node, 'argument');
  const operator = node.childForFieldName('operator');
  const isPostfix = operator !== null && operator.startIndex > node.startIndex;
  const value = used && isPostfix ? builder.hold(place, spanOf(node)) : place;
  builder.assign(place, operand.operator(operator?.type === '--' ? '-' : '+', place, ONE_CONSTANT), spanOf(node));
  return value;
}

function lowerUnary(lowering: Lowering, node: SyntaxNode): Operand {
  const operator = node.childForFieldName('operator')?.type ?? '';
  if (operator === '!') return lowerBoolean(lowering, node);
  const value = lowerField(lowering, node, 'argument');
  if (operator === '+') return value;
  if (operator !== '-') return operand.operator(operator, value);
  if (value.kind !== 'const') return operand.operator('neg', value);
  if (value.text === '0') return value;
  return operand.constant(value.text.startsWith('-') ? value.text.slice(1) : `-${value.text}`);
}

function lowerBinary(lowering: Lowering, node: SyntaxNode): Operand {
  const { builder } = lowering;
  const [first, ...rest] = leftSpine(node, inner => logicalOperator(inner) === null);
  if (!first) return operand.unknown(node.startIndex);
  let value = lowerExpression(lowering, first.node);
  for (const [i, term] of rest.entries()) {
    value = operand.operator(term.operator, value, lowerExpression(lowering, term.node));
    if (i % MAX_CHAIN === MAX_CHAIN - 1) value = builder.hold(value, spanBetween(first.node, term.node));
  }
  return value;
}

/** `c ? a : b`, and GNU's `a ?: b`, which is `a` where that is not zero. */
function lowerConditional(lowering: Lowering, node: SyntaxNode): Operand {
  const { builder } = lowering;
  const condition = node.childForFieldName('condition');
  const consequence = node.childForFieldName('consequence');
  const result = builder.newTemporary();
  const whenFalse = (): Operand => lowerField(lowering, node, 'alternative');
  if (!condition) return operand.unknown(node.startIndex);
  if (consequence) {
    const whenTrue = (): Operand => lowerExpression(lowering, consequence);
    const decide = (yes: Parameters<typeof lowerCondition>[2], no: typeof yes): void =>
      lowerCondition(lowering, condition, yes, no);
    return chooseValue(lowering, node, decide, { whenTrue, whenFalse, result });
  }
  builder.assign(result, lowerExpression(lowering, condition), spanOf(condition));
  return chooseValue(lowering, node, (yes, no) => builder.branch(result, spanOf(condition), yes, no), {
    whenTrue: () => result,
    whenFalse,
    result,
  });
}

/** In decimal, so that `0x10` and `16UL` are one constant. */
function readNumber(text: string): string {
  const digits = text.replace(/'/g, '').replace(/[uUlL]+$/, '');
  if (/^0[0-7]+$/.test(digits)) return BigInt(`0o${digits.slice(1)}`).toString();
  return /^(0[xX][0-9a-fA-F]+|0[bB][01]+|\d+)$/.test(digits) ? BigInt(digits).toString() : shorten(text);
}

/** What a constant says of itself need not be long. */
function shorten(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length <= 40 ? line : `${line.slice(0, 39)}…`;
}
