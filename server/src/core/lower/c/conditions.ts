import type { Draft } from '../../ir/block-order';
import { type Mask, NONZERO, type Operand, ZERO } from '../../ir/ir';
import { ONE_CONSTANT, operand, ZERO_CONSTANT } from '../../ir/operand';
import type { SyntaxNode } from '../../syntax/node';
import { idiomOf } from './calls';
import { lowerEffects, lowerExpression } from './expressions';
import { argumentsOf, type Lowering, partsOf, spanOf } from './lowering';

/** Evaluates a condition and goes to one of two blocks. `&&`, `||` and `!` become control flow. */
export function lowerCondition(lowering: Lowering, node: SyntaxNode, whenTrue: Draft, whenFalse: Draft): void {
  const { builder } = lowering;
  const unknown = operand.unknown(node.startIndex);
  lowering.nested(
    node,
    () => lowerTest(lowering, node, whenTrue, whenFalse),
    () => builder.branch(unknown, spanOf(node), whenTrue, whenFalse),
  );
}

/** The truth of a condition as a value: 1 or 0. */
export function lowerBoolean(lowering: Lowering, node: SyntaxNode): Operand {
  const { builder } = lowering;
  if (comparesScalarsOnly(node)) return truthOf(lowering, node);
  return chooseValue(lowering, node, (whenTrue, whenFalse) => lowerCondition(lowering, node, whenTrue, whenFalse), {
    whenTrue: () => ONE_CONSTANT,
    whenFalse: () => ZERO_CONSTANT,
    result: builder.newTemporary(),
  });
}

/** What a test of plain variables and constants may consist of: nothing that dereferences, calls or assigns. */
const SCALAR_NODES = new Set([
  'parenthesized_expression',
  'binary_expression',
  'unary_expression',
  'identifier',
  'number_literal',
  'true',
  'false',
  'null',
  'comment',
]);
const MAX_SCALAR_NODES = 32;

/** `flag = cmd != A && cmd != B` stays one expression, so that a later test of `flag` still says what `cmd` is not. */
function comparesScalarsOnly(node: SyntaxNode): boolean {
  const pending = [node];
  for (let seen = 0; pending.length; seen++) {
    const next = pending.pop()!;
    if (seen > MAX_SCALAR_NODES || !SCALAR_NODES.has(next.type)) return false;
    pending.push(...partsOf(next));
  }
  return true;
}

/** The value of a test that `comparesScalarsOnly`; its size bounds the recursion. */
function truthOf(lowering: Lowering, node: SyntaxNode): Operand {
  const [first, second] = partsOf(node);
  if (node.type === 'parenthesized_expression' && first) return truthOf(lowering, first);
  if (node.type === 'unary_expression' && node.childForFieldName('operator')?.type === '!' && first) {
    return operand.operator(`is:${ZERO}`, truthOf(lowering, first));
  }
  const operator = logicalOperator(node);
  if (!operator || !first || !second) return lowerExpression(lowering, node);
  return operand.operator(operator, truthOf(lowering, first), truthOf(lowering, second));
}

/** Assigns one of two values to `result`, as `decide` chooses. */
export function chooseValue(
  lowering: Lowering,
  node: SyntaxNode,
  decide: (whenTrue: Draft, whenFalse: Draft) => void,
  arms: { readonly whenTrue: () => Operand; readonly whenFalse: () => Operand; readonly result: Operand },
): Operand {
  const { builder } = lowering;
  const [whenTrue, whenFalse, join] = [builder.newBlock(), builder.newBlock(), builder.newBlock()];
  decide(whenTrue, whenFalse);
  for (const [block, value] of [
    [whenTrue, arms.whenTrue],
    [whenFalse, arms.whenFalse],
  ] as const) {
    builder.moveTo(block);
    const chosen = value();
    if (chosen !== arms.result) builder.assign(arms.result, chosen, spanOf(node));
    builder.jump(join);
  }
  builder.moveTo(join);
  return arms.result;
}

function lowerTest(lowering: Lowering, condition: SyntaxNode, whenTrue: Draft, whenFalse: Draft): void {
  const { builder } = lowering;
  let [node, yes, no] = [condition, whenTrue, whenFalse];
  for (let inner = lookThrough(lowering, node); inner; inner = lookThrough(lowering, node)) {
    node = inner.node;
    if (inner.isNegated) [yes, no] = [no, yes];
  }
  const operator = logicalOperator(node);
  if (operator) {
    lowerChain(lowering, node, operator, yes, no);
    return;
  }
  const { value, mask } = lowerTested(lowering, node);
  builder.branch(value, spanOf(node), yes, no, mask);
}

/** The expression that decides the truth of `node`, inside parentheses, `!`, `likely()` or behind a comma. */
function lookThrough(
  lowering: Lowering,
  node: SyntaxNode,
): { readonly node: SyntaxNode; readonly isNegated: boolean } | null {
  const within = (inner: SyntaxNode | null | undefined, isNegated = false) =>
    inner ? { node: inner, isNegated } : null;
  switch (node.type) {
    case 'parenthesized_expression': {
      const [inner] = partsOf(node);
      return inner?.type === 'compound_statement' ? null : within(inner);
    }
    case 'unary_expression':
      return node.childForFieldName('operator')?.type === '!' ? within(node.childForFieldName('argument'), true) : null;
    case 'comma_expression': {
      const left = node.childForFieldName('left');
      if (left) lowerEffects(lowering, left);
      return within(node.childForFieldName('right'));
    }
    case 'call_expression': {
      const idiom = idiomOf(lowering, node);
      if (idiom?.kind !== 'same') return null;
      const args = argumentsOf(node);
      return idiom.rest && args.length > 1 ? null : within(args[0]);
    }
    default:
      return null;
  }
}

/** The value that a condition tests, and the mask that makes it true. */
function lowerTested(lowering: Lowering, node: SyntaxNode): { readonly value: Operand; readonly mask: Mask } {
  const idiom = node.type === 'call_expression' ? idiomOf(lowering, node) : undefined;
  const [tested] = idiom?.kind === 'test' ? argumentsOf(node) : [];
  if (idiom?.kind === 'test' && tested) return { value: lowerExpression(lowering, tested), mask: idiom.mask };
  return { value: lowerExpression(lowering, node), mask: NONZERO };
}

export function logicalOperator(node: SyntaxNode): '&&' | '||' | null {
  if (node.type !== 'binary_expression') return null;
  const operator = node.childForFieldName('operator')?.type;
  return operator === '&&' || operator === '||' ? operator : null;
}

/** `a && b && c` is left-deep: its terms are taken in a loop, for kernel code has chains of a thousand. */
function lowerChain(lowering: Lowering, chain: SyntaxNode, operator: '&&' | '||', yes: Draft, no: Draft): void {
  const { builder } = lowering;
  if (comparesScalarsOnly(chain)) {
    // The paths that make a chain false join later and forget which term it was; that it is false, they remember.
    const whole = truthOf(lowering, chain);
    const [isTrue, isFalse] = [builder.newBlock(), builder.newBlock()];
    lowerTerms(lowering, chain, operator, isTrue, isFalse);
    for (const [block, mask, target] of [
      [isTrue, NONZERO, yes],
      [isFalse, ZERO, no],
    ] as const) {
      builder.moveTo(block);
      builder.emit({ op: 'assume', span: spanOf(chain), value: whole, mask });
      builder.jump(target);
    }
    return;
  }
  lowerTerms(lowering, chain, operator, yes, no);
}

function lowerTerms(lowering: Lowering, chain: SyntaxNode, operator: '&&' | '||', yes: Draft, no: Draft): void {
  const { builder } = lowering;
  const terms = leftSpine(chain, part => logicalOperator(part) === operator);
  for (const [i, { node }] of terms.entries()) {
    if (i === terms.length - 1) {
      lowerCondition(lowering, node, yes, no);
      break;
    }
    const next = builder.newBlock();
    if (operator === '&&') lowerCondition(lowering, node, next, no);
    else lowerCondition(lowering, node, yes, next);
    builder.moveTo(next);
  }
}

/** One operand of a chain of binary expressions, with the operator before it (empty for the first). */
interface Term {
  readonly operator: string;
  readonly node: SyntaxNode;
}

/** The operands, left to right, of a left-deep chain of binary expressions that satisfy `belongs`. */
export function leftSpine(chain: SyntaxNode, belongs: (node: SyntaxNode) => boolean): Term[] {
  const terms: Term[] = [];
  let node: SyntaxNode | null = chain;
  while (node && node.type === 'binary_expression' && belongs(node)) {
    const right = node.childForFieldName('right');
    if (right) terms.push({ operator: node.childForFieldName('operator')?.type ?? '', node: right });
    node = node.childForFieldName('left');
  }
  if (node) terms.push({ operator: '', node });
  return terms.reverse();
}
