import type { Judged } from '../program/judged';
import type { RustJudged } from '../rust/judged';
import type { UnsafeFile } from '../safety/unsafe-file';
import type { Edit, Span, Spot } from '../text';

export type Severity = 'error' | 'warning' | 'info';

/** One step of a finding's story: "taken here", "branch taken here", "returned here". */
export interface TrailStep {
  /** In the judged file. */
  readonly span: Span;
  readonly message: string;
  /** Where another file shows it. */
  readonly at?: Spot;
  /** The function whose body does it, if no row of the table says so. */
  readonly inside?: string;
}

export interface Fix {
  readonly title: string;
  /** Applying it cannot change the meaning of a correct program. */
  readonly safe: boolean;
  readonly edits: readonly Edit[];
  /** What it writes; the fixes of rules that judge both languages are C unless they say so. */
  readonly language?: 'rust';
  /** What else it takes, in other files of the tree. Such a fix is never safe: it is for an editor to show. */
  readonly elsewhere?: readonly Insertion[];
}

/** Whole lines that go before a line of another file. */
export interface Insertion {
  /** Relative to the root of the tree. */
  readonly file: string;
  /** Zero-based; the number of lines to append. */
  readonly line: number;
  readonly text: string;
  /** The file does not exist yet. */
  readonly creates: boolean;
}

/** What a rule reports; the engine adds the rule, the severity and the function. */
export interface Report {
  readonly span: Span;
  /** Lower case, no final stop, code in backticks; what is wrong first. */
  readonly message: string;
  readonly trail: readonly TrailStep[];
  readonly fixes: readonly Fix[];
  /** Overrides the rule's own severity when the evidence is weaker. */
  readonly severity?: Severity;
  /** The symbol that the report is about: two rules may see one defect of it (see precedence). */
  readonly subject?: number;
}

/** A report about a file, whose spans are those of the file. */
export interface FileReport extends Report {
  readonly function: string;
}

/** One defect. A check only observes what was established. */
export interface Rule {
  /** Kebab case, named after the defect; it reads well after "allow". */
  readonly id: string;
  readonly severity: Severity;
  readonly languages: readonly ('c' | 'rust')[];
  /** One line for settings, the rules index and SARIF. */
  readonly summary: string;
  /** A paragraph of Markdown for the rule's page: why this is a defect, in kernel terms. */
  readonly why: string;
  /** What the analysis established about one function. */
  check?(judged: Judged): Iterable<Report>;
  /** What the types of one Rust function say; spans are those of the file. */
  checkRust?(judged: RustJudged): Iterable<Report>;
  /** What a Rust file says about its unsafe code. */
  checkUnsafe?(file: UnsafeFile): Iterable<FileReport>;
}
