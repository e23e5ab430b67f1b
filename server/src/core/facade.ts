import type { Contribution, ProgramIndex } from './program/program-index';
import type { Fix, Severity, TrailStep } from './rules/rule';
import type { RustTree } from './rust/crates/modules';
import type { Language, Parser } from './syntax/node';
import type { Span } from './text';

/** What every shell (command line, language server, library, web worker) sees: offsets and strings, no trees. */
export interface SourceFile {
  /** Path relative to the root of the tree, with `/`. */
  readonly path: string;
  readonly language: Language;
  readonly text: string;
  /** The C files of `rust/helpers` of the tree; null where it has no such folder. Asked for when they matter. */
  readonly helpers?: () => readonly HelperSource[] | null;
  /** The other Rust files of the tree, for Rust; without it the file stands alone. */
  readonly others?: RustTree;
}

export type { RustTree } from './rust/crates/modules';

export interface HelperSource {
  /** Relative to the root of the tree. */
  readonly path: string;
  readonly text: string;
}

export interface Finding {
  readonly rule: string;
  readonly severity: Severity;
  readonly span: Span;
  readonly function: string;
  readonly message: string;
  readonly trail: readonly TrailStep[];
  readonly fixes: readonly Fix[];
}

export interface IncompleteFunction {
  readonly span: Span;
  readonly function: string;
  readonly reason: string;
}

export type HandleKind = 'MmWithUser' | 'Mm' | 'raw';
export type Ownership = 'owned' | 'borrowed' | 'checked';
export type LockState = 'none' | 'read' | 'write' | 'unknown';

/** What one expression denotes, just before the innermost call or expression there runs. */
export interface Fact {
  readonly span: Span;
  readonly expr: string;
  readonly function: string;
  readonly handle: HandleKind;
  readonly ownership: Ownership;
  /** NULL or ERR_PTR has not been excluded on some path; `handle` describes the other case. */
  readonly nullable: boolean;
  readonly lock: LockState;
  /** The Rust type of the expression, or that a C value would have. */
  readonly type: string;
  readonly because: readonly TrailStep[];
  /** This code also took an `mm_count` reference, beside the users that somebody else guarantees. */
  readonly owesCount?: true;
}

export interface Hover {
  readonly span: Span;
  readonly markdown: string;
}

/** Where another file of the tree declares something. */
export interface Declaration {
  /** Relative to the root of the tree. */
  readonly file: string;
  readonly name: string;
  /** The name there. */
  readonly span: Span;
}

/** The address of a line, from 1, of the judged file (null) or of another file of the tree; null if it has none. */
export type LinkTo = (file: string | null, line: number) => string | null;

/** What the code does without saying so, as a note that an editor shows in the line. */
export interface InlayHint {
  /** Where the note stands (UTF-16 units). */
  readonly offset: number;
  readonly text: string;
  /** Why it is so, in Markdown. */
  readonly reason: string;
}

export interface FileAnalysis {
  readonly findings: readonly Finding[];
  readonly incomplete: readonly IncompleteFunction[];
  /** Sorted by position. Computed on first use. */
  facts(): readonly Fact[];
  /** Null where there is nothing to say about the token at this offset (UTF-16 units). */
  hover(offset: number, linkTo?: LinkTo): Hover | null;
  /** What the token at this offset names in another file, in Rust; null where it names nothing there. */
  declarationAt(offset: number): Declaration | null;
  /** Sorted by position. C says itself what Rust leaves to `Drop`, so only Rust has them. */
  inlayHints(): readonly InlayHint[];
  /** Printable intermediate results: `--emit`. */
  emit(what: EmitKind): string;
}

export const EMIT_KINDS = ['tree', 'ir', 'states', 'summaries', 'incomplete'] as const;
export type EmitKind = (typeof EMIT_KINDS)[number];

export interface AnalyzerOptions {
  readonly parser: Parser;
  /** Extra rows of the knowledge table, in the table's own JSON form. */
  readonly extraRows?: readonly unknown[];
  /** Keep what was learnt of each path, so that judging an edited file anew costs the edited function (editors). */
  readonly keepCaches?: boolean;
  /** Only findings and contributions will be asked for, no facts or hovers: that saves memory. */
  readonly findingsOnly?: boolean;
}

/** Loads the parser and makes an analyzer with extra rows for its table. */
export type OpenAnalyzer = (
  extraRows: readonly unknown[],
  options?: Pick<AnalyzerOptions, 'keepCaches' | 'findingsOnly'>,
) => Promise<Analyzer>;

/** Anything with an `aborted` flag, such as an AbortSignal: cancellation is structural. */
export interface CancelSignal {
  readonly aborted: boolean;
}

/** What one file tells the rest of the program; plain data, opaque to the shells. */
export type FileContribution = Contribution;

export interface Analyzer {
  /** What the other files of the program know of it; null: each file stands alone. */
  useProgram(program: ProgramIndex | null): void;
  /** Lets go of what was kept of a path. */
  forget(path: string): void;
  /**
   * Reads a C file for the program index. `withCalls`: also what its calls establish of parameters, which facts and hovers
   * read and findings do not. Never throws on input.
   */
  contribute(file: SourceFile, withCalls: boolean): FileContribution;
  /** Files that may define a C function: by the program, and by the table. Relative to the root of the tree. */
  definersOf(name: string): readonly string[];
  /** Never throws on input. When the signal aborts, the result holds what was done so far and says so in `incomplete`. */
  analyze(file: SourceFile, signal?: CancelSignal): FileAnalysis;
}
