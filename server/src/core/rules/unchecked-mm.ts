import { NEG } from '../ir/ir';
import type { Acquire, Event, Judged, Release, Use } from '../program/judged';
import { failureOf, holdsBefore, isErrno } from './failure';
import { insertAfter, spellHandle } from './fixes';
import { firstOf, isObject } from './observe';
import type { Fix, Rule } from './rule';
import { Source } from './source';
import { quote } from './words';

export const uncheckedMm: Rule = {
  id: 'unchecked-mm',
  severity: 'error',
  languages: ['c'],
  summary: 'an mm that may be NULL or an ERR_PTR is used without the test that tells',
  why: '`get_task_mm()` and `mm_alloc()` return NULL on failure (a kernel thread or an exiting task has no mm), `mm_access()` an `ERR_PTR` and never NULL. The wrong test is as bad as none.',

  *check(judged) {
    for (const event of firstOf(judged.events.filter(isUnchecked), ({ of }) => of.symbol)) {
      const { of, at } = event;
      const by = of.origin ? `\`${of.origin.callee}()\` ` : '';
      const isNull = (of.mask & NEG) === 0;
      const failure = isNull ? 'NULL' : 'an ERR_PTR';
      yield {
        span: at.span,
        message: `${quote(of.name)} is ${failure} here when ${by}fails: no test on this path excludes it`,
        trail: of.origin ? [{ span: of.origin.span, message: `may return ${failure}` }] : [],
        fixes: insertTest(judged, event, isNull),
        subject: of.symbol,
      };
    }
  },
};

/** The path on which the call failed reaches a place that needs the object. */
function isUnchecked(event: Event): event is Use | Acquire | Release {
  return (
    event.kind !== 'call' &&
    event.of.acquired &&
    event.of.mask !== 0 &&
    !isObject(event.of) &&
    (event.kind !== 'use' || event.what === 'mm')
  );
}

function insertTest(judged: Judged, { of }: Use | Acquire | Release, isNull: boolean): Fix[] {
  const handle = spellHandle(of);
  if (!handle || !of.origin || holdsBefore(judged, of.origin.span)) return [];
  const value = isNull ? failureOf(judged, '-ESRCH') : isErrno(judged.cfg) ? ` PTR_ERR(${handle})` : null;
  if (value === null) return [];
  const test = isNull ? `!${handle}` : `IS_ERR(${handle})`;
  const edits = insertAfter(new Source(judged.text), of.origin.span, `if (${test})\n\treturn${value};`);
  return edits ? [{ title: `return when ${test}`, safe: false, edits }] : [];
}
