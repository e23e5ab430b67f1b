import { operand, ZERO_CONSTANT } from '../../ir/operand';
import { childrenOf } from '../../rust/nodes';
import { type RustType, UNIT } from '../../rust/types';
import type { SyntaxNode } from '../../syntax/node';
import { lowerBoolean, lowerCondition } from './conditions';
import { lowerBorrowed } from './expressions';
import { type Lowering, plain, type Value } from './lowering';
import { emptyAt } from './shapes';

/** Macros that end the path. */
const DIVERGING = /^(?:panic|unreachable|todo|unimplemented)$/;

/** Lowers the arguments of a macro that read as expressions, and what the macro does where that is known. */
export function lowerMacro(lowering: Lowering, node: SyntaxNode, type: RustType): Value {
  const name = node.childForFieldName('macro')?.text.split('::').at(-1) ?? '';
  const span = lowering.spanOf(node);
  const given = lowering.items.function(`${name}!`)?.model?.gives;
  if (given === 'current') return plain(operand.variable('current', emptyAt(span)), type);
  const tokens = childrenOf(node).find(child => child.type === 'token_tree');
  const found = tokens ? lowering.context.notes.macroAt(lowering.placeOf(tokens)) : null;
  let result = plain(lowering.unknown(node), type);
  if (found) {
    const outer = lowering.base;
    lowering.base = found.base;
    result = lowerArguments(lowering, name, found.nodes, result);
    lowering.base = outer;
  }
  if (DIVERGING.test(name)) lowering.stop(span);
  return result;
}

function lowerArguments(lowering: Lowering, name: string, nodes: readonly SyntaxNode[], otherwise: Value): Value {
  const { builder } = lowering;
  const [first, second] = nodes;
  if (/^(?:debug_)?assert$/.test(name) && first) {
    const [holds, fails] = [builder.newBlock(), builder.newBlock()];
    lowerCondition(lowering, first, holds, fails);
    builder.moveTo(fails);
    lowering.stop(lowering.spanOf(first));
    builder.moveTo(holds);
    return plain(ZERO_CONSTANT, UNIT);
  }
  if (/^(?:debug_)?assert_eq$/.test(name) && first && second) {
    const [a, b] = [lowerBorrowed(lowering, first), lowerBorrowed(lowering, second)];
    const [holds, fails] = [builder.newBlock(), builder.newBlock()];
    builder.branch(operand.operator('==', a.operand, b.operand), lowering.spanOf(first), holds, fails);
    builder.moveTo(fails);
    lowering.stop(lowering.spanOf(first));
    builder.moveTo(holds);
    return plain(ZERO_CONSTANT, UNIT);
  }
  if (name === 'matches' && first) return plain(lowerBoolean(lowering, first), otherwise.type);
  if (name === 'container_of' && first && nodes[2]) {
    const field = nodes[2].text;
    return plain(operand.operator(`container_of:${field}`, lowerBorrowed(lowering, first).operand), otherwise.type);
  }
  const values = nodes.map(node => lowerBorrowed(lowering, node));
  return (name === 'dbg' && values[0]) || otherwise;
}
