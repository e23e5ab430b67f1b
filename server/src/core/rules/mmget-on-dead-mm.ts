import type { Called, Judged, View } from '../program/judged';
import { mayBeDead, missingDemands, takesUsers } from './guarantee';
import { callsOf, firstOf } from './observe';
import type { Rule } from './rule';
import { tellKept } from './trail';
import { quote } from './words';

export const mmgetOnDeadMm: Rule = {
  id: 'mmget-on-dead-mm',
  severity: 'error',
  languages: ['c', 'rust'],
  summary: 'mmget() where mm_users may already be zero',
  why: '`mmget()` only adds one. When `mm_users` has reached zero, `exit_mmap()` is on its way, and the new reference revives an address space that is being taken apart. `mmget_not_zero()` asks first.',

  *check(judged) {
    for (const { event, of, guarantee } of firstOf(findRevivals(judged), ({ event }) => event.at.span.start)) {
      yield {
        span: event.at.span,
        message: `\`${event.call.callee}()\` needs \`mm_users\` of ${quote(of.name)} above zero, but ${guarantee.because}`,
        trail: tellKept({ guarantee }, event.at.span),
        // What to do when the address space is gone is a decision that only the author can make.
        fixes: [],
        subject: of.symbol,
      };
    }
  },
};

/** Calls that take a users reference on a handle and need one to be there before. */
function findRevivals(judged: Judged) {
  const weakest = (of: View) => (mayBeDead(of) ? of.guarantee : judged.revived?.get(of.symbol));
  return callsOf(judged).flatMap(event =>
    missingDemands(
      event,
      (demand, of) =>
        demand.resource === 'users' &&
        weakest(of) !== undefined &&
        takesUsers(judged, event, of.symbol) &&
        !isToldInside(judged, event, demand.of),
    ).map(({ of }) => ({ event, of, guarantee: weakest(of)! })),
  );
}

/** A function of this file answers itself for what it does with a parameter. */
function isToldInside(judged: Judged, { summary, call }: Called, of: string): boolean {
  return !summary.declared && /^arg\d+$/.test(of) && judged.isDefinedHere?.(call.callee) === true;
}
