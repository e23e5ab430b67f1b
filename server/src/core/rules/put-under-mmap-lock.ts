import type { Judged, Release, View } from '../program/judged';
import { swapStatements } from './fixes';
import { heldOf, isLocked, releasesOf } from './observe';
import type { Fix, Rule } from './rule';
import { orderTrail, sameSpan, tellTaken } from './trail';
import { nameMode, quote } from './words';

export const putUnderMmapLock: Rule = {
  id: 'put-under-mmap-lock',
  severity: 'error',
  languages: ['c', 'rust'],
  summary: 'an mm_users reference is put while mmap_lock of that mm is held',
  why: 'The last `mmput()` runs `exit_mmap()`, which takes `mmap_lock` for writing: the task waits for itself. Even `mmput_async()` leaves an unlock behind that touches an mm which nothing keeps. The put belongs after the unlock.',

  *check(judged) {
    for (const group of releasesOf(judged, 'users')) {
      const first = group.find(release => heldOf(release.of, 'users') <= 1 && isUnderLock(judged, release));
      if (!first || unlocksToo(judged, first)) continue;
      const { at, of } = first;
      // A reference that a call or a caller handed out may be the last; one that was taken in addition is not.
      const isKept =
        !of.acquired && of.given === null && of.guarantee.level === 'users' && (of.users > 0 || of.ofCurrent);
      const callee = at.call ? `\`${at.call.callee}()\`` : 'the put';
      const danger = isKept
        ? 'this is only safe while somebody else keeps the address space'
        : 'the last put takes that lock itself';
      yield {
        span: at.span,
        message: `${callee} with mmap_lock of ${quote(of.name)} held${nameMode(of.lock)}: ${danger}`,
        trail: orderTrail([...tellTaken(of, 'users'), ...tellTaken(of, 'mmap_lock')]),
        fixes: swapWithUnlock(judged, first),
        ...(isKept && { severity: 'warning' as const }),
        subject: of.symbol,
      };
    }
  },
};

/** The lock is held here, or a later unlock shows that it was held when the function was entered. */
function isUnderLock(judged: Judged, { at, of }: Release): boolean {
  if (isLocked(of)) return true;
  if (of.lock !== 'unknown') return false;
  return unlocksOf(judged, of).some(
    unlock => unlock.of.lock === 'unknown' && unlock.of.history.some(step => sameSpan(step.span, at.span)),
  );
}

/** An analysed function that also unlocks does so in an order that its summary does not tell. */
function unlocksToo(judged: Judged, { at, of, inferred }: Release): boolean {
  return inferred && unlocksOf(judged, of).some(unlock => sameSpan(unlock.at.span, at.span));
}

function unlocksOf(judged: Judged, { symbol }: View): Release[] {
  return judged.events.filter(
    (event): event is Release =>
      event.kind === 'release' && event.resource === 'mmap_lock' && event.of.symbol === symbol,
  );
}

function swapWithUnlock(judged: Judged, { at, of }: Release): Fix[] {
  for (const unlock of unlocksOf(judged, of)) {
    const fixes = swapStatements(judged, at.call, unlock.at.call);
    if (fixes.length > 0) return fixes;
  }
  return [];
}
