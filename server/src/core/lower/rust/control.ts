import { operand, ZERO_CONSTANT } from '../../ir/operand';
import { isDropped } from '../../rust/drops';
import { childrenOf, isExpression, lastChild } from '../../rust/nodes';
import { type RustType, UNIT } from '../../rust/types';
import type { SyntaxNode } from '../../syntax/node';
import { bindMatched, holdForPattern, lowerCondition, lowerOperand, type Matched } from './conditions';
import { lowerBorrowed, lowerExpression, UNIT_VALUE } from './expressions';
import { type Loop, type Lowering, plain, type Value } from './lowering';
import { bindPattern, testPattern } from './patterns';
import { emptyAt } from './shapes';

/** `if`, with what its condition binds in the first arm. `wanted`: somebody uses its value. */
export function lowerIf(lowering: Lowering, node: SyntaxNode, type: RustType, wanted: boolean): Value {
  const condition = node.childForFieldName('condition');
  const consequence = node.childForFieldName('consequence');
  const alternative = node.childForFieldName('alternative');
  const otherwise = alternative ? lastChild(alternative) : null;
  return asValue(lowering, node, type, wanted && otherwise !== null, join => {
    const { builder } = lowering;
    const [yes, no] = [builder.newBlock(), builder.newBlock()];
    const span = lowering.spanOf(condition ?? node);
    // What is matched lives as long as the whole `if let`; what is only tested ends with the test.
    const keeps = condition !== null && /^let_/.test(condition.type);
    const matched: Matched = [];
    if (condition && keeps) lowerCondition(lowering, condition, yes, no, matched);
    else if (condition) lowerOperand(lowering, condition, yes, no);
    builder.moveTo(yes);
    const end = consequence ? lowering.endOf(consequence) : span;
    lowering.scoped(end, () => {
      bindMatched(lowering, matched);
      if (consequence) join(lowerExpression(lowering, consequence), consequence);
    });
    const after = builder.newBlock();
    builder.jump(after);
    builder.moveTo(no);
    if (otherwise)
      lowering.scoped(lowering.endOf(otherwise), () => join(lowerExpression(lowering, otherwise), otherwise));
    builder.fallInto(after);
  });
}

export function lowerMatch(lowering: Lowering, node: SyntaxNode, type: RustType, wanted: boolean): Value {
  const { builder } = lowering;
  const scrutinee = node.childForFieldName('value');
  if (!scrutinee) return UNIT_VALUE;
  return asValue(lowering, node, type, wanted, join => {
    const value = holdForPattern(lowering, lowerExpression(lowering, scrutinee), scrutinee);
    const after = builder.newBlock();
    for (const arm of node.childForFieldName('body')?.namedChildren ?? []) {
      const pattern = arm?.type === 'match_arm' ? arm.childForFieldName('pattern') : null;
      const body = arm?.childForFieldName('value');
      if (!pattern || !body) continue;
      const [yes, no] = [builder.newBlock(), builder.newBlock()];
      testPattern(lowering, pattern, value, yes, no);
      builder.moveTo(yes);
      const guard = pattern.childForFieldName('condition');
      if (guard) lowerGuard(lowering, pattern, value, guard, no);
      lowering.scoped(lowering.endOf(body), () => {
        bindPattern(lowering, pattern, value);
        join(lowerExpression(lowering, body), body);
      });
      builder.jump(after);
      builder.moveTo(no);
    }
    // The compiler has made sure that some arm matches.
    lowering.stop(lowering.endOf(node));
    builder.moveTo(after);
  });
}

/** `pattern if condition`: the condition sees what the pattern binds, but takes nothing. */
function lowerGuard(
  lowering: Lowering,
  pattern: SyntaxNode,
  value: Value,
  guard: SyntaxNode,
  no: Parameters<typeof lowerCondition>[3],
): void {
  const { builder } = lowering;
  const span = lowering.spanOf(guard);
  const [holds, fails] = [builder.newBlock(), builder.newBlock()];
  builder.enterScope();
  lowering.leavingTo(null, () => {
    lowering.looking(() => bindPattern(lowering, pattern, { ...value, local: null }));
    lowerCondition(lowering, guard, holds, fails);
  });
  builder.moveTo(fails);
  builder.payScope(span);
  builder.jump(no);
  builder.moveTo(holds);
  builder.leaveScope(span);
}

/** Runs the arms of a branch, each of which may give the value; temporaries of what decides live as long as all. */
function asValue(
  lowering: Lowering,
  node: SyntaxNode,
  type: RustType,
  wanted: boolean,
  body: (join: (value: Value, arm: SyntaxNode) => void) => void,
): Value {
  const { builder } = lowering;
  const run = () => {
    const result = wanted ? builder.newTemporary() : null;
    let isOwner = false;
    lowering.scoped(lowering.endOf(node), () =>
      body((value, arm) => {
        if (!result) {
          lowering.borrow(value, arm);
          return;
        }
        const moved = lowering.isOwner(value);
        isOwner ||= moved;
        builder.assign(result, lowering.take(value, arm), lowering.spanOf(arm));
      }),
    );
    return result ? { operand: result, type, local: null, fresh: isOwner } : UNIT_VALUE;
  };
  return wanted ? builder.withinExpression(run) : run();
}

export function lowerWhile(lowering: Lowering, node: SyntaxNode): Value {
  const { builder } = lowering;
  const condition = node.childForFieldName('condition');
  const body = node.childForFieldName('body');
  inLoop(lowering, node, null, loop => {
    const [yes, no] = [builder.newBlock(), builder.newBlock()];
    const matched: Matched = [];
    const end = lowering.endOf(node);
    builder.enterScope();
    lowering.leavingTo(null, () => {
      if (condition && /^let_/.test(condition.type)) lowerCondition(lowering, condition, yes, no, matched);
      else if (condition) lowerOperand(lowering, condition, yes, no);
      builder.moveTo(yes);
      lowering.scoped(end, () => {
        bindMatched(lowering, matched);
        if (body) lowerBody(lowering, body);
      });
    });
    builder.goto(again(loop), emptyAt(end));
    builder.moveTo(no);
    builder.leaveScope(end);
  });
  return UNIT_VALUE;
}

export function lowerLoop(lowering: Lowering, node: SyntaxNode, type: RustType): Value {
  const { builder } = lowering;
  const result = builder.newTemporary();
  const body = node.childForFieldName('body');
  inLoop(lowering, node, result, loop => {
    if (body) lowerBody(lowering, body);
    builder.goto(again(loop), emptyAt(lowering.endOf(node)));
  });
  return { operand: result, type, local: null, fresh: isDropped(lowering.items, type) };
}

/** How often it runs is not known, nor what the iterator gives. */
export function lowerFor(lowering: Lowering, node: SyntaxNode): Value {
  const { builder } = lowering;
  const [pattern, value, body] = ['pattern', 'value', 'body'].map(field => node.childForFieldName(field));
  lowering.scoped(lowering.endOf(node), () => {
    if (value) lowerBorrowed(lowering, value);
    inLoop(lowering, node, null, loop => {
      const [yes, no] = [builder.newBlock(), builder.newBlock()];
      const span = lowering.spanOf(value ?? node);
      const call = { span, callee: '*next', calleeSpan: span, args: [], argSpans: [] };
      const next = builder.call(call);
      builder.branch(next, span, yes, no);
      builder.moveTo(yes);
      lowering.scoped(lowering.endOf(node), () => {
        if (pattern) bindPattern(lowering, pattern, plain(next, lowering.typeOf(pattern)));
        if (body) lowerBody(lowering, body);
      });
      builder.goto(again(loop), emptyAt(lowering.endOf(node)));
      builder.moveTo(no);
    });
  });
  return UNIT_VALUE;
}

/** Statements of a loop's body end for themselves. */
function lowerBody(lowering: Lowering, body: SyntaxNode): void {
  lowering.borrow(lowerExpression(lowering, body), body);
}

function inLoop(lowering: Lowering, node: SyntaxNode, result: Loop['result'], body: (loop: Loop) => void): void {
  const { builder } = lowering;
  const label = childrenOf(node).find(child => child.type === 'label');
  const loop: Loop = { name: label?.text ?? null, label: lowering.newLabel(), result };
  builder.placeLabel(again(loop));
  lowering.loops.push(loop);
  body(loop);
  lowering.loops.pop();
  builder.placeLabel(`${loop.label}:out`);
}

function again(loop: Loop): string {
  return `${loop.label}:again`;
}

/** `return`, `break` and `continue`. */
export function lowerJump(lowering: Lowering, node: SyntaxNode): Value {
  const { builder, loops } = lowering;
  const span = lowering.spanOf(node);
  const given = childrenOf(node).find(isExpression);
  const value = given ? lowerExpression(lowering, given) : null;
  const taken = value && given ? lowering.settled(lowering.take(value, given), span) : null;
  if (node.type === 'return_expression') {
    lowering.leave(taken, span);
    return plain(operand.unknown(span.start), UNIT);
  }
  const name = childrenOf(node).find(child => child.type === 'label')?.text;
  const loop = loops.findLast(one => name === undefined || one.name === name);
  if (!loop) {
    lowering.giveUp(span, `\`${node.text.slice(0, 20)}\` leaves nothing`);
    lowering.stop(span);
    return UNIT_VALUE;
  }
  const isBreak = node.type === 'break_expression';
  if (isBreak && loop.result) builder.assign(loop.result, taken ?? ZERO_CONSTANT, span);
  builder.goto(isBreak ? `${loop.label}:out` : again(loop), span);
  return plain(operand.unknown(span.start), UNIT);
}
