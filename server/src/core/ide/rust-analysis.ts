import type { EmitKind, Fact, FileAnalysis, Finding, Hover, IncompleteFunction, SourceFile } from '../facade';
import type { Table } from '../knowledge/load';
import { RustFile } from '../rust/file';
import type { Parser } from '../syntax/node';
import { toRustFacts } from './rust-facts';
import { RustHovers } from './rust-hover';

/** Judges a Rust file. Nothing here throws on input; what cannot be judged is listed as incomplete. */
export function analyseRust(file: SourceFile, parser: Parser, table: Table): FileAnalysis {
  return new RustAnalysis(file, parser, table);
}

/** Each answer is computed when it is asked for: an editor's hover does not pay for lint. */
class RustAnalysis implements FileAnalysis {
  readonly findings: readonly Finding[] = [];
  readonly incomplete: readonly IncompleteFunction[] = [];
  #facts: readonly Fact[] | null = null;
  readonly #hovers: RustHovers;

  constructor(
    readonly file: SourceFile,
    readonly parser: Parser,
    readonly table: Table,
  ) {
    this.#hovers = new RustHovers(file.text, table, () => this.facts());
  }

  facts(): readonly Fact[] {
    if (!this.#facts) {
      const typed = new RustFile(this.file.text, this.parser, this.table);
      try {
        this.#facts = toRustFacts(typed);
      } finally {
        typed.delete();
      }
    }
    return this.#facts;
  }

  hover(offset: number): Hover | null {
    return this.#hovers.at(offset);
  }

  emit(_what: EmitKind): string {
    return '';
  }
}
