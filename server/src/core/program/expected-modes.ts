import type { Solved } from '../typestate/analyse';
import { LOCK_READ, lockName, lockOf } from '../typestate/holding';

export type HeldMode = 'read' | 'write';

/** A release of mmap_lock. */
interface Unlock {
  /** Where it is written. */
  readonly site: number;
  readonly mode: HeldMode;
  /** The lock is held in that mode. */
  readonly isRight: boolean;
  /** The function of which a call took the lock; null where it was taken here. */
  readonly taker: string | null;
}

/**
 * The mode in which all callers of `taker` release the mmap_lock that it returns with, although it holds it in another:
 * then it is at fault and not they. Null where some caller has it right, and where none of the unlocks is right for a lock
 * that somebody else took.
 */
export function modeExpectedOf(taker: string, callers: Iterable<Solved>): HeldMode | null {
  const modes = new Set<HeldMode>();
  let isRightElsewhere = false;
  for (const solved of callers) {
    const all = unlocksIn(solved);
    for (const unlock of all) {
      if (unlock.taker !== taker) continue;
      if (unlock.isRight) return null;
      modes.add(unlock.mode);
      isRightElsewhere ||= all.some(({ site, isRight }) => isRight && site === unlock.site);
    }
  }
  const [mode = null] = modes;
  return modes.size === 1 && isRightElsewhere ? mode : null;
}

/** Functions that took a lock which is released here in another mode. */
export function mistakenTakersIn(solved: Solved): ReadonlySet<string> {
  return new Set(unlocksIn(solved).flatMap(({ taker, isRight }) => (taker !== null && !isRight ? [taker] : [])));
}

const known = new WeakMap<Solved, readonly Unlock[]>();

function unlocksIn(solved: Solved): readonly Unlock[] {
  const before = known.get(solved);
  if (before) return before;
  const found = solved.recorder.events.flatMap((event): Unlock[] => {
    if (event.kind !== 'release' || event.resource !== 'mmap_lock' || event.mode === null) return [];
    const { holding, history } = event.of;
    const taken = history.findLast(({ resource, action }) => resource === 'mmap_lock' && action === 'takes');
    if (lockOf(holding) < LOCK_READ || !taken) return [];
    const isRight = lockName(lockOf(holding)) === event.mode;
    return [{ site: event.at.span.start, mode: event.mode, isRight, taker: taken.inferred ? taken.callee : null }];
  });
  known.set(solved, found);
  return found;
}
