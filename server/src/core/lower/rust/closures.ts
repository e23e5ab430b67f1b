import { ONE_CONSTANT, operand, ZERO_CONSTANT } from '../../ir/operand';
import { childrenOf } from '../../rust/nodes';
import { newVariable, type RustType } from '../../rust/types';
import type { SyntaxNode } from '../../syntax/node';
import { lowerBorrowed, lowerExpression, UNIT_VALUE } from './expressions';
import { argumentNodes, type Lowering, plain, type Value } from './lowering';
import { bindPattern } from './patterns';
import { emptyAt } from './shapes';

export function isClosure(node: SyntaxNode): boolean {
  return node.type === 'closure_expression';
}

/** A closure that somebody keeps may run or not, here or later: its body is one of two ways on. */
export function lowerClosure(lowering: Lowering, node: SyntaxNode, type: RustType): Value {
  const { builder } = lowering;
  const [runs, rests] = [builder.newBlock(), builder.newBlock()];
  lowering.either(node, runs, rests);
  builder.moveTo(runs);
  const value = lowerInline(lowering, node, []);
  lowering.scoped(lowering.spanOf(node), () => lowering.borrow(value, node));
  builder.fallInto(rests);
  if (node.children.some(child => child?.type === 'move')) takeCaptured(lowering, node);
  return plain(lowering.unknown(node), type);
}

/** Names in a closure that are looked at; no closure of the kernel has so many. */
const MAX_NODES = 2_000;

/** What a `move` closure names goes with it, wherever that goes. */
function takeCaptured(lowering: Lowering, node: SyntaxNode): void {
  const open = [node];
  for (let seen = 0; open.length > 0 && seen < MAX_NODES; seen++) {
    const next = open.pop()!;
    if (next.type === 'identifier' || next.type === 'self') lowering.leaveTo(next.text, lowering.spanOf(node));
    open.push(...childrenOf(next));
  }
}

/** The body of a closure at the place where it is called; a function that is named instead is called. */
export function lowerInline(lowering: Lowering, node: SyntaxNode, args: readonly Value[]): Value {
  if (!isClosure(node)) {
    lowerBorrowed(lowering, node);
    for (const arg of args) if (arg.fresh) lowering.scoped(lowering.spanOf(node), () => lowering.borrow(arg, node));
    return plain(lowering.unknown(node), newVariable());
  }
  const { builder } = lowering;
  const body = node.childForFieldName('body');
  if (!body) return UNIT_VALUE;
  const outer = lowering.exit;
  const loops = lowering.loops.splice(0);
  const type = lowering.typeOf(body);
  const result = builder.newTemporary();
  const label = lowering.newLabel();
  let isOwner = false;
  builder.withinExpression(() => {
    lowering.exit = { type, label, result };
    lowering.scoped(lowering.endOf(node), () => {
      const params = childrenOf(node.childForFieldName('parameters') ?? node).filter(child => child !== body);
      if (node.childForFieldName('parameters'))
        for (const [i, param] of params.entries()) {
          const pattern = param.type === 'parameter' ? param.childForFieldName('pattern') : param;
          if (pattern)
            bindPattern(lowering, pattern, args[i] ?? plain(lowering.unknown(pattern), lowering.typeOf(pattern)));
        }
      const value = lowerExpression(lowering, body);
      isOwner = lowering.isOwner(value);
      builder.assign(result, lowering.take(value, body), lowering.spanOf(body));
    });
    builder.placeLabel(label);
  });
  lowering.exit = outer;
  lowering.loops.push(...loops);
  return { operand: result, type, local: null, fresh: isOwner };
}

/** `ScopeGuard::new(closure)` runs the closure where the guard ends, unless it is dismissed. */
export function lowerScopeGuard(
  lowering: Lowering,
  node: SyntaxNode,
  receiver: SyntaxNode | null,
  name: string,
  type: RustType,
): Value | null {
  const { builder } = lowering;
  const span = lowering.spanOf(node);
  if (receiver) {
    const key = name === 'dismiss' ? builder.resolve(receiver.text) : null;
    const flag = key === null ? undefined : lowering.deferred.get(key);
    if (flag === undefined) return null;
    builder.assign(operand.variable(flag, emptyAt(span)), ZERO_CONSTANT, span);
    return plain(lowering.unknown(node), type);
  }
  const path = node.childForFieldName('function')?.text ?? '';
  const closure = argumentNodes(node).find(isClosure);
  if (!/(?:^|::)ScopeGuard::new(?:_with_data)?$/.test(path) || !closure) return null;
  const flag = builder.declareHidden('deferred', { name: 'bool', pointers: 0, array: false, aggregate: false }, span);
  const data = argumentNodes(node).find(arg => !isClosure(arg));
  const given = data ? lowerExpression(lowering, data) : null;
  const held =
    given && data
      ? {
          ...given,
          operand: lowering.settled(lowering.take(given, data), span),
          local: null,
          partOf: null,
          fresh: true,
        }
      : null;
  builder.assign(operand.variable(flag, emptyAt(span)), ONE_CONSTANT, span);
  const { base } = lowering;
  lowering.awaitLocal(local => {
    lowering.deferred.set(local, flag);
    builder.addCleanup(exit => {
      const [runs, rests] = [builder.newBlock(), builder.newBlock()];
      builder.branch(operand.variable(flag, emptyAt(span)), exit, runs, rests);
      builder.moveTo(runs);
      // The scope may end inside of a macro, by a `?` among its arguments; the closure lies where it was written.
      const outer = lowering.base;
      lowering.base = base;
      lowerInline(lowering, closure, held ? [held] : []);
      lowering.base = outer;
      builder.fallInto(rests);
    });
  });
  return plain(held?.operand ?? lowering.unknown(node), type);
}
