import type { Severity } from '../core/rules/rule';
import type { Encoding } from '../workspace/reading';

/** A place as people and compilers name it. */
export interface Place {
  /** From 1. */
  readonly line: number;
  /** From 1, in bytes. */
  readonly column: number;
  /** From 1, in UTF-16 units, which is what SARIF counts in. */
  readonly character: number;
}

export interface ReportedStep {
  /** Relative to the working folder, with `/`. */
  readonly file: string;
  readonly place: Place;
  readonly message: string;
}

export interface ReportedEdit {
  readonly start: Place;
  readonly end: Place;
  readonly text: string;
}

export interface ReportedFix {
  readonly title: string;
  readonly safe: boolean;
  readonly edits: readonly ReportedEdit[];
  /** Lines that go before a line of another file, one-based. */
  readonly elsewhere: readonly { readonly file: string; readonly line: number; readonly text: string }[];
}

export interface ReportedFinding {
  readonly rule: string;
  readonly severity: Severity;
  /** Relative to the working folder, with `/`. */
  readonly file: string;
  readonly start: Place;
  readonly end: Place;
  readonly function: string;
  readonly message: string;
  readonly trail: readonly ReportedStep[];
  readonly fixes: readonly ReportedFix[];
  /** The same after lines moved; equal for two findings only if their rule, function and line text are. */
  readonly fingerprint: string;
}

export interface ReportedIncomplete {
  readonly file: string;
  readonly line: number;
  readonly function: string;
  readonly reason: string;
}

/** All that came out of one file; plain data, for it crosses threads. */
export interface FileReport {
  readonly file: string;
  readonly findings: readonly ReportedFinding[];
  readonly incomplete: readonly ReportedIncomplete[];
  /** Findings that comments in the source allow. */
  readonly allowed: number;
  /** Why the file was not judged; null when it was. */
  readonly skipped: string | null;
  /** What the reader of stderr should know: the file was judged nevertheless. */
  readonly note: string | null;
  /** Fixes that were applied, or that `diff` shows. */
  readonly fixed: number;
  /** A unified diff of the fixes; empty without any. */
  readonly diff: string;
  readonly encoding: Encoding;
  /** What `--emit` prints. */
  readonly emitted: string;
}

/** Begins the reason of a file that is skipped because this program failed. */
export const INTERNAL_ERROR = 'internal error: ';

/** A report with nothing in it. */
export function emptyReport(file: string, skipped: string | null): FileReport {
  return {
    file,
    findings: [],
    incomplete: [],
    allowed: 0,
    skipped,
    note: null,
    fixed: 0,
    diff: '',
    encoding: 'utf-8',
    emitted: '',
  };
}

/** What a run came to: the input of every output format. */
export interface Summary {
  readonly version: string;
  /** Sorted by file, line, column and rule; cut at `--max-findings`. */
  readonly findings: readonly ReportedFinding[];
  readonly incomplete: readonly ReportedIncomplete[];
  readonly stats: Stats;
}

export interface Stats {
  /** Files that were judged. */
  readonly files: number;
  /** Findings of each severity, printed or not. */
  readonly errors: number;
  readonly warnings: number;
  readonly infos: number;
  /** Findings that `--max-findings` left out. */
  readonly omitted: number;
  /** Findings that comments allow. */
  readonly allowed: number;
  /** Findings that the baseline lists. */
  readonly baselined: number;
  readonly fixed: number;
  /** Functions that could not be judged. */
  readonly incomplete: number;
  readonly skipped: readonly { readonly file: string; readonly reason: string }[];
}

/** The order of every report: it does not depend on which thread was first. */
export function compareFindings(a: ReportedFinding, b: ReportedFinding): number {
  return (
    compareText(a.file, b.file) ||
    a.start.line - b.start.line ||
    a.start.column - b.start.column ||
    compareText(a.rule, b.rule) ||
    compareText(a.message, b.message)
  );
}

export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
