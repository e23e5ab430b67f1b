import { type Entry, NEG, ZERO } from '../ir/ir';
import type { Acquire, Event, Judged, Release, Use } from '../program/judged';
import { failureOf, holdsBefore, isErrno } from './failure';
import { insertAfter, spellHandle } from './fixes';
import { firstOf, isObject } from './observe';
import type { Fix, Report, Rule } from './rule';
import { Source } from './source';
import { quote } from './words';

export const uncheckedMm: Rule = {
  id: 'unchecked-mm',
  severity: 'error',
  languages: ['c', 'rust'],
  summary: 'an mm that may be NULL or an ERR_PTR is used without the test that tells',
  why: '`get_task_mm()` and `mm_alloc()` return NULL on failure (a kernel thread or an exiting task has no mm), `mm_access()` an `ERR_PTR` and never NULL. `current->mm` is NULL in a kernel thread or work item, and in `->release`, `->flush` or `->close` of a task that exits. The wrong test is as bad as none.',

  *check(judged) {
    yield* tellCurrent(judged);
    for (const event of firstOf(judged.events.filter(isUnchecked(judged)), ({ of }) => of.symbol)) {
      const { of, at } = event;
      const by = of.origin ? `\`${of.origin.callee}()\` ` : '';
      const isNull = (of.mask & NEG) === 0;
      const failure = isNull ? 'NULL' : 'an ERR_PTR';
      yield {
        span: at.span,
        message: `${quote(of.name)} is ${failure} here if ${by}fails, and this path does not test for that`,
        trail: of.origin ? [{ span: of.origin.span, message: `may return ${failure}` }] : [],
        fixes: insertTest(judged, event, isNull),
        subject: of.symbol,
      };
    }
  },
};

/** `current->mm` where the running task has given it up, or never had one. */
function* tellCurrent(judged: Judged): Iterable<Report> {
  const { calledAs } = judged.cfg;
  // Flags of the task tell as well whether it still has an mm.
  if (!calledAs || !lacksMm(calledAs) || /\bPF_(?:EXITING|KTHREAD)\b/.test(judged.text)) return;
  const uses = judged.events.filter(
    (event): event is Use | Acquire =>
      ((event.kind === 'use' && event.how !== 'passed') || event.kind === 'acquire') &&
      event.of.ofCurrent &&
      (event.of.mask & ZERO) !== 0,
  );
  for (const { at, of } of firstOf(uses, ({ of }) => of.symbol)) {
    yield {
      span: at.span,
      message: `\`current->mm\` may be NULL here, for the function runs as \`${calledAs.place}\`, and this path does not test for that`,
      trail: [],
      fixes: [],
      subject: of.symbol,
    };
  }
}

/** Members that the exit of a task calls after it has let go of its mm (kernel/exit.c: exit_mm(), then exit_files()). */
const AFTER_EXIT = /\.(?:release|flush|proc_release|postclose|close)$|^callback_head\./;

function lacksMm({ runs, place }: Entry): boolean {
  return runs === 'kthread' || (runs === 'task' && AFTER_EXIT.test(place));
}

/** The path on which the call failed reaches a place that needs the object. In Rust a reference to NULL is a defect by itself. */
function isUnchecked({ language }: Judged) {
  return (event: Event): event is Use | Acquire | Release => {
    if (event.kind === 'call' || event.kind === 'write' || event.of.mask === 0 || isObject(event.of)) return false;
    if (language === 'rust' && event.of.origin && event.of.origin.convention !== 'none') return true;
    return event.of.acquired && (event.kind !== 'use' || (event.what === 'mm' && event.how !== 'passed'));
  };
}

/** Tests what the call returns: in the place of a test for the other convention, or right after the call. */
function insertTest(judged: Judged, { of, at }: Use | Acquire | Release, isNull: boolean): Fix[] {
  const handle = spellHandle(of);
  if (!handle || !of.origin || at.span.start < of.origin.span.end) return [];
  const source = new Source(judged.text);
  const [right, wrong] = isNull ? [`!${handle}`, `IS_ERR(${handle})`] : [`IS_ERR(${handle})`, `!${handle}`];
  const other = source.code.slice(of.origin.span.end, at.span.start).indexOf(`if (${wrong})`);
  if (other >= 0) {
    const start = of.origin.span.end + other + 'if ('.length;
    return [
      { title: `test ${right}`, safe: false, edits: [{ span: { start, end: start + wrong.length }, text: right }] },
    ];
  }
  const value = isNull ? failureOf(judged, '-ESRCH') : isErrno(judged.cfg) ? ` PTR_ERR(${handle})` : null;
  if (value === null || holdsBefore(judged, of.origin.span)) return [];
  const edits = insertAfter(source, of.origin.span, `if (${right})\n\treturn${value};`);
  return edits ? [{ title: `return when ${right}`, safe: false, edits }] : [];
}
