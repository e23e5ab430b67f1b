import type { Acquire, Judged, Release, View } from '../program/judged';
import { missingDemands } from './guarantee';
import { callsOf, firstOf, isObject } from './observe';
import type { Fix, Rule } from './rule';
import { tellTaken } from './trail';
import { writesOf } from './vma-fields';
import { quote } from './words';

export const needsWriteLock: Rule = {
  id: 'needs-write-lock',
  severity: 'error',
  languages: ['c', 'rust'],
  summary: 'a change of VMAs under mmap_lock held for reading',
  why: 'Readers of `mmap_lock` rely on VMAs that do not change. Splitting, merging, inserting or changing the flags of a VMA needs the lock for writing.',

  *check(judged) {
    const calls = callsOf(judged);
    const found = calls.flatMap(event =>
      missingDemands(event, (demand, of) => demand.resource === 'mmap_write' && isObject(of) && of.lock === 'read').map(
        ({ of }) => ({ event, of }),
      ),
    );
    for (const { event, of } of firstOf(found, ({ event }) => event.at.span.start)) {
      yield {
        span: event.at.span,
        message: `\`${event.call.callee}()\` changes VMAs and needs mmap_lock of ${quote(of.name)} for writing; it is held for reading`,
        trail: tellTaken(of, 'mmap_lock'),
        fixes: lockForWriting(judged, of),
        subject: of.symbol,
      };
    }
    const writes = writesOf(judged).filter(({ mm }) => mm.lock === 'read');
    for (const { at, field, of, mm } of firstOf(writes, ({ at }) => at.span.start)) {
      yield {
        span: at.span,
        message: `\`${field}\` of ${quote(of.name)} changes, which needs mmap_lock of ${quote(mm.name)} for writing; it is held for reading`,
        trail: tellTaken(mm, 'mmap_lock'),
        fixes: lockForWriting(judged, mm),
        subject: mm.symbol,
      };
    }
  },
};

const WRITERS: Readonly<Record<string, string>> = {
  mmap_read_lock: 'mmap_write_lock',
  mmap_read_lock_killable: 'mmap_write_lock_killable',
  mmap_read_unlock: 'mmap_write_unlock',
};

/** Every take and release of the lock is spelled in this function, so that all of them can change together. */
function lockForWriting(judged: Judged, of: View): Fix[] {
  const steps = judged.events.filter(
    (event): event is Acquire | Release =>
      (event.kind === 'acquire' || event.kind === 'release') &&
      event.resource === 'mmap_lock' &&
      event.of.symbol === of.symbol,
  );
  const calls = firstOf(
    steps.flatMap(({ at }) => (at.call ? [at.call] : [])),
    call => call.span.start,
  );
  if (calls.length < 2 || of.lockAtEntry !== 'none' || calls.some(call => call.implicit || !WRITERS[call.callee]))
    return [];
  const edits = calls.map(call => ({ span: call.calleeSpan, text: WRITERS[call.callee]! }));
  return [{ title: 'take mmap_lock for writing', safe: false, edits }];
}
