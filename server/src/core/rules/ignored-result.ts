import { type Call, NEG, ZERO } from '../ir/ir';
import type { Called, Judged, Leak, Release } from '../program/judged';
import type { Summary } from '../typestate/summary';
import { failureOf, holdsBefore } from './failure';
import { callsOf, firstOf, heldOf, isLocked } from './observe';
import type { Fix, Report, Rule } from './rule';
import { Source } from './source';
import { lastStep, sameSpan } from './trail';
import { nameResource } from './words';

export const ignoredResult: Rule = {
  id: 'ignored-result',
  severity: 'error',
  languages: ['c'],
  summary: 'the result that tells whether a lock or a reference was taken is ignored, or tested the wrong way round',
  why: '`mmap_*_lock_killable()` returns 0 when the lock is held and `-EINTR` when it is not; `mmap_*_trylock()` and `mmget_not_zero()` return nonzero when they succeeded. A caller that does not look goes on without the lock, or with an address space that is being torn down, and then releases what it never took.',

  *check(judged) {
    const calls = callsOf(judged).filter(({ summary }) => summary.mustCheck);
    for (const event of firstOf(calls, ({ at }) => at.span.start)) {
      if (event.call.discarded) yield tellIgnored(judged, event);
      else {
        const leak = findInverted(judged, event);
        if (leak) yield tellInverted(judged, event, leak);
      }
    }
  },
};

function tellIgnored(judged: Judged, { call, at, summary }: Called): Report {
  const subject = subjectOf(judged, call.span);
  return {
    span: at.span,
    message: `\`${call.callee}()\` can fail, and its result is ignored: this path goes on as if it had succeeded`,
    trail: [],
    fixes: insertTest(judged, call, summary),
    ...(subject !== undefined && { subject }),
  };
}

/** Returns on failure, in a function that holds nothing else at the call. */
function insertTest(judged: Judged, call: Call, { outcomes }: Summary): Fix[] {
  const source = new Source(judged.text);
  const statement = source.statementAt(call.span.start);
  const value = failureOf(judged, outcomes.some(({ result }) => result === NEG) ? '-EINTR' : '-ESRCH');
  if (!statement || value === null || !source.isInBlock(statement) || holdsBefore(judged, call.span)) return [];
  const failsAtZero = outcomes.some(({ result, effects }) => (result & ZERO) !== 0 && effects.length === 0);
  const indent = source.indentAt(call.span.start);
  const edits = [
    { span: { start: call.span.start, end: call.span.start }, text: failsAtZero ? 'if (!' : 'if (' },
    { span: { start: call.span.end, end: statement.end }, text: `)\n${indent}\treturn${value};` },
  ];
  return [{ title: `return when ${call.callee}() fails`, safe: false, edits }];
}

/** Success returns without a release, and every path that releases comes from failure. */
function findInverted(judged: Judged, { call }: Called): Leak | undefined {
  return judged.leaks.find(({ resource, of }) => {
    const take = lastStep(of, resource, 'takes');
    if (!take || !sameSpan(take.span, call.span) || resource === 'vma_read') return false;
    const releases = judged.events.filter(
      (event): event is Release =>
        event.kind === 'release' &&
        event.resource === resource &&
        event.of.symbol === of.symbol &&
        event.at.span.start > call.span.start,
    );
    return (
      releases.length > 0 &&
      releases.every(release => (resource === 'mmap_lock' ? !isLocked(release.of) : heldOf(release.of, resource) <= 0))
    );
  });
}

function tellInverted(judged: Judged, { call, at }: Called, { of, resource, exit }: Leak): Report {
  return {
    span: at.span,
    message: `\`${call.callee}()\` is tested the wrong way round: the path on which it succeeded returns with the ${nameResource(resource, of)} held`,
    trail: [{ span: exit, message: 'the path that holds it returns here' }],
    fixes: negate(judged, call.span.start),
    subject: of.symbol,
  };
}

/** Adds the `!` before the call, or takes it away. */
function negate(judged: Judged, at: number): Fix[] {
  const source = new Source(judged.text);
  const previous = source.before(at);
  if (source.code[previous] === '!')
    return [{ title: 'test for success', safe: false, edits: [{ span: { start: previous, end: at }, text: '' }] }];
  // Only a bare call is negated: in a comparison the operator would have to change.
  const end = source.text.slice(at).search(/\(/) + at;
  const close = source.skipBrackets(end);
  if (source.code[previous] !== '(' || source.code[source.after(close)] !== ')') return [];
  return [{ title: 'test for success', safe: false, edits: [{ span: { start: at, end: at }, text: '!' }] }];
}

function subjectOf(judged: Judged, span: { readonly start: number; readonly end: number }): number | undefined {
  const taken = judged.events.find(event => event.kind === 'acquire' && sameSpan(event.at.span, span));
  return taken?.kind === 'acquire' ? taken.of.symbol : undefined;
}
