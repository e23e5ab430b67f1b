import { CONTEXTS } from '../knowledge/contexts';
import type { Solved } from '../typestate/analyse';
import { LOCK_NONE, LOCK_UNKNOWN, lockOf } from '../typestate/holding';
import { needsLock, type Summary } from '../typestate/summary';
import type { Callers } from './callers';

/** How a function is entered as to mmap_lock: `locked` by some caller at least, `open` by one that does not hold it. */
export type Way = 'locked' | 'open' | 'unknown';

/** A function with more callers above it than this is entered in ways that nobody follows. */
const MAX_CALLERS = 100;

/**
 * All ways into a function, from the callbacks, system calls and functions of other files at the top of the chains of
 * calls that lead to it.
 */
export function waysInto(name: string, callers: Callers, seen = new Set([name])): ReadonlySet<Way> {
  const { callers: names, named, entry } = callers.usesOf(name);
  if (entry?.place.startsWith('SYSCALL_DEFINE')) return new Set(['open']);
  const ways = new Set<Way>();
  if (seen.size > MAX_CALLERS) ways.add('locked');
  if (isEnteredLocked(name, callers)) ways.add('locked');
  const isNamed = !entry && (named.inside || named.outside || isNamedAsCallback(name));
  const elsewhere = callers.calledElsewhere(name);
  if (entry?.lock === 'none') ways.add('open');
  if (isNamed) ways.add('unknown');
  if (elsewhere) ways.add(elsewhere === 'open' && isNamed ? 'unknown' : elsewhere);
  for (const caller of names) {
    if (seen.has(caller) || seen.size > MAX_CALLERS) continue;
    seen.add(caller);
    for (const way of waysThrough(name, caller, callers, seen)) ways.add(way);
  }
  return ways;
}

/** By who calls it from elsewhere, or as its parameters or the table tell of all callers. */
export function isEnteredLocked(name: string, callers: Callers): boolean {
  const entry = callers.entryOf(name);
  const row = callers.declaredAs(name);
  return (
    GIVES_A_VMA.test(callers.parametersOf(name)) ||
    (row !== undefined && needsLock(row)) ||
    (entry !== undefined && entry.lock !== 'none') ||
    callers.calledElsewhere(name) === 'locked' ||
    callers.analysedAs(name).some(solved => solved !== null && asserts(solved))
  );
}

function waysThrough(name: string, caller: string, callers: Callers, seen: Set<string>): ReadonlySet<Way> {
  const all = callers.analysedAs(caller);
  if (all.includes(null)) return new Set(['unknown']);
  const solved = all as readonly Solved[];
  if (solved.some(one => one.recorder.lockedCalls.has(name) || asserts(one))) return new Set(['locked']);
  // Who takes the lock for itself is not entered with it, and who passes an mm of its own cannot have it from a caller.
  return solved.some(one => takesLock(one) || passesOpen(one, name))
    ? new Set(['open'])
    : waysInto(caller, callers, seen);
}

function passesOpen({ ctx, recorder }: Solved, callee: string): boolean {
  return recorder.events.some(
    event =>
      event.kind === 'call' &&
      event.call.callee === callee &&
      event.demands.some(
        ({ demand, of }) =>
          demand.resource.startsWith('mmap_') &&
          of !== null &&
          (lockOf(of.holding) === LOCK_NONE ||
            (lockOf(of.holding) === LOCK_UNKNOWN && ctx.symbols.isAcquired(of.symbol))),
      ),
  );
}

/** Whoever has one of these to pass found a VMA under the lock. */
const GIVES_A_VMA = /\bstruct\s+(?:vm_area_struct|vm_fault|mm_walk)\b/;

/** Under whatever name. */
export const takesLock = ({ recorder }: Solved) =>
  recorder.events.some(event => event.kind === 'acquire' && event.resource === 'mmap_lock');

/** It says itself that its callers hold the lock. */
export const asserts = ({ recorder }: Solved) =>
  recorder.events.some(event => event.kind === 'call' && event.call.discarded && isAssertion(event.summary));

/** A call of it does nothing but say that the lock is held. */
function isAssertion({ declared, sleeps, outcomes, demands }: Summary): boolean {
  const doesNothing = !sleeps && outcomes.every(({ effects }) => effects.length === 0);
  return declared && doesNothing && demands.length > 0 && demands.every(({ asserted }) => asserted);
}

/** Members that are called with the lock held: `my_mmap` and `get_my_unmapped_area` are named after one. */
const LOCKED_MEMBERS = CONTEXTS.filter(({ mmapLock }) => mmapLock === 'write').map(
  ({ member }) => new RegExp(`(?:^|_)${member.replace('_', '_(?:\\w+_)?')}$`),
);

/** Other files may give it to the kernel, which calls it with the lock held. */
const isNamedAsCallback = (name: string) => LOCKED_MEMBERS.some(member => member.test(name));
