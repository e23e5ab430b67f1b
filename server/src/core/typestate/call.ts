import { ANY, type Call, POS } from '../ir/ir';
import { conditionsAt } from './conditions';
import type { Context } from './context';
import { applyEffect, type Cause, freeObject } from './effects';
import { evaluate } from './evaluate';
import type { Recorder } from './event';
import { EXIT_TESTED, isLockLost, LOCK_READ, LOCK_UNKNOWN, lockOf, usersOf, withLock } from './holding';
import { typeOfOperand } from './operand-types';
import {
  areToldApart,
  type Condition,
  type Effect,
  type Outcome,
  type Slot,
  type SlotExpr,
  type Summary,
} from './summary';
import { PLAIN_RESULT, type ResultTraits } from './symbol-info';
import { NO_SYM } from './symbols';
import { callUnknown, forgetBehind, relateToOnlyMm } from './unknown-call';
import type { Cell, Sym, World } from './world';

/** A call splits: one world for each outcome of the callee that this world admits. `world` is used up. */
export function transferCall(ctx: Context, world: World, call: Call): World[] {
  const args = call.args.map(arg => evaluate(ctx, world, arg));
  const summary = summaryOf(ctx, call);
  if (ctx.recorder) record(ctx, world, call, args, summary);
  if (summary?.noreturn) return [];
  if (!summary || summary.opaque) {
    return callUnknown(ctx, world, call, args, summary);
  }
  const worlds: World[] = [];
  summary.outcomes.forEach((outcome, index) => {
    const branch = index === summary.outcomes.length - 1 ? world : world.clone();
    if (applyOutcome(ctx, branch, call, args, summary, outcome, index)) worlds.push(branch);
  });
  return worlds;
}

/**
 * What is known of the callee. A call with more or fewer arguments than its row of the table has parameters is of another
 * kernel version's function, of which the row says nothing.
 */
function summaryOf(ctx: Context, { callee, args }: Call): Summary | undefined {
  const summary = ctx.lookup(callee);
  const isOther = summary?.declared && summary.params && summary.params.length !== args.length;
  return isOther ? undefined : summary;
}

/** Resolves slots to values; `ret` exists once the call has returned. */
interface Frame {
  readonly args: readonly Sym[];
  readonly result: Sym | null;
}

function applyOutcome(
  ctx: Context,
  world: World,
  call: Call,
  args: readonly Sym[],
  summary: Summary,
  outcome: Outcome,
  index: number,
): boolean {
  const { symbols, constraints } = ctx;
  const before: Frame = { args, result: null };
  if (!outcome.when.every(condition => admits(ctx, world, before, condition))) return false;

  const result = resultOf(ctx, world, call, before, summary, outcome, index);
  world.env.set(symbols.temporaryCell(call.result), result);
  if (outcome.result !== ANY && !constraints.assume(world, result, outcome.result)) return false;

  const after: Frame = { args, result };
  // Whoever tests an object looks into it, whatever comes out.
  for (const slot of summary.tests ?? []) {
    const tested = resolve(ctx, world, before, slot);
    if (tested === null) continue;
    ctx.constraints.assume(world, tested, POS);
    if (outcome.effects.length === 0) world.held.set(tested, world.holding(tested) | EXIT_TESTED);
  }
  const cause: Cause = { at: ctx.site(call.span, call), callee: call.callee, inferred: !summary.declared, result };
  const targets = outcome.effects.map(effect => targetOf(ctx, world, after, effect));
  for (const [i, effect] of outcome.effects.entries()) applyEffect(ctx, world, effect, targets[i]!, cause);
  for (const slot of summary.frees ?? []) {
    const object = resolve(ctx, world, before, slot);
    if (object === null) continue;
    if (ctx.recorder) recordFree(ctx, call, slot, object);
    freeObject(ctx, world, object, cause);
  }
  for (const { slot, value } of outcome.stores) applyStore(ctx, world, call, after, slot, value);
  for (const effect of outcome.effectsAfter)
    applyEffect(ctx, world, effect, targetOf(ctx, world, after, effect), cause);
  for (const slot of guessedLocks(summary)[index]!) {
    const mm = resolve(ctx, world, after, slot);
    if (mm !== null && lockOf(world.holding(mm)) >= LOCK_READ)
      world.held.set(mm, withLock(world.holding(mm), LOCK_UNKNOWN));
  }
  if (summary.returns === 'vma' && !outcome.stores.some(store => store.slot === 'ret.vm_mm'))
    relateToOnlyMm(ctx, world, call, args, result);
  if (!outcome.implies.every(condition => admits(ctx, world, after, condition))) return false;
  if (!call.discarded && summary.returns !== 'other') ctx.recordValue(world, call.span, result);
  return true;
}

const guessed = new WeakMap<Summary, readonly (readonly Slot[])[]>();

/** For each outcome of a callee: whose mmap_lock it leaves alone, although another that the caller cannot tell from it does not. */
function guessedLocks(summary: Summary): readonly (readonly Slot[])[] {
  const known = guessed.get(summary);
  if (known) return known;
  const locksOf = ({ effects }: Outcome) => effects.flatMap(effect => (effect.kind === 'lock' ? [effect.of] : []));
  const { outcomes, declared, determinate } = summary;
  const slots = outcomes.map(one =>
    declared || determinate
      ? []
      : outcomes
          .filter(other => !areToldApart(one, other))
          .flatMap(locksOf)
          .filter(slot => !locksOf(one).includes(slot)),
  );
  guessed.set(summary, slots);
  return slots;
}

function resultOf(
  ctx: Context,
  world: World,
  call: Call,
  frame: Frame,
  summary: Summary,
  outcome: Outcome,
  index: number,
): Sym {
  const { symbols } = ctx;
  if (outcome.alias !== undefined) {
    const value = resolve(ctx, world, frame, outcome.alias);
    if (value !== null) return value;
  }
  const constants = outcome.constants?.map(text => symbols.constant(text)) ?? null;
  if (constants?.length === 1 && outcome.alias === undefined) return constants[0]!;
  const acquires = summary.acquires && (outcome.result & POS) !== 0;
  const traits: ResultTraits = {
    acquired: summary.acquires,
    made: acquires && summary.makes === true,
    denotes: summary.returns,
    constants,
  };
  return ctx.fresh(
    world,
    `${call.span.start}:${call.callee}${constants ? `#${index}` : ''}`,
    call.callee,
    traits,
    call.span,
  );
}

function applyStore(
  ctx: Context,
  world: World,
  call: Call,
  frame: Frame,
  slot: Slot,
  value: Outcome['stores'][number]['value'],
): void {
  const { symbols } = ctx;
  const cell = resolveCell(ctx, world, frame, slot);
  if (cell === null) return;
  switch (value.kind) {
    case 'const':
      ctx.store(world, cell, symbols.constant(value.text));
      return;
    case 'slot': {
      const symbol = resolve(ctx, world, frame, value.slot);
      if (symbol === null) return;
      // Which mm a vma belongs to is a relation, not a store that publishes the mm.
      if (value.relation || symbols.cellField(cell) === 'vm_mm') world.env.set(cell, symbol);
      else ctx.store(world, cell, symbol);
      return;
    }
    case 'fresh': {
      const traits = { ...PLAIN_RESULT, acquired: true, denotes: symbols.cellDenotes(cell) };
      const made = ctx.fresh(world, `new:${slot}@${call.span.start}`, call.callee, traits, call.span);
      world.masks.set(made, POS);
      ctx.store(world, cell, made);
      return;
    }
    case 'unknown': {
      if (symbols.cellField(cell) === '*') forgetBehind(ctx, world, symbols.cellBase(cell), call, frame.args);
      const written = ctx.fresh(
        world,
        `out:${slot}@${call.span.start}`,
        call.callee,
        { ...PLAIN_RESULT, denotes: symbols.cellDenotes(cell) },
        call.span,
      );
      if (value.mask !== ANY) world.masks.set(written, value.mask);
      world.env.set(cell, written);
      if (symbols.cellDenotes(cell) === 'vma') relateToOnlyMm(ctx, world, call, frame.args, written);
    }
  }
}

function admits(ctx: Context, world: World, frame: Frame, condition: Condition): boolean {
  const symbol = build(ctx, world, frame, condition.of);
  return symbol === null || ctx.constraints.assume(world, symbol, condition.mask);
}

function build(ctx: Context, world: World, frame: Frame, expr: SlotExpr): Sym | null {
  if (typeof expr === 'string') return resolve(ctx, world, frame, expr);
  if ('const' in expr) return ctx.symbols.constant(expr.const);
  const parts = expr.args.map(arg => build(ctx, world, frame, arg));
  if (parts.some(part => part === null)) return null;
  return ctx.symbols.operator(expr.op, parts[0]!, parts[1] ?? NO_SYM);
}

function targetOf(ctx: Context, world: World, frame: Frame, effect: Effect): Sym | null {
  const slot = effect.kind === 'atomic' ? effect.pinning : effect.of;
  return slot === undefined ? null : resolve(ctx, world, frame, slot);
}

/** The value that a slot names; null when the call has no such argument. */
function resolve(ctx: Context, world: World, frame: Frame, slot: Slot): Sym | null {
  const [root, ...path] = slot.split('.');
  let symbol = resolveRoot(ctx, world, frame, root!);
  for (const part of path) {
    // Nothing lies behind NULL.
    if (symbol === null || symbol === ctx.symbols.zero) return null;
    symbol = part.startsWith('&')
      ? ctx.symbols.fieldAddress(symbol, part.slice(1))
      : ctx.symbols.read(world, ctx.symbols.cell(symbol, part));
  }
  return symbol;
}

function resolveRoot(ctx: Context, world: World, frame: Frame, root: string): Sym | null {
  const { symbols } = ctx;
  if (root === 'ret') return frame.result;
  if (root === 'current') return symbols.current;
  if (root.startsWith('global:')) return symbols.read(world, symbols.variableCell(root.slice('global:'.length)));
  if (root.startsWith('address:')) return symbols.addressOf(root.slice('address:'.length));
  return frame.args[Number(root.slice('arg'.length))] ?? null;
}

function resolveCell(ctx: Context, world: World, frame: Frame, slot: Slot): Cell | null {
  const at = slot.lastIndexOf('.');
  const base = at < 0 ? null : resolve(ctx, world, frame, slot.slice(0, at));
  return base === null ? null : ctx.symbols.cell(base, slot.slice(at + 1));
}

function record(ctx: Context, world: World, call: Call, args: readonly Sym[], summary: Summary | undefined): void {
  const recorder = ctx.recorder!;
  for (const arg of args) recorder.dereferenced.add(arg);
  recorder.calls.push({ callee: call.callee, args, span: call.span });
  if ([...world.held.values()].some(holding => lockOf(holding) >= LOCK_READ || isLockLost(holding)))
    recorder.lockedCalls.add(call.callee);
  if (world.atomicDepth > 0) recorder.atomicCalls.add(call.callee);
  if (recorder.withDetail && !summary?.declared) {
    const { symbols } = ctx;
    const ofCurrent = symbols.read(world, symbols.cell(symbols.current, 'mm'));
    const known = recorder.currentLocks.get(call.callee) ?? 0;
    recorder.currentLocks.set(call.callee, known | (1 << lockOf(world.holding(ofCurrent))));
  }
  const frame: Frame = { args, result: null };
  for (const slot of summary?.tests ?? []) {
    const tested = resolve(ctx, world, frame, slot);
    if (tested === null) continue;
    recorder.doubted.add(tested);
    if (summary?.outcomes.every(outcome => !outcome.effects.length)) recorder.exitTested.add(tested);
  }
  if (ctx.isTracked(call.callee)) recordArguments(ctx, world, recorder, call.callee, args);
  // A row says all that its function needs of an mm; any other function, and whoever is given a VMA, may look into it.
  for (const arg of args) {
    if (!summary?.declared || ctx.symbols.denotes(arg) === 'vma')
      ctx.noteUse(world, arg, ctx.site(call.span, call), 'passed');
  }
  if (!summary) return;
  const demands = summary.demands
    .filter(demand =>
      demand.when.every(condition => {
        const mask = ctx.constraints.maskOf(world, build(ctx, world, frame, condition.of) ?? ctx.symbols.zero);
        // A condition that the caller does not show to hold may be the very one that it avoids.
        return (mask & ~condition.mask) === 0;
      }),
    )
    .map(demand => {
      const symbol = resolve(ctx, world, frame, demand.of);
      const isOpen = symbol === null || (demand.resource === 'users' && isOfKeptVma(ctx, world, frame, demand.of));
      return { demand, of: isOpen ? null : ctx.snapshot(world, symbol) };
    });
  const held = demands.length > 0 ? [...world.held.values()] : [];
  recorder.events.push({
    kind: 'call',
    at: ctx.site(call.span, call),
    call,
    summary,
    atomicDepth: world.atomicDepth,
    demands,
    isLocked: held.some(holding => lockOf(holding) >= LOCK_READ),
    isPinned: held.some(holding => usersOf(holding) > 0),
    inputs: demands.length > 0 ? [...conditionsAt(ctx, world).values()] : [],
  });
}

/** More calls of one function tell nothing new. */
const MAX_CALLS = 64;

function recordArguments(ctx: Context, world: World, recorder: Recorder, callee: string, args: readonly Sym[]): void {
  const { symbols } = ctx;
  const cellsOf = (arg: Sym): readonly Cell[] => {
    if (symbols.denotes(arg) === 'vma') return [symbols.cell(arg, 'vm_mm')];
    return recorder.withDetail && arg !== symbols.current ? symbols.mmCellsOf(arg) : [];
  };
  const members = args.map(cellsOf);
  // On another path, what is NULL here may be a handle.
  const tells = (arg: Sym, i: number) =>
    symbols.denotes(arg) !== 'other' || members[i]!.length > 0 || (recorder.withDetail && arg === symbols.zero);
  if (!args.some(tells)) return;
  const list = recorder.arguments.get(callee) ?? [];
  recorder.arguments.set(callee, list);
  if (list.length === MAX_CALLS) return;
  list.push(
    args.map((arg, i) => ({
      value: ctx.snapshot(world, arg),
      members: members[i]!.map(cell => ({
        field: symbols.cellField(cell),
        of: ctx.snapshot(world, symbols.read(world, cell)),
      })),
    })),
  );
}

function recordFree(ctx: Context, { args, span }: Call, slot: Slot, object: Sym): void {
  const operand = args[Number(slot.slice('arg'.length))];
  const type = operand && typeOfOperand(ctx, operand);
  ctx.recorder!.frees.push({ object, struct: type?.pointers === 1 ? type.name : null, span });
}

/** As long as an object names a VMA, it was not taken down with its mm. */
function isOfKeptVma(ctx: Context, world: World, frame: Frame, slot: Slot): boolean {
  if (!slot.endsWith('.vm_mm')) return false;
  const vma = resolve(ctx, world, frame, slot.slice(0, slot.lastIndexOf('.')));
  return vma !== null && ctx.isKeptByObject(vma);
}
