import { ANY, NEG, type Operand, POS, type Type, ZERO } from '../../ir/ir';
import { ONE_CONSTANT, operand } from '../../ir/operand';
import type { SyntaxNode } from '../../syntax/node';
import type { Span } from '../../text';
import { lowerEffects, lowerExpression } from './expressions';
import { SCOPED_MACROS } from './idioms';
import type { MacroLoop } from './iterators';
import { argumentsOf, calledName, type Lowering, spanOf } from './lowering';
import { endOf, lowerStatement } from './statements';
import { type CallTemplate, fillTemplate, type Guard, type Steps } from './templates';

/** `guard(name)(args)` or a macro like it, where the source takes it. */
export interface GuardUse {
  readonly name: SyntaxNode;
  readonly args: readonly SyntaxNode[];
  readonly span: Span;
  /** The name that the source gives to what it holds. */
  readonly variable: SyntaxNode | null;
}

/**
 * `guard(name)(args)`, `CLASS(name, var)(args)` and `ACQUIRE(name, var)(args)` take something here and give it back
 * at the end of the scope. False when the call is none of these.
 */
export function lowerScopedCall(lowering: Lowering, call: SyntaxNode): boolean {
  const inner = call.childForFieldName('function');
  if (inner?.type !== 'call_expression') return false;
  const macro = calledName(lowering, inner);
  const [name, variable = null] = argumentsOf(inner);
  const use = name && { name, variable, args: argumentsOf(call), span: spanOf(call) };
  if (use && (macro === 'guard' || macro === 'ACQUIRE')) takeGuard(lowering, use);
  else if (use && macro === 'CLASS') construct(lowering, use);
  else return false;
  return true;
}

/**
 * Takes a guard until the end of the innermost scope. Yields null for a guard that cannot fail; for another one a
 * local that is positive (what was guarded) when it was taken and a negative error when it was not.
 */
function takeGuard(lowering: Lowering, use: GuardUse): Operand | null {
  const guard = lowering.cleanups.guard(lowering.textOf(use.name));
  if (!guard) {
    construct(lowering, use);
    return null;
  }
  const { builder } = lowering;
  const { span } = use;
  const args = use.args.map(arg => lowerExpression(lowering, arg));
  const guarded = args[0] ?? ONE_CONSTANT;
  const key = declareHolder(lowering, use, typeOfValue(lowering, guarded));
  // The argument may change before the scope ends: what is released is what was taken.
  const held = operand.variable(key, emptySpan(span.start));
  const result = callTemplate(lowering, guard.take, new Map([['_T', guarded]]), use, guard.taken === ANY);
  if (guard.taken === ANY) builder.assign(held, guarded, span);
  else holdIfTaken(lowering, held, { guarded, result, guard, span });
  addRelease(lowering, { ...guard.release, when: guard.taken === ANY ? ANY : POS }, key, spanOf(use.name));
  builder.endStatement(span);
  return guard.taken === ANY ? null : held;
}

/** Whether a block macro runs its body at most once, with a guard held. */
export function isScopedGuard(loop: MacroLoop): boolean {
  return SCOPED_MACROS.has(loop.name);
}

/** `scoped_guard(name, args) { … }`: the body with a guard held, or not at all. */
export function lowerScopedGuard(lowering: Lowering, loop: MacroLoop, body: SyntaxNode | null): void {
  const { builder } = lowering;
  const [name, ...others] = loop.args;
  const failure = loop.name === 'scoped_cond_guard' ? (others.shift() ?? null) : null;
  const variable = loop.name === 'scoped_class' ? (others.shift() ?? null) : null;
  const out = builder.newBlock();
  builder.withinLoop(out, out, () => {
    builder.enterScope();
    const held = name ? takeGuard(lowering, { name, args: others, span: loop.span, variable }) : null;
    if (held) {
      const [taken, failed] = [builder.newBlock(), builder.newBlock()];
      builder.branch(held, loop.span, taken, failed, POS);
      builder.moveTo(failed);
      if (name && failure) lowerFailure(lowering, name, failure);
      builder.jump(out);
      builder.moveTo(taken);
    }
    if (body) lowerStatement(lowering, body);
    builder.leaveScope(body ? endOf(body) : loop.span);
  });
  builder.fallInto(out);
}

/** `T *p __free(name)`: looks for it in the original text of `between`, for the parser does not see it. */
export function addFreeCleanup(lowering: Lowering, declared: SyntaxNode, between: Span): void {
  const text = lowering.original.slice(between.start, between.end);
  const match = /\b__(free|cleanup)\s*\(\s*(\w+)\s*\)/.exec(text);
  const key = lowering.builder.resolve(lowering.textOf(declared));
  if (!match || key === null) return;
  const [written, kind, name = ''] = match;
  const start = between.start + match.index;
  const macro = { start, end: start + written.length };
  const steps = kind === 'free' ? lowering.cleanups.free(name) : null;
  if (steps) addRelease(lowering, steps, key, macro);
  else addDestructor(lowering, kind === 'free' ? `__free_${name}` : name, key, macro);
}

/** The second argument of `scoped_cond_guard()` is a statement, of which the parser sees an expression at most. */
function lowerFailure(lowering: Lowering, name: SyntaxNode, failure: SyntaxNode): void {
  const { builder } = lowering;
  const [, keyword = ''] = /^\s*,\s*(\w+)/.exec(lowering.original.slice(name.endIndex, failure.endIndex)) ?? [];
  const span = spanOf(failure);
  if (keyword === 'continue') builder.continueLoop(span);
  else if (keyword === 'break') builder.breakOut(span);
  else if (keyword !== 'return') lowerEffects(lowering, failure);
  else if (/^return$/i.test(lowering.textOf(failure))) builder.return(null, span, false);
  else builder.return(lowerExpression(lowering, failure), span, false);
}

/** `CLASS()`, and a guard of which nothing is known: calls what the macros of linux/cleanup.h expand to. */
function construct(lowering: Lowering, use: GuardUse): void {
  const { builder } = lowering;
  const name = lowering.textOf(use.name);
  const definition = lowering.cleanups.class(name);
  const args = use.args.map(arg => lowerExpression(lowering, arg));
  const key = declareHolder(
    lowering,
    use,
    definition?.type ?? { name: `class_${name}_t`, pointers: 0, array: false, aggregate: true },
  );
  const parameters = definition?.parameters ?? args.map((_, i) => `arg${i}`);
  const values = new Map(parameters.map((parameter, i) => [parameter, args[i] ?? operand.unknown(use.span.start)]));
  const init = definition?.init ?? { callee: `class_${name}_constructor`, args: parameters };
  const holder = operand.variable(key, use.variable ? spanOf(use.variable) : emptySpan(use.span.start));
  builder.assign(holder, callTemplate(lowering, init, values, use, false), use.span);
  builder.endStatement(use.span);
  if (definition) addRelease(lowering, definition.release, key, spanOf(use.name));
  else addDestructor(lowering, `class_${name}_destructor`, key, spanOf(use.name));
}

function declareHolder(lowering: Lowering, use: GuardUse, type: Type): string {
  const { builder } = lowering;
  if (!use.variable) return builder.declareHidden('guard', type, use.span);
  const sourceName = lowering.textOf(use.variable);
  return builder.declareLocal({ type, parameter: -1, static: false, sourceName, span: spanOf(use.variable) });
}

function holdIfTaken(
  lowering: Lowering,
  held: Operand,
  taking: { readonly guarded: Operand; readonly result: Operand; readonly guard: Guard; readonly span: Span },
): void {
  const { builder } = lowering;
  const { guarded, result, guard, span } = taking;
  const [taken, failed, join] = [builder.newBlock(), builder.newBlock(), builder.newBlock()];
  builder.branch(result, span, taken, failed, guard.taken);
  builder.moveTo(taken);
  builder.assign(held, guarded, span);
  builder.jump(join);
  builder.moveTo(failed);
  if (guard.taken === ZERO) builder.emit({ op: 'assume', span, value: result, mask: NEG });
  builder.assign(held, guard.taken === ZERO ? result : operand.constant('-EBUSY'), span);
  builder.fallInto(join);
}

function callTemplate(
  lowering: Lowering,
  template: CallTemplate,
  values: ReadonlyMap<string, Operand>,
  use: GuardUse,
  discarded: boolean,
): Operand {
  const calleeSpan = spanOf(use.name);
  const args = template.args.map(text => fillTemplate(text, values, use.span));
  const argSpans = args.map((_, i) => (use.args[i] ? spanOf(use.args[i]) : calleeSpan));
  const { callee } = template;
  return lowering.builder.call({ span: use.span, callee, calleeSpan, args, argSpans, discarded, implicit: true });
}

/** At the end of the scope, makes the calls of `steps` for the local `key`. `macro` is what in the source asks for it. */
function addRelease(lowering: Lowering, steps: Steps, key: string, macro: Span): void {
  const { builder } = lowering;
  builder.addCleanup(exit => {
    const held = operand.variable(key, emptySpan(exit.end));
    const [release, join] = [builder.newBlock(), builder.newBlock()];
    if (steps.when !== ANY) {
      builder.branch(held, exit, release, join, steps.when);
      builder.moveTo(release);
    }
    for (const call of steps.calls) {
      const args = call.args.map(text => fillTemplate(text, new Map([['_T', held]]), emptySpan(exit.end)));
      emitImplicit(lowering, call.callee, args, exit, macro);
    }
    builder.fallInto(join);
  });
}

/** At the end of the scope, passes the address of the local `key` to `callee`. */
function addDestructor(lowering: Lowering, callee: string, key: string, macro: Span): void {
  lowering.builder.addCleanup(exit => {
    const whole = operand.address(operand.variable(key, emptySpan(exit.end)));
    emitImplicit(lowering, callee, [whole], exit, macro);
  });
}

function emitImplicit(lowering: Lowering, callee: string, args: readonly Operand[], exit: Span, macro: Span): void {
  const argSpans = args.map(() => macro);
  lowering.builder.call({ span: exit, callee, calleeSpan: macro, args, argSpans, discarded: true, implicit: true });
}

function typeOfValue(lowering: Lowering, value: Operand): Type {
  const local = value.kind === 'variable' ? lowering.builder.locals.get(value.name) : undefined;
  return local?.type ?? { name: 'void', pointers: 1, array: false, aggregate: false };
}

/** Operands that the source does not spell have an empty span. */
function emptySpan(at: number): Span {
  return { start: at, end: at };
}
