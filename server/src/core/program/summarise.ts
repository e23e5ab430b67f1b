import { ANY, type Mask, NEG, NONZERO, ZERO } from '../ir/ir';
import type { Arm } from '../syntax/arms';
import type { Solved } from '../typestate/analyse';
import { conditionsAt } from '../typestate/conditions';
import { constantMask } from '../typestate/constants';
import type { Context } from '../typestate/context';
import type { Exit } from '../typestate/event';
import {
  countOf,
  ESCAPED,
  entryLockOf,
  FAULT_RELEASED,
  type Holding,
  isLockLost,
  LOCK_NONE,
  LOCK_READ,
  LOCK_UNKNOWN,
  lazyOf,
  lockName,
  lockOf,
  NEUTRAL,
  TOOK_VMA,
  usersOf,
  VMA_READ,
  VMA_RELEASED,
  VMA_WRITE,
} from '../typestate/holding';
import {
  type Condition,
  type Convention,
  type Effect,
  isDeterminate,
  type LockMode,
  NOTHING_KNOWN,
  type Outcome,
  type Slot,
  type Stored,
  type Summary,
} from '../typestate/summary';
import type { Sym } from '../typestate/world';
import { demandsOf } from './demands';
import { slotOfStored } from './stored';
import { demandWords, effectWords } from './words';

/** More ways to end than this say that the function was not understood. */
const MAX_OUTCOMES = 24;

/** What callers need to know of a function, from its exits; null when it has no effect on any handle. */
export function summarise(solved: Solved, defective: ReadonlySet<Exit>): Summary | null {
  const { ctx, recorder } = solved;
  const { cfg } = ctx;
  // Exits judged defective are left out, else every caller repeats the complaint.
  const kept =
    defective.size < recorder.exits.length ? recorder.exits.filter(exit => !defective.has(exit)) : recorder.exits;
  const touched = {
    released: symbolsReleasedSomewhere(recorder.exits),
    lapsed: symbolsLapsedAlways(kept),
    flags: flagsOfResults(ctx, kept),
  };
  const isVoid = cfg.returnType.name === 'void' && cfg.returnType.pointers === 0;
  const groups = new Map<string, Draft>();
  for (const exit of kept) {
    const draft = draftOutcome(ctx, exit, isVoid, touched);
    const key = JSON.stringify([
      draft.effects,
      draft.effectsAfter,
      [...draft.stores].filter(
        ([slot, value]) =>
          value.kind === 'fresh' || slot.endsWith('.*') || (draft.effects.length && value.kind !== 'unknown'),
      ),
      draft.effects.length ? draft.alias : null,
    ]);
    const same = groups.get(key);
    if (same) mergeDraft(same, draft);
    else groups.set(key, draft);
  }
  const drafts = [...groups.values()];
  const tests = [...recorder.exitTested].flatMap(symbol => ctx.symbols.slotOf(symbol) ?? []);
  const hasEffect = drafts.some(draft => draft.effects.length || draft.effectsAfter.length);
  const demands = demandsOf(solved);
  const rest = { demands, ...(tests.length && { tests }) };
  if (hasEffect && drafts.length <= MAX_OUTCOMES) {
    const summary = buildSummary(ctx, drafts.map(finishDraft));
    return { ...summary, ...rest, sleeps: sleepsInPut(solved), words: [...demands.map(demandWords), ...summary.words] };
  }
  if (!tests.length && !demands.length) return null;
  return { ...buildSummary(ctx, []), ...rest, words: demands.map(demandWords), opaque: true };
}

/** A put of users, which may be the last, sleeps in a section of the caller's. */
function sleepsInPut({ ctx, recorder }: Solved): boolean {
  return recorder.events.some(
    event =>
      event.kind === 'release' &&
      event.resource === 'users' &&
      event.at.call !== null &&
      ctx.lookup(event.at.call.callee)?.sleeps === true,
  );
}

/**
 * The same summary without the effects that were judged to be defects of the function itself. `defectOf` gives the
 * results for which an effect is one; an outcome with other results as well is split.
 */
export function withdrawEffects(summary: Summary, defectOf: (effect: Effect) => Mask): Summary | null {
  const outcomes = summary.outcomes.flatMap((outcome): Outcome[] => {
    const bad = [...outcome.effects, ...outcome.effectsAfter].reduce((mask, effect) => mask | defectOf(effect), 0);
    const [withdrawn, kept] = [outcome.result & bad, outcome.result & ~bad];
    if (!withdrawn) return [outcome];
    const isSound = (effect: Effect) => (defectOf(effect) & withdrawn) === 0;
    const rest = {
      ...outcome,
      result: withdrawn,
      effects: outcome.effects.filter(isSound),
      effectsAfter: outcome.effectsAfter.filter(isSound),
    };
    return kept ? [{ ...outcome, result: kept }, rest] : [rest];
  });
  if (!outcomes.some(outcome => outcome.effects.length || outcome.effectsAfter.length) && !summary.demands.length)
    return null;
  return { ...summary, outcomes, words: outcomes.flatMap(effectWords), determinate: isDeterminate(outcomes) };
}

/** The summary of a definition that exists only under some configuration. */
export function restrictTo(summary: Summary, arms: readonly Arm[]): Summary {
  if (!arms.length) return summary;
  const when = arms.map(({ option, on }) => ({ of: { const: `config:${option}` }, mask: on ? NONZERO : ZERO }));
  return { ...summary, outcomes: summary.outcomes.map(outcome => ({ ...outcome, when: [...when, ...outcome.when] })) };
}

/** Two definitions of one function under `#if`: a caller may meet either. */
export function mergeAlternatives(a: Summary, b: Summary): Summary {
  const outcomes = [...a.outcomes, ...b.outcomes];
  return {
    ...a,
    outcomes,
    acquires: a.acquires && b.acquires,
    words: [...new Set([...a.words, ...b.words])],
    determinate: isDeterminate(outcomes),
  };
}

/** Of what never returns, nothing else matters. */
export const NEVER_RETURNS: Summary = { ...NOTHING_KNOWN, noreturn: true };

function buildSummary(ctx: Context, outcomes: readonly Outcome[]): Summary {
  const { name, returnType, noreturn } = ctx.cfg;
  const onResult = (effect: Effect) => effect.kind !== 'atomic' && effect.of === 'ret';
  const failures = outcomes.reduce((mask, outcome) => mask | outcome.result, 0);
  const acquires = outcomes.some(outcome => outcome.effects.some(onResult));
  return {
    ...NOTHING_KNOWN,
    name,
    outcomes,
    returns:
      returnType.pointers !== 1
        ? 'other'
        : returnType.name === 'mm_struct'
          ? 'mm'
          : returnType.name === 'vm_area_struct'
            ? 'vma'
            : 'other',
    convention: acquires ? conventionOf(failures) : 'none',
    acquires,
    noreturn,
    determinate: isDeterminate(outcomes),
    words: outcomes.flatMap(effectWords),
  };
}

function conventionOf(results: Mask): Convention {
  if (results & NEG) return results & ZERO ? 'null-or-err' : 'err';
  return results & ZERO ? 'null' : 'none';
}

/** One exit, or several with the same effects, on the way to an Outcome. */
interface Draft {
  result: Mask;
  constants: Set<string> | null;
  alias: Slot | null;
  readonly effects: readonly Effect[];
  readonly effectsAfter: readonly Effect[];
  readonly stores: Map<Slot, Stored>;
  /** By the text of the slot expression. */
  readonly conditions: Map<string, Condition>;
  /** What is known of flags in the result. */
  readonly implied: Map<string, Condition>;
}

function symbolsReleasedSomewhere(exits: readonly Exit[]): Set<Sym> {
  const released = new Set<Sym>();
  for (const { world } of exits) {
    for (const [symbol, holding] of world.held.entries())
      if (usersOf(holding) < 0 || countOf(holding) < 0) released.add(symbol);
  }
  return released;
}

/** Handles whose mmap_lock every path drops and takes again. */
function symbolsLapsedAlways(exits: readonly Exit[]): ReadonlySet<Sym> {
  const [first, ...others] = exits;
  const lapsed = [...(first?.world.held.keys() ?? [])].filter(symbol =>
    [first!, ...others].every(exit => isLapsed(exit, symbol)),
  );
  return new Set(lapsed);
}

/** mmap_lock is held at entry and here, but was not in between. */
function isLapsed({ world }: Exit, symbol: Sym): boolean {
  const holding = world.holding(symbol);
  return (
    entryLockOf(holding) >= LOCK_READ &&
    lockOf(holding) >= LOCK_READ &&
    (world.history.get(symbol) ?? []).some(({ resource, action }) => resource === 'mmap_lock' && action === 'drops')
  );
}

/** What the paths of a function have in common. */
interface Touched {
  readonly released: ReadonlySet<Sym>;
  readonly lapsed: ReadonlySet<Sym>;
  readonly flags: ReadonlySet<Sym>;
}

function draftOutcome(ctx: Context, exit: Exit, isVoid: boolean, touched: Touched): Draft {
  const { symbols, constraints } = ctx;
  const { world } = exit;
  const effects: Effect[] = [];
  const effectsAfter: Effect[] = [];
  const stores = new Map<Slot, Stored>();
  for (const [symbol, holding] of world.held.entries()) {
    const own = symbols.slotOf(symbol) ?? (exit.result === symbol ? 'ret' : null);
    if (own !== null) {
      const isChanged = entryLockOf(holding) !== lockOf(holding);
      const lapses = isChanged ? isLapsed(exit, symbol) : touched.lapsed.has(symbol);
      effects.push(...effectsOf(own, holding, touched.released.has(symbol), lapses));
      continue;
    }
    // A new object may be reached through what the function stored for its caller.
    const outSlot = slotOfStored(ctx, exit, symbol);
    if (outSlot === null) continue;
    if (usersOf(holding) > 0 || countOf(holding) > 0) stores.set(outSlot, { kind: 'fresh' });
    effectsAfter.push(...effectsOf(outSlot, holding, false, false));
  }
  /** The first out-parameter that received a handle: a second one that holds the same handle is its twin. */
  const twins = new Map<Sym, Slot>();
  for (const [cell, value] of world.env.entries()) {
    const base = symbols.slotOf(symbols.cellBase(cell));
    if (!base?.startsWith('arg')) continue;
    const slot = `${base}.${symbols.cellField(cell)}`;
    // What is unchanged is not stored, and NULL that stays NULL is unchanged.
    const [now, before] = [value, symbols.initial(cell)].map(one => constraints.maskOf(world, one));
    if (stores.has(slot) || value === symbols.initial(cell) || (now === ZERO && before === ZERO)) continue;
    const info = symbols.info(value);
    const source = symbols.slotOf(value);
    const twin = twins.get(value);
    if (symbols.denotes(value) !== 'other') twins.set(value, slot);
    if (twin !== undefined) stores.set(slot, { kind: 'slot', slot: twin });
    else if (info.kind === 'constant') stores.set(slot, { kind: 'const', text: info.text });
    else if (source !== null && world.holding(value) !== NEUTRAL) stores.set(slot, { kind: 'slot', slot: source });
    else if (symbols.cellField(cell) === '*')
      stores.set(slot, { kind: 'unknown', mask: constraints.maskOf(world, value) });
  }
  const result = exit.result;
  const constants = result < 0 ? null : constraints.constantsOf(world, result);
  return {
    result: isVoid ? ANY : exit.mask,
    constants: constants && new Set(constants.map(c => symbols.name(c))),
    alias: result < 0 || symbols.isConstant(result) ? null : symbols.slotOf(result),
    effects: effects.sort(byText),
    effectsAfter: effectsAfter.sort(byText),
    stores,
    conditions: conditionsAt(ctx, exit.world),
    implied: factsOfResult(ctx, exit, touched.flags),
  };
}

const byText = (a: Effect, b: Effect) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);

function effectsOf(slot: Slot, holding: Holding, releasedSomewhere: boolean, lapses: boolean): Effect[] {
  const effects: Effect[] = [];
  const counters = [
    ['users', usersOf(holding)],
    ['count', countOf(holding)],
    ['lazy', lazyOf(holding)],
  ] as const;
  for (const [resource, delta] of counters) if (delta) effects.push({ kind: 'count', resource, delta, of: slot });
  const [entry, now] = [entryLockOf(holding), lockOf(holding)];
  const byFault = holding & FAULT_RELEASED && entry === LOCK_READ && now === LOCK_NONE;
  if (entry !== LOCK_UNKNOWN && (entry !== now || lapses) && !byFault && !isLockLost(holding))
    effects.push({
      kind: 'lock',
      from: lockName(entry) as LockMode,
      to: lockName(now) as LockMode,
      of: slot,
      ...(lapses && { lapses }),
    });
  if (byFault) effects.push({ kind: 'fault-lock', of: slot.slice(0, slot.lastIndexOf('.')) });
  if (holding & VMA_WRITE) effects.push({ kind: 'vma-write', of: slot });
  if (holding & VMA_READ) effects.push({ kind: 'count', resource: 'vma_read', delta: 1, of: slot });
  else if (holding & VMA_RELEASED && !(holding & TOOK_VMA))
    effects.push({ kind: 'count', resource: 'vma_read', delta: -1, of: slot });
  if (holding & ESCAPED && (usersOf(holding) || countOf(holding) || releasedSomewhere))
    effects.push({ kind: 'moves', of: slot });
  return effects;
}

/** Flags that some path knows of its result, such as VM_FAULT_RETRY. */
function flagsOfResults({ symbols }: Context, exits: readonly Exit[]): ReadonlySet<Sym> {
  const flags = new Set<Sym>();
  for (const { result } of exits) {
    for (const operator of result < 0 || symbols.isConstant(result) ? [] : symbols.operatorsOn(result)) {
      const flag = symbols.flagOf(operator, result);
      if (flag !== null) flags.add(flag);
    }
  }
  return flags;
}

/** Facts such as `ret & VM_FAULT_RETRY`, by which callers of fault handlers tell what happened. */
function factsOfResult({ symbols, constraints }: Context, exit: Exit, flags: ReadonlySet<Sym>): Map<string, Condition> {
  const implied = new Map<string, Condition>();
  for (const flag of exit.result < 0 ? [] : flags) {
    const mask = constraints.maskOf(exit.world, symbols.operator('&', exit.result, flag));
    const text = symbols.name(flag);
    if (mask !== ANY) implied.set(text, { of: { op: '&', args: ['ret', { const: text }] }, mask });
  }
  return implied;
}

function mergeDraft(into: Draft, from: Draft): void {
  into.result |= from.result;
  if (into.alias !== from.alias) into.alias = null;
  if (!into.constants || !from.constants) into.constants = null;
  else for (const constant of from.constants) into.constants.add(constant);
  weaken(into.conditions, from.conditions);
  weaken(into.implied, from.implied);
  for (const slot of new Set([...into.stores.keys(), ...from.stores.keys()])) {
    const [a, b] = [into.stores.get(slot), from.stores.get(slot)];
    if (JSON.stringify(a) !== JSON.stringify(b))
      into.stores.set(slot, { kind: 'unknown', mask: maskOfStored(a) | maskOfStored(b) });
  }
}

function weaken(into: Map<string, Condition>, from: ReadonlyMap<string, Condition>): void {
  for (const [key, condition] of into) {
    const other = from.get(key);
    if (other) into.set(key, { of: condition.of, mask: condition.mask | other.mask });
    else into.delete(key);
  }
}

function maskOfStored(value: Stored | undefined): Mask {
  if (value?.kind === 'const') return constantMask(value.text);
  return value?.kind === 'unknown' ? value.mask : ANY;
}

function finishDraft(draft: Draft): Outcome {
  const constants = draft.alias === null && draft.constants && draft.constants.size <= 12 ? [...draft.constants] : null;
  return {
    result: draft.result,
    ...(constants && { constants }),
    ...(draft.alias !== null && { alias: draft.alias }),
    when: [...draft.conditions.values()].filter(condition => condition.mask !== ANY),
    implies: [...draft.implied.values()].filter(condition => condition.mask !== ANY),
    effects: draft.effects,
    effectsAfter: draft.effectsAfter,
    stores: [...draft.stores].map(([slot, value]) => ({ slot, value })),
  };
}
