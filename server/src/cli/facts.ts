import path from 'node:path';
import type { Fact } from '../core/facade';
import { ProgramIndex } from '../core/index';
import { contributionsOf } from '../workspace/index-store';
import { languageOf, NOT_A_SOURCE } from '../workspace/languages';
import { SourceReader } from '../workspace/reading';
import { relativePath } from '../workspace/root';
import { RustFiles } from '../workspace/rust-tree';
import { parseArguments } from './args';
import type { Host } from './host';
import type { JudgeSettings } from './judge';
import { defaultJobs } from './lint-options';
import { Locator, locateTrail, type NameOf } from './locator';
import { optionsOf } from './options';
import { openProgram, type ProgramOptions, programOptions } from './program';
import type { Place, ReportedStep } from './report';
import { type Paint, paintFor, visible } from './terminal';
import { openTree, statPaths, type Tree } from './tree';
import { UsageError } from './usage-error';
import { withWorkshop } from './work';

interface ReportedFact {
  readonly fact: Fact;
  readonly file: string;
  readonly start: Place;
  readonly end: Place;
  readonly because: readonly ReportedStep[];
}

/** `mm-analyzer facts`: the exit status. Throws UsageError, before anything is written to stdout. */
export async function facts(argv: readonly string[], host: Host): Promise<number> {
  const args = parseArguments(argv, optionsOf('facts'));
  if (args.positionals.length === 0) throw new UsageError('name the files to look at');
  const named = statPaths(args.positionals, host.cwd);
  for (const [index, { absolute, isFolder }] of named.entries()) {
    const written = args.positionals[index];
    if (isFolder) throw new UsageError(`${written}: is a folder; facts takes files`);
    if (languageOf(absolute) === null) throw new UsageError(`${written}: ${NOT_A_SOURCE}`);
  }
  const tree = openTree(named, { root: args.value('root'), config: args.value('config') }, host.cwd);
  const isC = named.some(({ absolute }) => languageOf(absolute) === 'c');
  const program = isC ? await readProgram(tree, programOptions(args, host, true), host) : null;
  const analyzer = await host.openAnalyzer(tree.configuration.api);
  analyzer.useProgram(program);
  const reader = new SourceReader();
  const open = (absolute: string): Locator => {
    const reading = reader.read(absolute);
    const file = relativePath(host.cwd, absolute);
    if (reading.kind !== 'source')
      throw new UsageError(`${file}: ${reading.kind === 'skipped' ? reading.reason : NOT_A_SOURCE}`);
    return new Locator(file, reading.source);
  };
  const others = new RustFiles(tree.root, reader);
  const rows = named.flatMap(({ absolute }) => {
    const locator = open(absolute);
    const language = languageOf(absolute)!;
    const { text } = locator.source;
    const analysis = analyzer.analyze({ path: relativePath(tree.root, absolute), language, text, others });
    const nameOf: NameOf = file => relativePath(host.cwd, path.resolve(tree.root, file));
    return analysis.facts().map(fact => locateFact(fact, locator, nameOf));
  });
  host.stdout.write(args.value('format') === 'json' ? formatJson(rows) : formatText(rows, paintFor(host.stdout, host)));
  return 0;
}

/** What the other files of the tree tell; null when each file is to stand alone. */
async function readProgram(tree: Tree, options: ProgramOptions, host: Host): Promise<ProgramIndex | null> {
  const settings: JudgeSettings = {
    cwd: host.cwd,
    root: tree.root,
    levels: {},
    rules: [],
    extraRows: tree.configuration.api,
    fix: 'none',
    emit: null,
  };
  const program = await withWorkshop(settings, defaultJobs(), host, workshop =>
    openProgram(tree, { folders: [], listed: [] }, options, workshop, host),
  );
  return program && new ProgramIndex(contributionsOf(program.tree).values());
}

function locateFact(fact: Fact, locator: Locator, nameOf: NameOf): ReportedFact {
  return {
    fact,
    file: locator.file,
    start: locator.placeAt(fact.span.start),
    end: locator.placeAt(fact.span.end),
    because: locateTrail(locator, fact.because, nameOf),
  };
}

function formatJson(rows: readonly ReportedFact[]): string {
  const json = rows.map(({ fact, file, start, end, because }) => ({
    file,
    line: start.line,
    column: start.column,
    endLine: end.line,
    endColumn: end.column,
    expr: fact.expr,
    function: fact.function,
    handle: fact.handle,
    ownership: fact.ownership,
    nullable: fact.nullable,
    lock: fact.lock,
    type: fact.type,
    because: because.map(step => ({ file: step.file, line: step.place.line, message: step.message })),
  }));
  return `${JSON.stringify({ version: 1, facts: json }, null, 2)}\n`;
}

function formatText(rows: readonly ReportedFact[], paint: Paint): string {
  return rows.map(row => `${describe(row, paint)}\n`).join('');
}

function describe({ fact, file, start, because }: ReportedFact, paint: Paint): string {
  const said = [
    `${fact.handle}, ${fact.ownership}`,
    fact.nullable ? 'may be NULL' : 'not NULL',
    `mmap_lock ${fact.lock}`,
  ].join('; ');
  const notes = because.map(
    step =>
      `\n${visible(step.file)}:${step.place.line}:${step.place.column}: ${paint.dim('note:')} ${visible(step.message)}`,
  );
  const head = paint.bold(`${visible(file)}:${start.line}:${start.column}:`);
  return `${head} ${visible(fact.expr)}: ${paint.cyan(visible(fact.type))} (${said})${notes.join('')}`;
}
