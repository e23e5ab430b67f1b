import type { RustJudged } from '../rust/judged';
import { runsBefore } from '../rust/scope';
import type { RustCall, Value } from '../rust/value';
import type { Fix, Rule } from './rule';
import { callsBefore, callsOf, spell, spellCall, takesReference } from './rust-calls';

export const arefWithoutRef: Rule = {
  id: 'aref-without-ref',
  severity: 'error',
  languages: ['rust'],
  summary: 'an ARef adopts a reference that nobody took',
  why: '`ARef::from_raw()` takes no reference, it takes one over; the `Drop` of the result releases it. Made of a borrowed pointer without an increment, or twice of one increment, it releases a reference that belongs to somebody else, and the mm is freed under them.',

  *checkRust(judged) {
    for (const call of callsOf(judged)) {
      const adopted = adoptedBy(call);
      if (!adopted || !lacksReference(judged, call, adopted)) continue;
      yield {
        span: call.span,
        message: `\`${spellCall(judged, call)}\` adopts a reference that this path did not take`,
        trail: [],
        fixes: takeInstead(judged, call),
      };
    }
  },
};

function adoptedBy({ item, args }: RustCall): Value | null {
  return args[item?.params.findIndex(({ name }) => name === item.adopts) ?? -1] ?? null;
}

/** References come one a call that takes one, and go one an adoption. What came as a raw pointer is its caller's word. */
function lacksReference(judged: RustJudged, call: RustCall, adopted: Value): boolean {
  const before = callsBefore(judged, call);
  const taken = before.filter(other => takesReference(judged, other)).length;
  if (!adopted.fromReference && !(adopted.owned && taken > 0)) return false;
  return before.filter(other => adoptedBy(other) && runsBefore(other.arm, call.arm)).length >= taken;
}

/** `unsafe { ARef::from_raw(NonNull::from(mm)) }` is meant to be `ARef::from(mm)`. */
function takeInstead(judged: RustJudged, { span, argSpans, calleeSpan }: RustCall): Fix[] {
  const borrowed = /^NonNull::from\(([\w.&*]+)\)$/.exec(argSpans[0] ? spell(judged, argSpans[0]) : '')?.[1];
  const opening = /unsafe\s*\{\s*$/.exec(judged.text.slice(Math.max(0, span.start - 100), span.start));
  const closing = /^\s*\}/.exec(judged.text.slice(span.end, span.end + 100));
  if (!borrowed || !opening || !closing) return [];
  const whole = { start: span.start - opening[0].length, end: span.end + closing[0].length };
  const owner = spell(judged, calleeSpan).replace(/::from_raw$/, '');
  return [{ title: 'take a reference', safe: false, edits: [{ span: whole, text: `${owner}::from(${borrowed})` }] }];
}
