import type { Solved } from '../typestate/analyse';
import type { Exit } from '../typestate/event';
import { entryLockOf, LOCK_UNKNOWN, lockName, lockOf } from '../typestate/holding';
import type { LockMode, Outcome, Slot, Summary } from '../typestate/summary';
import type { BrokenContract } from './judged';
import type { Viewer } from './view';

/**
 * Returns of a function that the table knows on which mmap_lock is held in another mode than the table, and so every
 * caller, expects after such a result. Whether it is held at all depends on more than the result.
 */
export function findBrokenContracts(solved: Solved, declared: Summary, viewer: Viewer): BrokenContract[] {
  const { ctx, recorder } = solved;
  return recorder.exits.flatMap((exit): BrokenContract[] => {
    const outcomes = declared.outcomes.filter(({ result }) => (result & exit.mask) !== 0);
    return changedLocks(solved, exit).flatMap(({ symbol, slot, entry, now }) => {
      const expected = outcomes.map(outcome => lockAfter(outcome, slot) ?? entry);
      const [mode] = expected;
      if (!mode || mode === 'none' || now === 'none' || expected.includes('none') || expected.includes(now)) return [];
      return [{ span: exit.at.span, of: viewer.view(ctx.snapshot(exit.world, symbol)), expected: mode }];
    });
  });
}

/** The handles whose mmap_lock is in another state than at entry, as callers name them. */
function changedLocks({ ctx }: Solved, { world, result }: Exit) {
  return [...world.held.entries()].flatMap(([symbol, holding]) => {
    const slot = ctx.symbols.slotOf(symbol) ?? (symbol === result ? 'ret' : null);
    const [entry, now] = [entryLockOf(holding), lockOf(holding)];
    if (slot === null || entry === LOCK_UNKNOWN || now === LOCK_UNKNOWN || entry === now) return [];
    return [{ symbol, slot, entry: lockName(entry) as LockMode, now: lockName(now) as LockMode }];
  });
}

/** What the outcome leaves of mmap_lock; null when it does not change it. */
function lockAfter({ effects, effectsAfter }: Outcome, slot: Slot): LockMode | null {
  const last = [...effects, ...effectsAfter].findLast(effect => effect.kind === 'lock' && effect.of === slot);
  return last?.kind === 'lock' ? last.to : null;
}
