import type { RustJudged } from '../rust/judged';
import { isRaw } from '../rust/types';
import type { RustCall, Value } from '../rust/value';
import type { Report } from './rule';
import { callsBefore, callsOf, spell, spellCall, summariesOf } from './rust-calls';

/** A pointer that a C function gave, NULL on failure, passed on where it must be valid, and tested nowhere before. */
export function* checkNullInRust(judged: RustJudged): Iterable<Report> {
  for (const call of callsOf(judged)) {
    const index = call.args.findIndex((value, i) => value.mayFail !== null && mustBeValid(judged, call, i));
    const value = call.args[index];
    const span = call.argSpans[index];
    if (!value?.nullable || !span || isTested(judged, call, value)) continue;
    const local = value.local ?? value.source;
    yield {
      span,
      message: `\`${spell(judged, span)}\` is NULL here when \`${value.mayFail}()\` fails, and \`${spellCall(judged, call)}\` needs a valid pointer`,
      trail: local ? [{ span: local.span, message: `\`${local.name}\` may be NULL from here` }] : [],
      fixes: [],
    };
  }
}

/** An unsafe function that makes something of a raw pointer, or a C function that needs something of it. */
function mustBeValid(judged: RustJudged, call: RustCall, index: number): boolean {
  const param = call.item?.params[index];
  if (call.item?.isUnsafe && param && isRaw(param.type)) return true;
  const of = `arg${index}`;
  return (
    call.binding !== null &&
    summariesOf(judged, call).some(({ demands }) =>
      demands.some(demand => demand.verb === 'needs' && demand.of === of && demand.when.length === 0),
    )
  );
}

/** Any method of the pointer may be the test: `is_null()`, `as_ref()`; so may making a `NonNull` of it. */
function isTested(judged: RustJudged, call: RustCall, value: Value): boolean {
  const local = value.local ?? value.source;
  if (!local) return false;
  return callsBefore(judged, call).some(
    ({ receiver, args, item }) =>
      receiver?.local === local || (item?.isUnsafe === false && args.some(arg => arg.local === local)),
  );
}
