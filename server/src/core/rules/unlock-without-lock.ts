import type { Judged, Release } from '../program/judged';
import { deleteStatement } from './fixes';
import { calledAt, isNeverKnown, releasesOf } from './observe';
import type { Report, Rule } from './rule';
import { lastStep, orderTrail, tellReleased, tellTaken } from './trail';
import { quote } from './words';

export const unlockWithoutLock: Rule = {
  id: 'unlock-without-lock',
  severity: 'error',
  languages: ['c', 'rust'],
  summary: 'mmap_lock or a VMA lock is unlocked on a path that does not hold it',
  why: 'An unlock that nobody pairs with a lock corrupts the semaphore, or ends the critical section of another task. It often follows a call that drops the lock itself when it fails, such as `expand_stack()` or a fault that returns `VM_FAULT_RETRY`. A function that is entered with the lock held is not reported.',

  *check(judged) {
    for (const resource of ['mmap_lock', 'vma_read'] as const) {
      for (const group of releasesOf(judged, resource)) {
        const unlocked = group.filter(event => isUnlocked(judged, event) && !isGuess(judged, event));
        if (unlocked[0]) yield tell(judged, unlocked[0], unlocked.length === group.length);
      }
    }
  },
};

/** This path has released the lock itself, or nobody can have taken it: the handle is a fresh result, or who enters holds none. */
function isUnlocked({ cfg }: Judged, { resource, of }: Release): boolean {
  if (resource === 'vma_read') return !of.vmaRead && of.vmaReleased;
  return of.lock === 'none'
    ? of.acquired || lastStep(of, resource, 'drops') !== undefined
    : isNeverKnown(of) && (of.acquired || (of.ofCurrent && cfg.calledAs?.lock === 'none'));
}

/** The callee unlocks on a path that this one cannot tell from another, on which it does not. */
function isGuess(judged: Judged, event: Release): boolean {
  const callee = event.inferred ? calledAt(judged, event)?.summary : undefined;
  return callee !== undefined && !callee.declared && !callee.determinate;
}

function tell(judged: Judged, { at, of, resource, inferred }: Release, always: boolean): Report {
  const drop = lastStep(of, resource, 'drops');
  const lock = resource === 'vma_read' ? 'the VMA lock' : 'mmap_lock';
  const reason = drop ? `\`${drop.callee}()\` has already released it on this path` : 'nothing on this path took it';
  return {
    span: at.span,
    message: `${lock} of ${quote(of.name)} is not held here: ${reason}`,
    trail: orderTrail([...tellTaken(of, resource), ...tellReleased(of, resource)]),
    fixes: always && !inferred ? deleteStatement(judged, at.call) : [],
    subject: of.symbol,
  };
}
