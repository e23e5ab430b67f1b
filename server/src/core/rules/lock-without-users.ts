import { nameOfCall } from '../ir/ir';
import type { Acquire, Called, Judged, Release, View } from '../program/judged';
import type { Span } from '../text';
import { type Demand, needsLock, type Summary } from '../typestate/summary';
import { failureOf, holdsBefore } from './failure';
import { insertAfter, insertBefore, spelledStatement, spellHandle } from './fixes';
import { mayBeDead, missingDemands, takesUsers } from './guarantee';
import { calledAt, callsOf, firstOf, isLocked } from './observe';
import type { Fix, Report, Rule } from './rule';
import { Source } from './source';
import { lastStep, tellKept } from './trail';
import { checkUsersInRust } from './users-in-rust';
import { quote } from './words';

export const lockWithoutUsers: Rule = {
  id: 'lock-without-users',
  severity: 'error',
  languages: ['c', 'rust'],
  summary: 'an address space is walked, faulted or pinned although its mm_users may be zero',
  why: 'An `mm_count` reference keeps the struct and its `mmap_lock`, so locking works; but the address space may be gone or in the middle of `exit_mmap()`. Walking its VMAs, faulting pages in or pinning them needs `mm_users` above zero: take `mmget_not_zero()` first, and `mmput()` after the unlock. A lock for accounting or as a barrier alone is not reported.',

  *check(judged) {
    const calls = callsOf(judged);
    const found = calls.flatMap(event =>
      missingDemands(
        event,
        (demand, of) =>
          demand.resource === 'users' &&
          mayBeDead(of) &&
          isOurSection(of, event.summary) &&
          !takesUsers(judged, event, of.symbol) &&
          !isToldInside(judged, event, demand, of),
      )
        .filter(({ of }) => !judged.isTestedByOwner?.(of.symbol) && !isLent(judged, of))
        .map(({ of }) => ({ event, of })),
    );
    // Everything that is done in one critical section lacks the same reference.
    yield* firstOf(found, ({ of }) => of.symbol).map(({ event, of }) => tell(judged, event, of));
  },

  checkRust: checkUsersInRust,
};

/**
 * Whoever takes the lock answers for what is done under it; a function that is entered locked does not, unless its
 * types say what it was given.
 */
function isOurSection(of: View, summary: Summary): boolean {
  return of.guarantee.typed === true || lastStep(of, 'mmap_lock', 'takes') !== undefined || !needsLock(summary);
}

/** Another path returns with users of it for the next call, which may be this one. */
const isLent = (judged: Judged, of: View) =>
  judged.exits.some(({ held }) => held.some(({ symbol, users }) => symbol === of.symbol && users > 0));

/** A function of this file that takes the lock of what it finds in a field knows as much of it. */
function isToldInside(judged: Judged, { summary, call }: Called, demand: Demand, of: View): boolean {
  const isField = demand.of.includes('.') && of.guarantee.keptByField === true;
  return isField && !summary.declared && !needsLock(summary) && judged.isDefinedHere?.(call.callee) === true;
}

function tell(judged: Judged, { call, at, summary }: Called, of: View): Report {
  const lock = isLocked(of) ? lastStep(of, 'mmap_lock', 'takes') : undefined;
  return {
    span: lock?.span ?? at.span,
    message: `\`mm_users\` of ${quote(of.name)} may be zero here, and \`${nameOfCall(call)}()\` needs it above zero: ${of.guarantee.because}`,
    trail: [
      ...tellKept(of, at.span),
      ...(lock ? [{ span: at.span, message: `\`${nameOfCall(call)}()\` needs the address space here` }] : []),
    ],
    fixes: lock ? pinAround(judged, of, lock.span) : [],
    // Without the address space user copies merely fail; a walk or a fault uses freed page tables.
    ...(!summary.demands.some(({ resource, verb }) => resource !== 'users' && verb === 'needs') && {
      severity: 'warning' as const,
    }),
    subject: of.symbol,
  };
}

/** Takes users before the lock, and puts them after each of its unlocks. */
function pinAround(judged: Judged, of: View, lock: Span): Fix[] {
  const source = new Source(judged.text);
  const handle = spellHandle(of);
  const value = failureOf(judged, '-ESRCH');
  const locks = judged.events.filter(
    (event): event is Acquire | Release =>
      (event.kind === 'acquire' || event.kind === 'release') &&
      event.resource === 'mmap_lock' &&
      event.of.symbol === of.symbol,
  );
  // A call that may drop the lock is followed by a test of whether it did: no place is right for the put.
  const mayDrop = (event: Acquire | Release) =>
    event.kind === 'release' && (calledAt(judged, event)?.summary.outcomes.length ?? 1) > 1;
  if (locks.some(mayDrop)) return [];
  const statements = firstOf(locks, ({ at }) => at.span.start).map(({ at }) => spelledStatement(source, at.call));
  const take = statements[0];
  if (
    !handle ||
    value === null ||
    of.guarantee.level !== 'count' ||
    holdsBefore(judged, lock) ||
    !take ||
    take.start !== lock.start
  )
    return [];
  const edits = [
    insertBefore(source, take, `if (!mmget_not_zero(${handle}))\n${source.indentAt(take.start)}\treturn${value};`),
  ];
  for (const unlock of statements.slice(1)) edits.push(unlock && insertAfter(source, unlock, `mmput(${handle});`));
  if (!edits.every(edit => edit !== null)) return [];
  return [{ title: `take mm_users with mmget_not_zero(${handle}) first`, safe: false, edits: edits.flat() }];
}
