import type { Draft } from '../../ir/block-order';
import type { Operand } from '../../ir/ir';
import { operand } from '../../ir/operand';
import type { SyntaxNode } from '../../syntax/node';
import type { Span } from '../../text';
import { lowerEffects, lowerExpression } from './expressions';
import { DECLARING, LOOP_MACROS, type LoopMacro } from './idioms';
import { argumentsOf, calledName, type Lowering, spanOf, withoutParentheses } from './lowering';

/** A macro that the normaliser rewrote to a plain `while`, with what is between its parentheses. */
export interface MacroLoop {
  readonly name: string;
  readonly span: Span;
  readonly nameSpan: Span;
  readonly args: readonly SyntaxNode[];
}

/** The macro that stands at `at` in the original text where the parser saw `while (condition)`; null for a real loop. */
export function readMacroLoop(lowering: Lowering, at: number, condition: SyntaxNode): MacroLoop | null {
  const [name = ''] = /^\w*/.exec(lowering.original.slice(at, at + 80)) ?? [];
  if (name === '' || name === 'while') return null;
  const args: SyntaxNode[] = [];
  let node = withoutParentheses(condition);
  for (; node.type === 'comma_expression'; node = node.childForFieldName('right') ?? node) {
    const left = node.childForFieldName('left');
    if (!left || !node.childForFieldName('right')) break;
    args.push(left);
  }
  args.push(node);
  return { name, span: { start: at, end: condition.endIndex }, nameSpan: { start: at, end: at + name.length }, args };
}

/** Starts an iteration: gives the loop variables their next values, then goes to `body` or, at the end, to `out`. */
export function lowerIteration(lowering: Lowering, loop: MacroLoop, body: Draft, out: Draft): void {
  const { builder } = lowering;
  const macro = LOOP_MACROS.find(({ pattern }) => pattern.test(loop.name))!;
  const call = { span: loop.span, calleeSpan: loop.nameSpan, macro: loop.name };
  const sources = loop.args.filter((arg, i) => !macro.assigns.includes(i) && !isBareName(lowering, arg));
  const args = macro.iterator
    ? [lowerIterator(lowering, loop, macro.iterator)]
    : sources.map(arg => lowerExpression(lowering, arg));
  const argSpans = macro.iterator ? [loop.nameSpan] : sources.map(spanOf);
  for (const position of macro.assigns) {
    const target = loop.args[position];
    if (!target || !isAssignable(lowering, target, macro)) continue;
    const place = lowerExpression(lowering, target);
    const next = builder.call({ ...call, callee: macro.iterator ? '@vma_next' : '@next', args, argSpans });
    builder.assign(place, next, loop.span);
    if (position !== macro.nullAtEnd) continue;
    builder.branch(place, loop.span, body, out);
    return;
  }
  const more = builder.call({ ...call, callee: '@more', args: [], argSpans: [] });
  builder.branch(more, loop.span, body, out);
}

/** `VMA_ITERATOR(vmi, mm, addr)` and other macros that declare a local. False when the call is none of these. */
export function lowerDeclaringMacro(lowering: Lowering, call: SyntaxNode): boolean {
  const name = calledName(lowering, call);
  const declaring = name === null ? undefined : DECLARING.find(({ pattern }) => pattern.test(name));
  const [declared, ...others] = argumentsOf(call);
  if (!declaring || declared?.type !== 'identifier') return false;
  const { builder } = lowering;
  const key = builder.declareLocal({
    type: { name: declaring.type, pointers: 0, array: false, aggregate: true },
    parameter: -1,
    static: false,
    sourceName: lowering.textOf(declared),
    span: spanOf(declared),
  });
  builder.emit({ op: 'declare', span: spanOf(declared), name: key, zeroed: false });
  for (const [i, arg] of others.entries()) {
    const iterator = operand.variable(key, spanOf(declared));
    if (i === 0 && declaring.over) startIterator(lowering, iterator, arg, declaring.over, spanOf(call));
    else lowerEffects(lowering, arg);
  }
  builder.endStatement(spanOf(call));
  return true;
}

/** Points `iterator` at the mm that `source` is, or whose tree of VMAs (`&mm->mm_mt`) it is. */
export function startIterator(
  lowering: Lowering,
  iterator: Operand,
  source: SyntaxNode,
  over: 'mm' | 'tree',
  span: Span,
): void {
  const value = lowerExpression(lowering, source);
  const mm = over === 'mm' ? value : mmOfTree(value);
  if (mm) lowering.builder.assign(operand.member(iterator, 'mm', span), mm, span);
}

/** The mm of which `value` is the address of the VMA tree. */
function mmOfTree(value: Operand): Operand | null {
  return value.kind === 'address' && value.of.kind === 'field' && value.of.field === 'mm_mt' ? value.of.base : null;
}

/** The address of the iterator that a VMA loop walks. `mt_for_each(&mm->mm_mt, …)` has none: one is made for it. */
function lowerIterator(lowering: Lowering, loop: MacroLoop, given: 'itself' | 'pointer'): Operand {
  const { builder } = lowering;
  const [first] = loop.args;
  const value = first ? lowerExpression(lowering, first) : operand.unknown(loop.span.start);
  if (given === 'itself') return operand.address(value);
  const mm = mmOfTree(value);
  if (!mm) return value;
  const type = { name: 'vma_iterator', pointers: 0, array: false, aggregate: true };
  const made = operand.variable(builder.declareHidden('iterator', type, loop.span), loop.span);
  builder.assign(operand.member(made, 'mm', loop.span), mm, loop.span);
  return operand.address(made);
}

/** A name that is no local: the member of `list_for_each_entry(pos, head, member)`. */
function isBareName(lowering: Lowering, arg: SyntaxNode): boolean {
  return arg.type === 'identifier' && lowering.builder.resolve(lowering.textOf(arg)) === null;
}

/** A loop macro of no known family is taken to assign its first argument only if that is a local of its own. */
function isAssignable(lowering: Lowering, target: SyntaxNode, macro: LoopMacro): boolean {
  if (macro !== LOOP_MACROS.at(-1)) return !isBareName(lowering, target);
  const key = target.type === 'identifier' ? lowering.builder.resolve(lowering.textOf(target)) : null;
  const local = key === null ? undefined : lowering.builder.locals.get(key);
  return local !== undefined && local.parameter < 0 && !local.type.aggregate;
}
