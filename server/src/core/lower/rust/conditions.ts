import type { Draft } from '../../ir/block-order';
import { type Mask, NEG, NONZERO, type Operand, POS, ZERO } from '../../ir/ir';
import { ONE_CONSTANT, ZERO_CONSTANT } from '../../ir/operand';
import { childrenOf, isExpression, lastChild } from '../../rust/nodes';
import type { SyntaxNode } from '../../syntax/node';
import { lowerBorrowed, lowerExpression } from './expressions';
import { argumentNodes, type Lowering, type Value } from './lowering';
import { bindPattern, testPattern } from './patterns';
import { choiceOf } from './shapes';

/** Patterns that a condition matched: what they bind is declared where the condition holds. */
export type Matched = { readonly pattern: SyntaxNode; readonly value: Value }[];

/** Evaluates a condition and goes to one of two blocks. */
export function lowerCondition(
  lowering: Lowering,
  node: SyntaxNode,
  yes: Draft,
  no: Draft,
  matched: Matched = [],
): void {
  lowering.nested(
    node,
    () => test(lowering, node, yes, no, matched),
    () => lowering.either(node, yes, no),
  );
}

export function bindMatched(lowering: Lowering, matched: Matched): void {
  for (const { pattern, value } of matched) bindPattern(lowering, pattern, value);
}

/** The truth of a condition as a value: 1 or 0. */
export function lowerBoolean(lowering: Lowering, node: SyntaxNode): Operand {
  const { builder } = lowering;
  const span = lowering.spanOf(node);
  const [yes, no, join] = [builder.newBlock(), builder.newBlock(), builder.newBlock()];
  const result = builder.newTemporary();
  lowerCondition(lowering, node, yes, no);
  for (const [block, value] of [
    [yes, ONE_CONSTANT],
    [no, ZERO_CONSTANT],
  ] as const) {
    builder.moveTo(block);
    builder.assign(result, value, span);
    builder.jump(join);
  }
  builder.moveTo(join);
  return result;
}

function test(lowering: Lowering, node: SyntaxNode, yes: Draft, no: Draft, matched: Matched): void {
  const { builder } = lowering;
  const operator = node.type === 'binary_expression' ? node.childForFieldName('operator')?.text : undefined;
  const [left, right] = [node.childForFieldName('left'), node.childForFieldName('right')];
  if ((operator === '&&' || operator === '||') && left && right) {
    const next = builder.newBlock();
    if (operator === '&&') lowerOperand(lowering, left, next, no);
    else lowerOperand(lowering, left, yes, next);
    builder.moveTo(next);
    lowerOperand(lowering, right, yes, no);
    return;
  }
  const inner = conditionIn(node);
  if (inner) {
    if (inner.isNegated) lowerCondition(lowering, inner.node, no, yes);
    else lowerCondition(lowering, inner.node, yes, no, matched);
    return;
  }
  if (node.type === 'let_chain') {
    lowerChain(lowering, node, yes, no, matched);
    return;
  }
  const [pattern, value] = [node.childForFieldName('pattern'), node.childForFieldName('value')];
  if (node.type === 'let_condition' && pattern && value) {
    const held = holdForPattern(lowering, lowerExpression(lowering, value), value);
    matched.push({ pattern, value: held });
    testPattern(lowering, pattern, held, yes, no);
    return;
  }
  if (node.type === 'call_expression' && testMethod(lowering, node, yes, no)) return;
  builder.branch(lowerBorrowed(lowering, node).operand, lowering.spanOf(node), yes, no);
}

/** The condition that decides this one: inside parentheses, behind `!`, or alone in an unsafe block. */
function conditionIn(node: SyntaxNode): { readonly node: SyntaxNode; readonly isNegated: boolean } | null {
  const last = lastChild(node);
  if (!last) return null;
  if (node.type === 'parenthesized_expression') return { node: last, isNegated: false };
  if (node.type === 'unary_expression' && node.children[0]?.type === '!') return { node: last, isNegated: true };
  if (node.type !== 'unsafe_block' || last.type !== 'block' || childrenOf(last).length !== 1) return null;
  const only = lastChild(last);
  if (only?.type !== 'expression_statement')
    return only && isExpression(only) ? { node: only, isNegated: false } : null;
  const inner = only.children.at(-1)?.type === ';' ? null : lastChild(only);
  return inner && { node: inner, isNegated: false };
}

/** `let Some(a) = x && let Some(b) = a.y`. */
function lowerChain(lowering: Lowering, node: SyntaxNode, yes: Draft, no: Draft, matched: Matched): void {
  const parts = childrenOf(node);
  for (const [i, part] of parts.entries()) {
    const next = i === parts.length - 1 ? yes : lowering.builder.newBlock();
    lowerCondition(lowering, part, next, no, matched);
    if (next !== yes) lowering.builder.moveTo(next);
  }
}

/** A condition without patterns, as the operands of lazy operators, is a scope of its own for temporaries. */
export function lowerOperand(lowering: Lowering, node: SyntaxNode, yes: Draft, no: Draft): void {
  const { builder } = lowering;
  const [whenTrue, whenFalse] = [builder.newBlock(), builder.newBlock()];
  const span = lowering.spanOf(node);
  builder.enterScope();
  lowering.leavingTo(null, () => lowerCondition(lowering, node, whenTrue, whenFalse));
  builder.moveTo(whenTrue);
  builder.payScope(span);
  builder.jump(yes);
  builder.moveTo(whenFalse);
  builder.leaveScope(span);
  builder.jump(no);
}

/** What a matched value is kept in: its parts move out one by one, and what stays behind ends with the statement. */
export function holdForPattern(lowering: Lowering, value: Value, node: SyntaxNode): Value {
  if (value.fresh)
    return lowering.borrow({ ...value, operand: lowering.settled(value.operand, lowering.spanOf(node)) }, node);
  return value;
}

const METHODS: Readonly<Record<string, { readonly option: Mask; readonly result: Mask }>> = {
  is_some: { option: NONZERO, result: NONZERO },
  is_none: { option: ZERO, result: ZERO },
  is_ok: { option: POS | ZERO, result: POS | ZERO },
  is_err: { option: NEG, result: NEG },
  is_null: { option: ZERO, result: ZERO },
};

/** `x.is_some()`, `p.is_null()`. */
function testMethod(lowering: Lowering, node: SyntaxNode, yes: Draft, no: Draft): boolean {
  const callee = node.childForFieldName('function');
  const receiver = callee?.type === 'field_expression' ? callee.childForFieldName('value') : null;
  const name = callee?.childForFieldName('field')?.text ?? '';
  const known = Object.hasOwn(METHODS, name) ? METHODS[name] : undefined;
  if (!receiver || !known || argumentNodes(node).length > 0) return false;
  const value = lowerBorrowed(lowering, receiver);
  const mask = choiceOf(value.type)?.kind === 'Result' ? known.result : known.option;
  lowering.builder.branch(value.operand, lowering.spanOf(node), yes, no, mask);
  return true;
}
