import type { Summary } from '../typestate/summary';
import { type CallRow, type Names, writeLines, writeNames } from './compact';
import type { FactFinder } from './facts';
import { votesOf } from './field-contracts';
import type { Analysed } from './file';
import type { Contribution } from './program-index';
import type { Unit, Units } from './units';

/** A file whose functions are analysed. */
interface Told {
  readonly path: string;
  /** 1-based, in the file's text. */
  readonly lineAt: (offset: number) => number;
  readonly units: Units;
  readonly functions: readonly Analysed[];
  /** Functions that pass an mm on. */
  readonly passing: readonly Unit[];
  /** The file defines a function of this name. */
  readonly isDefined: (name: string) => boolean;
  /** Functions that it calls with mmap_lock held, or where it may be. */
  readonly enteredLocked: ReadonlySet<string>;
  /** The table has a row for it. */
  readonly isDeclared: (name: string) => boolean;
}

/** What a file tells the others. `summaries` are as its own callers see them, without what was judged to be a defect. */
export function contributionOf(told: Told, summaries: ReadonlyMap<string, Summary>): Contribution {
  const { path, lineAt, units, functions, passing, isDefined, isDeclared, enteredLocked } = told;
  const visible = functions.filter(({ unit }) => isVisible(unit, path));
  const asked = functions.flatMap(({ members }) => [...members.keys()]);
  return {
    path,
    summaries: visible.flatMap(({ name, summary }) => {
      const told = summary?.determinate ? summaries.get(name) : undefined;
      const own = told && withOwnDemands(told, by => isDefined(by) || isDeclared(by));
      return own && (own.outcomes.length > 0 || own.demands.length > 0 || own.tests) ? [own] : [];
    }),
    exported: exportedBy(
      units.units.filter(unit => isVisible(unit, path)),
      lineAt,
    ),
    votes: functions.flatMap(({ unit, solved }) =>
      votesOf(solved).map(({ at, ...vote }) => ({ ...vote, line: lineAt(unit.start + at) })),
    ),
    calls: '',
    called: writeNames(
      new Set(
        [...functions.map(({ callees }) => callees), ...passing.map(({ text }) => wordsCalledIn(text))].flatMap(
          callees => [...callees].filter(name => isPlain(name) && !isDefined(name) && !isDeclared(name)),
        ),
      ),
    ),
    consumed: [...new Set(functions.flatMap(({ solved }) => [...solved.recorder.consumed.keys()]))].filter(
      key => !isDefined(key.slice(0, key.lastIndexOf(':'))),
    ),
    locked: writeNames([...enteredLocked].filter(name => isPlain(name) && !isDeclared(name))),
    structs: Object.fromEntries(units.structs),
    named: writeNames(new Set(asked.filter(struct => isPlain(struct) && !units.structs.has(struct)))),
  };
}

/** What looks like a call in C; that some are keywords does no harm, for nobody defines a function of that name. */
function wordsCalledIn(text: string): readonly string[] {
  return text.match(/\b\w+(?=\s*\()/g) ?? [];
}

/** What the calls in this file establish of the parameters of functions of other files. */
export function callsIn(
  facts: readonly { readonly analysed: Analysed; readonly finder: FactFinder }[],
  isDefined: (name: string) => boolean,
  lineAt: (offset: number) => number,
): CallRow[] {
  return facts.flatMap(({ analysed: { solved, unit, cfg }, finder }) =>
    [...solved.recorder.arguments]
      .filter(([callee]) => !isDefined(callee))
      .map(([callee, paths]) => ({
        callee,
        parameters: finder.contractsOf(paths),
        line: lineAt(unit.start + cfg.nameSpan.start),
      }))
      .filter(({ parameters }) => parameters.size > 0),
  );
}

/** A need goes one file up: whoever passes it on from another file is not the one who could meet it. */
function withOwnDemands(summary: Summary, isOwn: (callee: string) => boolean): Summary {
  const demands = summary.demands.filter(({ by }) => by === undefined || isOwn(by));
  return demands.length === summary.demands.length ? summary : { ...summary, demands };
}

/** What is called through a pointer, or typed by a macro, has no name that another file could define. */
const isPlain = (name: string) => /^\w+$/.test(name);

/** Other files can call it: not `static`, or in a header. */
function isVisible({ text }: Unit, path: string): boolean {
  return path.endsWith('.h') || !/\bstatic\b/.test(text.slice(0, text.indexOf('(')));
}

/** By name; of several definitions (one for each configuration) the first. */
function exportedBy(units: readonly Unit[], lineAt: (offset: number) => number): Names {
  const lines = new Map<string, number>();
  for (const { name, start } of units) if (!lines.has(name)) lines.set(name, lineAt(start));
  return writeLines(lines);
}
