import type { BrokenContract, Judged, Release } from '../program/judged';
import { replaceCallee } from './fixes';
import { firstOf, isLocked, releasesOf } from './observe';
import type { Rule } from './rule';
import { lastStep, tellTaken } from './trail';
import { nameMode, quote, wordsOf } from './words';

export const mismatchedUnlock: Rule = {
  id: 'mismatched-unlock',
  severity: 'error',
  languages: ['c', 'rust'],
  summary: 'mmap_lock taken for reading is released as a writer, or the other way round',
  why: 'A reader and a writer leave different marks in an rwsem. The wrong unlock corrupts its count: later lockers are let in together, or wait forever.',

  *check(judged) {
    for (const group of releasesOf(judged, 'mmap_lock')) {
      const wrong = group.filter(event => isOtherMode(event) && !isTakersFault(judged, event));
      const [first] = wrong;
      if (!first) continue;
      const { at, of, mode, to, inferred } = first;
      const callee =
        to === 'none' && wrong.length === group.length && !inferred ? wordsOf('mmap_lock').release(of) : null;
      yield {
        span: at.span,
        message: `mmap_lock of ${quote(of.name)} is held${nameMode(of.lock)}, but ${to === 'none' ? 'released' : 'downgraded'} here as if it were held${nameMode(mode)}`,
        trail: tellTaken(of, 'mmap_lock'),
        fixes: callee && !lastStep(of, 'mmap_lock', 'takes')?.inferred ? replaceCallee(at.call, callee, true) : [],
        subject: of.symbol,
      };
    }
    for (const { span, of, expected } of firstOf(
      [...judged.broken, ...brokenForCallers(judged)],
      ({ of }) => of.symbol,
    )) {
      yield {
        span,
        message: `returns with mmap_lock of ${quote(of.name)} held${nameMode(of.lock)}; callers of \`${judged.cfg.name}()\` release it as held${nameMode(expected)}`,
        trail: tellTaken(of, 'mmap_lock'),
        fixes: [],
        subject: of.symbol,
      };
    }
  },
};

function isOtherMode({ of, mode }: Release): boolean {
  return mode !== null && isLocked(of) && of.lock !== mode;
}

/** What took the lock is told, for every unlock of it is in the other mode. */
function isTakersFault({ mistakenTakers }: Judged, { of }: Release): boolean {
  const taken = lastStep(of, 'mmap_lock', 'takes');
  return taken?.inferred === true && mistakenTakers?.has(taken.callee) === true;
}

/** Returns with the lock held in another mode than the callers release. */
function brokenForCallers({ exits, expectedMode: expected }: Judged): BrokenContract[] {
  if (!expected) return [];
  return exits.flatMap(({ span, held }) =>
    held
      .filter(of => isLocked(of) && of.lock !== expected && lastStep(of, 'mmap_lock', 'takes') !== undefined)
      .map(of => ({ span, of, expected })),
  );
}
