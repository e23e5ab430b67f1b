import type { View } from '../program/judged';
import { missingDemands } from './guarantee';
import { callsOf, firstOf, isObject } from './observe';
import type { Rule } from './rule';
import { lastStep, tellReleased } from './trail';
import { quote } from './words';

export const vmaWithoutLock: Rule = {
  id: 'vma-without-lock',
  severity: 'error',
  languages: ['c'],
  summary: 'a look-up or a walk of VMAs without mmap_lock',
  why: 'Another thread may unmap, split or merge VMAs at any time. A look-up without `mmap_lock` (or the per-VMA lock, where that is enough) returns a pointer that may already be free. A function whose callers may hold the lock is not reported.',

  *check(judged) {
    const calls = callsOf(judged);
    for (const event of firstOf(calls, ({ at }) => at.span.start)) {
      const others = calls.filter(other => other.at.span.start === event.at.span.start);
      const [missing] = others.flatMap(other =>
        missingDemands(other, (demand, of) => demand.resource.startsWith('mmap_') && isUnlocked(of)),
      );
      if (!missing) continue;
      const { demand, of } = missing;
      const drop = lastStep(of, 'mmap_lock', 'drops');
      yield {
        span: event.at.span,
        message: `\`${event.call.callee}()\` needs mmap_lock of ${quote(of.name)}${demand.resource === 'mmap_write' ? ' for writing' : ''}, which ${drop ? 'was released on this path' : 'no path takes before'}`,
        trail: tellReleased(of, 'mmap_lock'),
        fixes: [],
        ...(!demand.asserted && { severity: 'warning' as const }),
        subject: of.symbol,
      };
    }
  },
};

/** Released on this path, or the lock of a handle that only this function names: no caller can hold it. */
function isUnlocked(of: View): boolean {
  if (!isObject(of) || of.unpublished) return false;
  return of.lock === 'none' || (of.lock === 'unknown' && of.acquired);
}
