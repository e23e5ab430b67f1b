import type { CancelSignal, Finding, IncompleteFunction } from '../facade';
import type { Table } from '../knowledge/load';
import { AnalysisCache } from '../program/analysis-cache';
import { type Analysed, FileProgram } from '../program/file';
import type { Surroundings } from '../program/program-index';
import { signaturesOf } from '../program/rust-signatures';
import { RustUnits } from '../program/rust-units';
import { runRules } from '../rules';
import type { RustFile } from '../rust/file';
import { placeReport, reasonsOf } from './analysis';

/** The functions of a Rust file, lowered and solved together like those of a C file. */
export class RustProgram {
  readonly #units: RustUnits;
  readonly #program: FileProgram;

  constructor(typed: RustFile, table: Table, around: Surroundings, signal: CancelSignal) {
    this.#units = new RustUnits(typed);
    const signatures = signaturesOf(typed.items);
    const [before, now] = [new AnalysisCache(), new AnalysisCache()];
    this.#program = new FileProgram(this.#units, table, before, now, signal, around, signatures);
    const isKnown = (name: string) => table.lookup(name) !== undefined || around.summarised.has(name);
    const relevant = this.#units.relevant(isKnown);
    this.#program.run(relevant.filter(unit => this.#units.typedOf(unit).damage === null));
  }

  get functions(): readonly Analysed[] {
    return this.#program.functions;
  }

  /** What the rules say about the flow of each function. */
  judge(incomplete: IncompleteFunction[]): Finding[] {
    return this.functions.flatMap(analysed => {
      const { name, nameSpan } = this.#units.typedOf(analysed.unit);
      const reasons = reasonsOf(analysed);
      if (reasons.length > 0) {
        incomplete.push(...reasons.map(reason => ({ ...reason, function: name })));
        return [];
      }
      const { found, failed } = runRules(this.#program.judge(analysed));
      for (const { rule, error } of failed)
        incomplete.push({ span: nameSpan, function: name, reason: `the rule ${rule.id} failed: ${String(error)}` });
      return found.map(({ rule, report }) => ({
        rule: rule.id,
        severity: report.severity ?? rule.severity,
        function: name,
        ...placeReport(report, analysed.unit.start),
      }));
    });
  }
}
