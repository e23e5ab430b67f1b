import type { Acquire, Called, Judged, View } from '../program/judged';
import { calledAt, firstOf, isLocked, isObject } from './observe';
import type { Report, Rule } from './rule';
import { tellTaken } from './trail';
import { nameMode, quote } from './words';

export const recursiveMmapLock: Rule = {
  id: 'recursive-mmap-lock',
  severity: 'error',
  languages: ['c', 'rust'],
  summary: 'mmap_lock is taken again while this path holds it',
  why: '`mmap_lock` is not recursive. Two readers of one task seem to work until a writer queues between them: then the second read lock waits for the writer, and the writer for the first. Calls that take the lock inside, such as `get_user_pages_fast()` or `vm_mmap()`, count as well.',

  *check(judged) {
    const again = judged.events.flatMap(event => {
      if (event.kind === 'acquire') return isBlockingAgain(judged, event) ? [tellTake(event)] : [];
      return event.kind === 'call' ? tellForbidden(event) : [];
    });
    yield* firstOf(again, report => report.span.start);
  },
};

/** A lock that only tries cannot wait for itself. */
function isBlockingAgain(judged: Judged, event: Acquire): boolean {
  if (event.resource !== 'mmap_lock' || !isObject(event.of) || !isLocked(event.of)) return false;
  const summary = calledAt(judged, event)?.summary;
  if (!summary || summary.declared) return summary?.sleeps ?? true;
  // An analysed function that may also come back without the lock may have tried.
  return summary.outcomes.every(({ effects }) =>
    effects.some(effect => effect.kind === 'lock' && effect.to !== 'none'),
  );
}

function tellTake(event: Acquire): Report {
  const { of, at, inferred } = event;
  const by =
    inferred && at.call
      ? `\`${at.call.callee}()\` takes mmap_lock of ${quote(of.name)}, which is`
      : `mmap_lock of ${quote(of.name)} is already`;
  return report(event, of, `${by} held${nameMode(of.lock)} on this path`);
}

function tellForbidden(event: Called): Report[] {
  return event.demands.flatMap(({ demand, of }) => {
    const forbidden =
      demand.verb === 'forbids' && (demand.resource === 'mmap_read' || demand.resource === 'mmap_write');
    if (!forbidden || !of || !isObject(of) || !isLocked(of)) return [];
    if (demand.resource === 'mmap_write' && of.lock === 'read') return [];
    const { callee } = event.call;
    return [
      report(
        event,
        of,
        `\`${callee}()\` may take mmap_lock of ${quote(of.name)}, which is held${nameMode(of.lock)} here`,
      ),
    ];
  });
}

function report({ at }: Acquire | Called, of: View, message: string): Report {
  return { span: at.span, message, trail: tellTaken(of, 'mmap_lock'), fixes: [], subject: of.symbol };
}
