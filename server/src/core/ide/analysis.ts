import type {
  CancelSignal,
  EmitKind,
  Fact,
  FileAnalysis,
  Finding,
  Hover,
  IncompleteFunction,
  InlayHint,
  LinkTo,
  SourceFile,
} from '../facade';
import type { Table } from '../knowledge/load';
import { AnalysisCache } from '../program/analysis-cache';
import { type Analysed, FileProgram } from '../program/file';
import type { View } from '../program/judged';
import type { Contribution, Surroundings } from '../program/program-index';
import { NEVER_RETURNS } from '../program/summarise';
import { CUnits, type UnitCache } from '../program/units';
import { type RuleResults, runRules } from '../rules';
import type { Report } from '../rules/rule';
import { tellInside } from '../rules/trail';
import type { Parser } from '../syntax/node';
import { LineIndex, type Span } from '../text';
import type { Solved } from '../typestate/analyse';
import type { Summary } from '../typestate/summary';
import { type HoverSource, hoverC } from './c-hover';
import { printAll } from './emit';
import { toFacts } from './facts';
import { namePattern, relevantUnits } from './relevance';

/** What one version of a file leaves for the next: an edit in one function then costs that function. */
export interface FileCaches {
  readonly units: UnitCache;
  readonly analysed: AnalysisCache;
}

/** Mentions of an mm or a vma that make a function worth looking at for facts, although it calls no API. */
const MENTIONS = /\b(?:mm_struct|vm_area_struct)\s*\*|->\s*(?:\w+_)?mm(?:_account)?\b/g;

/** An mm that is compared with the task's tells whom the object that keeps it serves. */
const COMPARES_MM = /[!=]=\s*current->mm\b/g;

/** An mm among the arguments of a call tells what the callee's parameter is. */
const PASSES_MM = /[(,]\s*(?:\w+(?:->|\.))*(?:\w+_)?mm\s*[,)]/g;

/** What judging a file needs beside its text. */
export interface Setting {
  readonly parser: Parser;
  readonly table: Table;
  readonly around: Surroundings;
  /** What the last version of the file left. */
  readonly before: FileCaches | null;
  readonly signal: CancelSignal;
  /** Facts and hovers will be asked for, and not only findings. */
  readonly withDetail: boolean;
}

/** Judges a C file. Nothing here throws on input; what cannot be judged is listed as incomplete. */
export function analyseC(file: SourceFile, setting: Setting): { analysis: FileAnalysis; caches: FileCaches } {
  const { units, program, caches } = runProgram(file, setting);
  extendToFrees(units, program, setting.table);
  return { analysis: new CAnalysis(file, units, program, setting.signal), caches };
}

/**
 * Reads a C file for the program index. Functions that only pass an mm on are half of those that could be analysed: what
 * they call is read from their text, and the rest only where somebody wants to know what `withCalls` tells.
 */
export function contributeC(
  file: SourceFile,
  setting: Setting,
  withCalls: boolean,
): { contribution: Contribution; caches: FileCaches } {
  const { units, program, caches } = runProgram(file, setting);
  program.extend(units.matching(COMPARES_MM));
  const passing = units.matching(PASSES_MM);
  const lines = new LineIndex(file.text);
  const lineAt = (offset: number) => lines.positionAt(offset).line + 1;
  const contribution = program.contribute(file.path, lineAt, passing);
  if (!withCalls) return { contribution, caches };
  program.extend(passing);
  return { contribution: { ...contribution, calls: program.callsOut(lineAt) }, caches };
}

/** A function that only frees an object, or clears its field, is judged if others have to release what that keeps. */
function extendToFrees(units: CUnits, program: FileProgram, table: Table): void {
  const fields = program.unreleasedFields;
  const freeing = fields.length > 0 ? namePattern(table.freeing) : null;
  if (!freeing) return;
  const clearing = new RegExp(`(?:->|\\.)\\s*(?:${fields.map(({ field }) => field).join('|')})\\s*=\\s*NULL\\b`, 'g');
  program.extend([...new Set([...units.matching(freeing), ...units.matching(clearing)])]);
}

function runProgram(file: SourceFile, { parser, table, around, before, signal, withDetail }: Setting) {
  const caches: FileCaches = { units: new Map(), analysed: new AnalysisCache() };
  const units = new CUnits(file.text, parser, before?.units ?? new Map(), caches.units, table.counting);
  const program = new FileProgram(
    units,
    table,
    before?.analysed ?? new AnalysisCache(),
    caches.analysed,
    signal,
    around,
    name => (units.neverReturns(name) ? NEVER_RETURNS : undefined),
    withDetail,
  );
  program.run(relevantUnits(units, table, around));
  return { units, program, caches };
}

class CAnalysis implements FileAnalysis {
  readonly findings: readonly Finding[];
  readonly incomplete: readonly IncompleteFunction[];
  #facts: readonly Fact[] | null = null;

  constructor(
    private readonly file: SourceFile,
    private readonly units: CUnits,
    private readonly program: FileProgram,
    signal: CancelSignal,
  ) {
    const findings: Finding[] = [];
    const incomplete: IncompleteFunction[] = program.skipped.map(({ unit, reason }) => ({
      span: { start: unit.start, end: unit.start + unit.name.length },
      function: unit.name,
      reason,
    }));
    for (const analysed of program.functions) {
      const reasons = reasonsOf(analysed);
      if (reasons.length) incomplete.push(...reasons);
      else findings.push(...this.#judge(analysed, incomplete));
    }
    if (signal.aborted)
      incomplete.push({ span: { start: 0, end: 0 }, function: '', reason: 'the analysis was cancelled' });
    this.findings = findings.sort(
      (a, b) => a.span.start - b.span.start || a.span.end - b.span.end || (a.rule < b.rule ? -1 : 1),
    );
    this.incomplete = incomplete;
  }

  #judge(analysed: Analysed, incomplete: IncompleteFunction[]): Finding[] {
    const { found, failed } = judgeOnce(this.program, analysed);
    for (const { rule, error } of failed) {
      incomplete.push({
        span: shift(analysed.cfg.nameSpan, analysed.unit.start),
        function: analysed.name,
        reason: `the rule ${rule.id} failed: ${String(error)}`,
      });
    }
    return found.map(({ rule, report }) => ({
      rule: rule.id,
      severity: report.severity ?? rule.severity,
      function: analysed.name,
      ...placeReport(
        { ...report, trail: tellInside(report.trail, name => this.program.placeOf(name)) },
        analysed.unit.start,
      ),
    }));
  }

  facts(): readonly Fact[] {
    if (!this.#facts) {
      this.program.extend(this.units.matching(MENTIONS));
      this.#facts = toFacts(this.program);
    }
    return this.#facts;
  }

  hover(offset: number, linkTo?: LinkTo): Hover | null {
    const { file, units } = this;
    const source: HoverSource = {
      text: file.text,
      lookup: name => this.#contractOf(name),
      facts: () => this.facts(),
      functionAt: at => units.unitAt(at),
      isBalanced: name => this.#isBalanced(name),
    };
    return hoverC(source, offset, linkTo);
  }

  /** Names of C are found by the program index. */
  declarationAt(): null {
    return null;
  }

  inlayHints(): readonly InlayHint[] {
    return [];
  }

  /** Inferred contracts get the names of the parameters of the function in this file. */
  #contractOf(name: string): Summary | undefined {
    const summary = this.program.lookup(name);
    const own = summary && !summary.params && this.program.functions.find(analysed => analysed.name === name);
    return own ? { ...summary, params: own.cfg.parameters } : summary;
  }

  #isBalanced(name: string): boolean {
    const found = this.program.functions.filter(analysed => analysed.name === name);
    return (
      found.length === 1 &&
      reasonsOf(found[0]!).length === 0 &&
      this.program.judge(found[0]!).exits.every(({ held }) => held.every(isNeutral))
    );
  }

  emit(what: EmitKind): string {
    this.facts();
    return printAll(what, this.program, this.units, this.incomplete, this.file);
  }
}

const judgements = new WeakMap<Solved, { readonly key: string; readonly results: RuleResults }>();

/** Rules are pure, so a function that an edit left alone is not judged again. */
function judgeOnce(program: FileProgram, analysed: Analysed): RuleResults {
  const key = program.judgementKey(analysed);
  const before = judgements.get(analysed.solved);
  if (before?.key === key) return before.results;
  const results = runRules(program.judge(analysed));
  judgements.set(analysed.solved, { key, results });
  return results;
}

/** Nothing is held that was not held at entry, and nothing was released. */
function isNeutral({ users, count, lazy, lock, lockAtEntry, vmaRead, vmaReleased }: View): boolean {
  return users === 0 && count === 0 && lazy === 0 && lock === lockAtEntry && !vmaRead && !vmaReleased;
}

export function shift(span: Span, by: number): Span {
  return { start: span.start + by, end: span.end + by };
}

/** Rules speak of the function's text; findings speak of the file. */
export function placeReport(report: Report, start: number): Pick<Finding, 'span' | 'message' | 'trail' | 'fixes'> {
  return {
    span: shift(report.span, start),
    message: report.message,
    trail: report.trail.map(step => ({ ...step, span: shift(step.span, start) })),
    fixes: report.fixes.map(fix => ({
      ...fix,
      edits: fix.edits.map(edit => ({ ...edit, span: shift(edit.span, start) })),
    })),
  };
}

export function reasonsOf({ cfg, solved, name, unit }: Analysed): IncompleteFunction[] {
  const reasons = cfg.incomplete.map(({ span, reason }) => ({ span: shift(span, unit.start), function: name, reason }));
  if (solved.exceeded) reasons.push({ span: shift(cfg.nameSpan, unit.start), function: name, reason: solved.exceeded });
  return reasons;
}
