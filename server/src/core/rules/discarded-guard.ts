import { guardIn } from '../rust/drops';
import type { RustJudged } from '../rust/judged';
import { behindReferences } from '../rust/types';
import type { RustDiscard } from '../rust/value';
import type { Rule } from './rule';
import { callsOf, spell } from './rust-calls';

export const discardedGuard: Rule = {
  id: 'discarded-guard',
  severity: 'error',
  languages: ['rust'],
  summary: 'a lock guard is dropped in the statement that takes it',
  why: '`let _ = value;` binds nothing, and an expression statement keeps nothing: the guard is dropped at once and the lock released, so that what follows runs unlocked. A name that begins with an underscore, such as `_guard`, keeps it to the end of the block.',

  *checkRust(judged) {
    for (const event of judged.function.events) {
      if (event.kind !== 'discard') continue;
      const guard = guardIn(judged.items, event.value.type);
      // A place is not moved by `_`, nor is the value of a block dropped where it is not called for.
      if (!guard || !isCall(judged, event)) continue;
      yield {
        span: event.valueSpan,
        message: `the \`${guard.name}\` is dropped at once: \`${guard.drop}()\` runs in this statement, and what follows is not locked`,
        trail: [],
        fixes: [{ title: 'keep the guard to the end of the block', safe: false, edits: [keep(judged, event)] }],
      };
    }
  },
};

/** A call that makes the guard: `guard.take();` of one that is there already is a way to unlock. */
function isCall(judged: RustJudged, { valueSpan }: RustDiscard): boolean {
  return callsOf(judged).some(
    ({ span, receiver, args }) =>
      span.start === valueSpan.start &&
      span.end === valueSpan.end &&
      ![...(receiver ? [receiver] : []), ...args].some(({ type }) => guardIn(judged.items, behindReferences(type))),
  );
}

function keep(judged: RustJudged, { span, wildcard }: RustDiscard) {
  if (!wildcard) return { span: { start: span.start, end: span.start }, text: 'let _guard = ' };
  const at = span.start + spell(judged, span).search(/\b_\b/);
  return { span: { start: at, end: at + 1 }, text: '_guard' };
}
