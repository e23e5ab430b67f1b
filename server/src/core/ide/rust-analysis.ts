import type {
  CancelSignal,
  Declaration,
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
import type { Surroundings } from '../program/program-index';
import { runRustRules } from '../rules';
import { Elsewhere } from '../rust/crates/elsewhere';
import type { RustModules } from '../rust/crates/modules';
import { Names } from '../rust/crates/names';
import { RustFile } from '../rust/file';
import type { FunctionItem } from '../rust/items';
import { mentionsHandles } from '../rust/mentions';
import { rustTable } from '../rust/table';
import { OtherFiles } from '../safety/other-files';
import { isSafeText, UnsafeFile } from '../safety/unsafe-file';
import type { Parser } from '../syntax/node';
import type { Span } from '../text';
import type { Setting } from './analysis';
import { printFunctions } from './emit';
import { collectHints } from './inlay-hints';
import { RustDeclarations } from './rust-declarations';
import { toRustFacts } from './rust-facts';
import { RustHovers } from './rust-hover';
import { RustProgram } from './rust-program';
import { judgeUnsafe } from './unsafe';

/** Judges a Rust file. Nothing here throws on input; what cannot be judged is listed as incomplete. */
export function analyseRust(
  file: SourceFile,
  { parser, table, around, signal }: Setting,
  modules: RustModules,
): FileAnalysis {
  return new RustAnalysis(file, parser, table, around, signal, modules);
}

interface Verdict {
  readonly findings: readonly Finding[];
  readonly incomplete: readonly IncompleteFunction[];
  readonly facts: readonly Fact[];
  readonly hints: readonly InlayHint[];
  /** Methods that are called, by where their names begin. */
  readonly methods: ReadonlyMap<number, FunctionItem>;
}

const NOTHING: Verdict = { findings: [], incomplete: [], facts: [], hints: [], methods: new Map() };

/** The file is parsed when the first answer is asked for, and its tree freed before that is given. */
class RustAnalysis implements FileAnalysis {
  readonly #hovers: RustHovers;
  readonly #elsewhere: Elsewhere | null;
  readonly #declarations: RustDeclarations;
  #verdict: Verdict | null = null;
  #printed: { readonly ir: string; readonly summaries: string } | null = null;

  constructor(
    readonly file: SourceFile,
    readonly parser: Parser,
    readonly table: Table,
    readonly around: Surroundings,
    readonly signal: CancelSignal,
    readonly modules: RustModules,
  ) {
    this.#elsewhere = this.#lookAround();
    this.#declarations = new RustDeclarations(file.text, this.#elsewhere, () => this.#judge().methods);
    this.#hovers = new RustHovers(
      file.text,
      table,
      {
        facts: () => this.facts(),
        hints: () => this.inlayHints(),
        methods: () => this.#judge().methods,
        unsafe: () => this.#readUnsafe(),
      },
      this.#declarations,
    );
  }

  get findings(): readonly Finding[] {
    return this.#judge().findings;
  }

  get incomplete(): readonly IncompleteFunction[] {
    return this.#judge().incomplete;
  }

  facts(): readonly Fact[] {
    return this.#judge().facts;
  }

  hover(offset: number, linkTo?: LinkTo): Hover | null {
    return this.#hovers.at(offset, linkTo);
  }

  declarationAt(offset: number): Declaration | null {
    return this.#declarations.at(offset);
  }

  inlayHints(): readonly InlayHint[] {
    return this.#judge().hints;
  }

  emit(what: EmitKind): string {
    switch (what) {
      case 'tree':
        return this.#printTree();
      case 'states':
        return this.facts().map(printFact).join('');
      case 'incomplete':
        return this.incomplete.map(({ function: name, reason }) => `${name}: ${reason}\n`).join('');
      case 'ir':
      case 'summaries':
        return this.#print()[what];
      default:
        return what satisfies never;
    }
  }

  #judge(): Verdict {
    this.#verdict ??= this.#withFile(typed => this.#verdictOf(typed)) ?? NOTHING;
    return this.#verdict;
  }

  #verdictOf(typed: RustFile): Verdict {
    const { file, parser } = this;
    if (!typed.root)
      return { ...NOTHING, incomplete: [{ span: NOWHERE, function: '', reason: 'the parser gave up on the file' }] };
    const incomplete: IncompleteFunction[] = [];
    const findings = judgeUnsafe(file, typed.root, parser, incomplete, this.#othersOf(typed));
    if (!this.#concernsMm()) return { ...NOTHING, findings, incomplete };
    for (const { name, nameSpan, damage } of typed.functions)
      if (damage) incomplete.push({ span: nameSpan, function: name, reason: damage });
    findings.push(...this.#judgeTypes(typed, incomplete));
    for (const finding of this.#programOf(typed).judge(incomplete))
      if (!findings.some(known => isSame(known, finding))) findings.push(finding);
    findings.sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end || (a.rule < b.rule ? -1 : 1));
    const hints = collectHints(typed, this.table.lookup);
    return { findings, incomplete, facts: toRustFacts(typed), hints, methods: methodsIn(typed) };
  }

  /** Both at once, for the file is parsed for it. */
  #print(): { readonly ir: string; readonly summaries: string } {
    this.#printed ??= this.#withFile(typed => {
      const { functions } = this.#programOf(typed);
      return { ir: printFunctions('ir', functions), summaries: printFunctions('summaries', functions) };
    }) ?? { ir: '', summaries: '' };
    return this.#printed;
  }

  #programOf(typed: RustFile): RustProgram {
    return new RustProgram(typed, this.table, this.around, this.signal);
  }

  #judgeTypes(typed: RustFile, incomplete: IncompleteFunction[]): Finding[] {
    const { text } = this.file;
    const { lookup } = this.table;
    return typed.functions.flatMap(one => {
      if (one.damage) return [];
      const { found, failed } = runRustRules({ text, function: one, items: typed.items, lookup });
      for (const { rule, error } of failed)
        incomplete.push({
          span: one.nameSpan,
          function: one.name,
          reason: `the rule ${rule.id} failed: ${String(error)}`,
        });
      return found.map(({ rule, report: { span, message, trail, fixes, severity } }) => ({
        rule: rule.id,
        severity: severity ?? rule.severity,
        function: one.name,
        span,
        message,
        trail,
        fixes,
      }));
    });
  }

  #readUnsafe(): UnsafeFile | null {
    const { path, text } = this.file;
    return this.#withFile(typed =>
      typed.root ? new UnsafeFile(path, text, typed.root, this.parser, this.file.helpers, this.#othersOf(typed)) : null,
    );
  }

  #othersOf({ elsewhere }: RustFile): OtherFiles | null {
    return elsewhere && new OtherFiles(elsewhere, this.parser);
  }

  #printTree(): string {
    return this.#withFile(({ root }) => `${root?.toString() ?? '(the parser gave up)'}\n`) ?? '';
  }

  /** What other files declare; it reads nothing before it is asked. */
  #lookAround(): Elsewhere | null {
    const { path, text, others } = this.file;
    if (!others) return null;
    const common = rustTable();
    return new Elsewhere(new Names(this.modules, others, path, text), name => common.type(name) !== null);
  }

  /** A handle comes into the file by a name of the table, or by one that a file which it names gives it. */
  #concernsMm(): boolean {
    const { text } = this.file;
    if (mentionsHandles(text)) return true;
    const givers = this.#elsewhere?.givers(type => rustTable().handleIn(type) !== null) ?? [];
    return givers.length > 0 && new RegExp(`\\b(?:${givers.join('|')})\\b`).test(text);
  }

  /** Null for a file that has nothing to say of any mm and nothing unsafe: most files of a tree. */
  #withFile<T>(use: (typed: RustFile) => T): T | null {
    const { text } = this.file;
    if (isSafeText(text) && !this.#concernsMm()) return null;
    const typed = new RustFile(text, this.parser, this.table, this.#elsewhere);
    try {
      return use(typed);
    } finally {
      typed.delete();
    }
  }
}

function methodsIn({ functions }: RustFile): ReadonlyMap<number, FunctionItem> {
  return new Map(
    functions.flatMap(({ events }) =>
      events.flatMap(event =>
        event.kind === 'call' && event.receiver && event.item ? [[event.calleeSpan.start, event.item] as const] : [],
      ),
    ),
  );
}

/** One rule may see a defect in the types and in the flow. */
function isSame(a: Finding, b: Finding): boolean {
  return a.rule === b.rule && a.span.start === b.span.start;
}

const NOWHERE: Span = { start: 0, end: 0 };

function printFact({ span, expr, type, ownership, lock }: Fact): string {
  return `${span.start}-${span.end} ${expr.replace(/\s+/g, ' ')}: ${type}, ${ownership}, mmap_lock ${lock}\n`;
}
