import type { Called, View } from '../program/judged';
import { mayBeDead, missingDemands } from './guarantee';
import { firstOf } from './observe';
import type { Report, Rule } from './rule';
import { lastStep } from './trail';
import { quote } from './words';

export const lockWithoutUsers: Rule = {
  id: 'lock-without-users',
  severity: 'error',
  languages: ['c', 'rust'],
  summary: 'an address space is walked, faulted or pinned although its mm_users may be zero',
  why: 'An `mm_count` reference keeps the struct and its `mmap_lock`, so locking works; but the address space may be gone or in the middle of `exit_mmap()`. Walking its VMAs, faulting pages in or pinning them needs `mm_users` above zero: take `mmget_not_zero()` first, and `mmput()` after the unlock. A lock for accounting or as a barrier alone is not reported.',

  *check(judged) {
    const calls = judged.events.filter((event): event is Called => event.kind === 'call');
    const found = calls.flatMap(event =>
      missingDemands(event, (demand, of) => demand.resource === 'users' && mayBeDead(of)).map(({ of }) => ({
        event,
        of,
      })),
    );
    // Everything that is done in one critical section lacks the same reference.
    yield* firstOf(found, ({ of }) => of.symbol).map(({ event, of }) => tell(event, of));
  },
};

function tell({ call, at, summary }: Called, of: View): Report {
  const lock = of.lock === 'read' || of.lock === 'write' ? lastStep(of, 'mmap_lock', 'takes') : undefined;
  return {
    span: lock?.span ?? at.span,
    message: `\`mm_users\` of ${quote(of.name)} may be zero here, and \`${call.callee}()\` needs it above zero: ${of.guarantee.because}`,
    trail: lock ? [{ span: at.span, message: `\`${call.callee}()\` needs the address space here` }] : [],
    fixes: [],
    // Without the users reference user copies merely fail; a walk or a fault uses freed page tables.
    ...(!summary.demands.some(demand => demand.resource !== 'users' && demand.verb === 'needs') &&
      !lock && { severity: 'warning' as const }),
    subject: of.symbol,
  };
}
