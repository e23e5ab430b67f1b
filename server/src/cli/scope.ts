import { outline } from '../core/ide/outline';
import { LineIndex } from '../core/text';
import { languageOf } from '../workspace/languages';
import type { Change } from './changes';
import type { FileReport, ReportedFinding } from './report';

/**
 * Of the findings in the changed file, those that the change touches (their line, a line of their trail, or their
 * function) and those that it causes: they were not there before.
 */
export function keepTouched(after: FileReport, before: FileReport | null, change: Change): FileReport {
  const known = new Set(before?.findings.map(finding => finding.fingerprint));
  const functions = touchedFunctions(change);
  const isTouched = (finding: ReportedFinding): boolean =>
    hasTouched(change, finding.start.line, finding.end.line) ||
    finding.trail.some(step => step.file === after.file && change.touched.has(step.place.line)) ||
    functions.some(({ first, last }) => first <= finding.start.line && finding.start.line <= last) ||
    !known.has(finding.fingerprint);
  return {
    ...after,
    findings: after.findings.filter(isTouched),
    incomplete: after.incomplete.filter(({ line }) =>
      functions.some(({ first, last }) => first <= line && line <= last),
    ),
  };
}

/** Of the findings in a file that did not change itself, those that were not there before. */
export function keepCaused(after: FileReport, before: FileReport): FileReport {
  const known = new Set(before.findings.map(({ fingerprint }) => fingerprint));
  return { ...after, findings: after.findings.filter(({ fingerprint }) => !known.has(fingerprint)), incomplete: [] };
}

interface Lines {
  readonly first: number;
  readonly last: number;
}

function touchedFunctions({ path, after, touched }: Change): readonly Lines[] {
  const language = languageOf(path);
  if (language === null) return [];
  const lines = new LineIndex(after.text);
  const lineOf = (offset: number) => lines.positionAt(offset).line + 1;
  const sorted = [...touched].sort((a, b) => a - b);
  return outline(language, after.text)
    .functions.map(({ start, end }) => ({ first: lineOf(start), last: lineOf(end) }))
    .filter(({ first, last }) => firstFrom(sorted, first) <= last);
}

function hasTouched({ touched }: Change, first: number, last: number): boolean {
  for (let line = first; line <= last; line++) if (touched.has(line)) return true;
  return false;
}

/** The first of the sorted numbers that is at least `from`; infinity without one. */
function firstFrom(sorted: readonly number[], from: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < from) low = middle + 1;
    else high = middle;
  }
  return sorted[low] ?? Number.POSITIVE_INFINITY;
}
