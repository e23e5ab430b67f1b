import type { RustJudged } from '../rust/judged';
import { excludesEachOther } from '../rust/scope';
import type { RustCall, RustEvent } from '../rust/value';
import type { Span } from '../text';
import type { Summary } from '../typestate/summary';

/** The calls of a function, in the order of its text. */
export function callsOf({ function: { events } }: RustJudged): RustCall[] {
  return events.filter((event): event is RustCall => event.kind === 'call');
}

/** The call as the source spells it: `MmWithUser::from_raw()`. */
export function spellCall(judged: RustJudged, call: RustCall): string {
  return `${spell(judged, call.calleeSpan)}()`;
}

export function spell({ text }: RustJudged, { start, end }: Span): string {
  return text.slice(start, end);
}

/** What is known of the C functions that a call makes, by itself or through the Rust function that it names. */
function summariesOf({ lookup }: RustJudged, { binding, item }: RustCall): Summary[] {
  const names = binding === null ? (item?.calls ?? []) : [binding];
  return names.flatMap(name => lookup(name) ?? []);
}

/** Whether the call may take a reference that no Rust value owns. */
export function takesReference(judged: RustJudged, call: RustCall, resource?: 'users' | 'count'): boolean {
  if (call.item && (call.item.takes || call.item.releases !== null || call.item.forgets !== null)) return !resource;
  return summariesOf(judged, call).some(({ outcomes }) =>
    outcomes.some(({ effects }) =>
      effects.some(
        effect =>
          effect.kind === 'count' &&
          effect.delta > 0 &&
          (resource ? effect.resource === resource : effect.resource === 'users' || effect.resource === 'count'),
      ),
    ),
  );
}

/** Calls that can have run before this one. */
export function callsBefore(judged: RustJudged, call: RustCall): RustCall[] {
  const calls = callsOf(judged);
  return calls.slice(0, calls.indexOf(call)).filter(other => !excludesEachOther(other.arm, call.arm));
}

/** Where the value of an expression goes: to a local, to nothing, or into the expression around it (null). */
export function fateOf({ function: { events } }: RustJudged, span: Span): RustEvent | null {
  return (
    events.find(
      event =>
        (event.kind === 'let' || event.kind === 'discard') &&
        event.valueSpan.end === span.end &&
        event.valueSpan.start <= span.start,
    ) ?? null
  );
}
