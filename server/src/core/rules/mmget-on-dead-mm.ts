import type { Called, Judged } from '../program/judged';
import { mayBeDead, missingDemands } from './guarantee';
import { callsOf, firstOf } from './observe';
import type { Rule } from './rule';
import { sameSpan, tellKept } from './trail';
import { quote } from './words';

export const mmgetOnDeadMm: Rule = {
  id: 'mmget-on-dead-mm',
  severity: 'error',
  languages: ['c', 'rust'],
  summary: 'mmget() where mm_users may already be zero',
  why: '`mmget()` only adds one. When `mm_users` has reached zero, `exit_mmap()` is on its way, and the new reference revives an address space that is being taken apart. `mmget_not_zero()` asks first.',

  *check(judged) {
    for (const { event, of } of firstOf(findRevivals(judged), ({ event }) => event.at.span.start)) {
      yield {
        span: event.at.span,
        message: `\`${event.call.callee}()\` needs \`mm_users\` of ${quote(of.name)} above zero, but ${of.guarantee.because}`,
        trail: tellKept(of, event.at.span),
        // What to do when the address space is gone is a decision that only the author can make.
        fixes: [],
        subject: of.symbol,
      };
    }
  },
};

/** Calls that take a users reference on a handle and need one to be there before. */
function findRevivals(judged: Judged) {
  const calls = callsOf(judged);
  return calls.flatMap(event =>
    missingDemands(
      event,
      (demand, of) => demand.resource === 'users' && mayBeDead(of) && takesUsers(judged, event, of.symbol),
    ).map(({ of }) => ({ event, of })),
  );
}

function takesUsers(judged: Judged, { at }: Called, symbol: number): boolean {
  return judged.events.some(
    event =>
      event.kind === 'acquire' &&
      event.resource === 'users' &&
      event.of.symbol === symbol &&
      sameSpan(event.at.span, at.span),
  );
}
