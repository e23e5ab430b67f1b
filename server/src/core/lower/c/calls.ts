import { NEG, type Operand, POS } from '../../ir/ir';
import { ONE_CONSTANT, operand, ZERO_CONSTANT } from '../../ir/operand';
import type { SyntaxNode } from '../../syntax/node';
import { chooseValue, lowerCondition } from './conditions';
import { lowerEffects, lowerExpression } from './expressions';
import { IDIOMS, type Idiom, NORETURN } from './idioms';
import { startIterator } from './iterators';
import { argumentsOf, calledName, type Lowering, spanOf, withoutParentheses } from './lowering';
import { configOption } from './preprocessor';

/** Emits a call and yields its result; known macros become what they do. */
export function lowerCall(lowering: Lowering, node: SyntaxNode, discarded: boolean): Operand {
  const args = argumentsOf(node);
  const idiom = idiomOf(lowering, node);
  const value = idiom && lowerIdiom(lowering, node, idiom, args);
  return value ?? lowerPlainCall(lowering, node, args, discarded);
}

/** What is known of the macro that a call names; undefined for an ordinary call. */
export function idiomOf(lowering: Lowering, call: SyntaxNode): Idiom | undefined {
  const name = calledName(lowering, call);
  return name === null ? undefined : IDIOMS.get(name);
}

/** Whether a call names a macro that stands for a value and does nothing by itself. */
export function isPureMacro(lowering: Lowering, call: SyntaxNode): boolean {
  const kind = idiomOf(lowering, call)?.kind;
  return kind === 'same' || kind === 'load' || kind === 'test' || kind === 'container';
}

/** Emits the call that `node` spells, with `operands` as the values of `args`. */
function emitCall(
  lowering: Lowering,
  node: SyntaxNode,
  args: readonly SyntaxNode[],
  operands: readonly Operand[],
  how: { readonly callee?: string; readonly discarded?: boolean } = {},
): Operand {
  const { builder } = lowering;
  const { callee = calledName(lowering, node) ?? '', discarded = false } = how;
  const calleeSpan = spanOf(node.childForFieldName('function') ?? node);
  const argSpans = args.map(spanOf);
  const result = builder.call({ span: spanOf(node), callee, calleeSpan, args: operands, argSpans, discarded });
  if (NORETURN.has(callee)) builder.stop();
  return result;
}

function lowerPlainCall(
  lowering: Lowering,
  node: SyntaxNode,
  args: readonly SyntaxNode[],
  discarded: boolean,
): Operand {
  const target = node.childForFieldName('function');
  if (!target) return operand.unknown(node.startIndex);
  const callee = lowerCallee(lowering, target);
  const operands = args.map(arg => lowerExpression(lowering, arg));
  return emitCall(lowering, node, args, operands, { callee, discarded });
}

/** The name under which a call is known. A pointer's own value is read, for that dereferences what it is in. */
function lowerCallee(lowering: Lowering, callee: SyntaxNode): string {
  const { builder } = lowering;
  let target = withoutParentheses(callee);
  if (target.type === 'pointer_expression') target = withoutParentheses(target.childForFieldName('argument') ?? target);
  const text = lowering.textOf(target).replace(/\s+/g, '');
  if (target.type === 'identifier') return builder.resolve(text) === null ? text : `*${text}`;
  builder.evaluate(lowerExpression(lowering, target), spanOf(target));
  return `*${text}`;
}

/** Null when the macro is not used in the form that is known: then it is an ordinary call. */
function lowerIdiom(lowering: Lowering, node: SyntaxNode, idiom: Idiom, args: readonly SyntaxNode[]): Operand | null {
  const { builder } = lowering;
  const [first, second, third] = args;
  if (!first) return null;
  const span = spanOf(node);
  switch (idiom.kind) {
    case 'same': {
      const value = lowerExpression(lowering, first);
      if (idiom.rest) for (const arg of args.slice(1)) lowerEffects(lowering, arg);
      return value;
    }
    case 'load':
      return operand.dereference(lowerExpression(lowering, first), span);
    case 'test':
      return operand.operator(`is:${idiom.mask}`, lowerExpression(lowering, first));
    case 'error-or-zero': {
      const value = lowerExpression(lowering, first);
      return chooseValue(lowering, node, (yes, no) => builder.branch(value, span, yes, no, NEG), {
        whenTrue: () => value,
        whenFalse: () => ZERO_CONSTANT,
        result: builder.newTemporary(),
      });
    }
    case 'assert-false':
      return lowerAssertion(lowering, node, first, args.slice(1));
    case 'compile-time':
      return ZERO_CONSTANT;
    case 'config':
      return operand.constant(`config:${configOption(lowering.textOf(first))}`);
    case 'container':
      if (!third) return null;
      return operand.operator(
        `container_of:${lowering.textOf(third).replace(/\s+/g, '')}`,
        lowerExpression(lowering, first),
      );
    case 'store': {
      if (!second) return null;
      const value = lowerExpression(lowering, second);
      const target = lowerExpression(lowering, first);
      const place = idiom.through ? operand.dereference(target, spanOf(first)) : target;
      const result = idiom.yields === 'old' ? builder.hold(place, span) : value;
      builder.assign(place, value, span);
      return result;
    }
    case 'compare-exchange':
      return second && third ? lowerCompareExchange(lowering, node, idiom.try, [first, second, third]) : null;
    case 'swap': {
      if (!second) return null;
      const [a, b] = [lowerExpression(lowering, first), lowerExpression(lowering, second)];
      const held = builder.hold(a, span);
      builder.assign(a, b, span);
      builder.assign(b, held, span);
      return ZERO_CONSTANT;
    }
    case 'take-over':
      return takeOver(lowering, first, idiom.leaves);
    case 'writes-first': {
      const [place, ...rest] = args.map(arg => lowerExpression(lowering, arg));
      return place ? emitCall(lowering, node, args, [operand.address(place), ...rest]) : null;
    }
    case 'hidden-goto':
      return lowerHiddenGoto(lowering, node, args);
    case 'iterator-start':
      if (!second) return null;
      startIterator(lowering, operand.dereference(lowerExpression(lowering, first), spanOf(first)), second, 'mm', span);
      return ZERO_CONSTANT;
    case 'acquire-error': {
      if (!second) return null;
      const guard = operand.dereference(lowerExpression(lowering, second), spanOf(second));
      return chooseValue(lowering, node, (yes, no) => builder.branch(guard, span, yes, no, POS), {
        whenTrue: () => ZERO_CONSTANT,
        whenFalse: () => guard,
        result: builder.newTemporary(),
      });
    }
    default:
      return idiom satisfies never;
  }
}

/** Yields the value of a variable that has a clean-up, and leaves nothing there for the clean-up to do. */
export function takeOver(lowering: Lowering, variable: SyntaxNode, leaves: string): Operand {
  const place = lowerExpression(lowering, variable);
  const value = lowering.builder.hold(place, spanOf(variable));
  lowering.builder.assign(place, operand.constant(leaves), spanOf(variable));
  return value;
}

/** `BUG_ON(x)`: the path on which `x` holds ends here. */
function lowerAssertion(
  lowering: Lowering,
  node: SyntaxNode,
  condition: SyntaxNode,
  dumped: readonly SyntaxNode[],
): Operand {
  const { builder } = lowering;
  const [failed, passed] = [builder.newBlock(), builder.newBlock()];
  lowerCondition(lowering, condition, failed, passed);
  builder.moveTo(failed);
  const operands = dumped.map(arg => lowerExpression(lowering, arg));
  emitCall(lowering, node, dumped, operands, { discarded: true });
  builder.stop();
  builder.moveTo(passed);
  return ZERO_CONSTANT;
}

function lowerCompareExchange(
  lowering: Lowering,
  node: SyntaxNode,
  tries: boolean,
  [target, expected, desired]: readonly [SyntaxNode, SyntaxNode, SyntaxNode],
): Operand {
  const { builder } = lowering;
  const span = spanOf(node);
  const place = operand.dereference(lowerExpression(lowering, target), spanOf(target));
  const wanted = lowerExpression(lowering, expected);
  const compared = tries ? operand.dereference(wanted, spanOf(expected)) : wanted;
  const value = lowerExpression(lowering, desired);
  const old = builder.hold(place, span);
  const decide = (yes: Parameters<typeof lowerCondition>[2], no: typeof yes): void =>
    builder.branch(operand.operator('==', old, compared), span, yes, no);
  const exchange = (yielded: Operand): Operand => {
    builder.assign(place, value, span);
    return yielded;
  };
  const keep = (): Operand => {
    if (tries) builder.assign(compared, old, span);
    return tries ? ZERO_CONSTANT : old;
  };
  const result = builder.newTemporary();
  return chooseValue(lowering, node, decide, {
    whenTrue: () => exchange(tries ? ONE_CONSTANT : old),
    whenFalse: keep,
    result,
  });
}

/** `unsafe_get_user(x, p, label)`: writes `x`, or goes to `label`. */
function lowerHiddenGoto(lowering: Lowering, node: SyntaxNode, args: readonly SyntaxNode[]): Operand | null {
  const { builder } = lowering;
  const label = args.at(-1);
  if (label?.type !== 'identifier') return null;
  const passed = args.slice(0, -1);
  const [place, ...rest] = passed.map(arg => lowerExpression(lowering, arg));
  if (!place) return null;
  const failed = emitCall(lowering, node, passed, [operand.address(place), ...rest]);
  const [away, on] = [builder.newBlock(), builder.newBlock()];
  builder.branch(failed, spanOf(node), away, on);
  builder.moveTo(away);
  builder.goto(lowering.textOf(label), spanOf(label));
  builder.moveTo(on);
  return ZERO_CONSTANT;
}
