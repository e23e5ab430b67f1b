import { type FileContribution, ProgramIndex } from '../core/index';

/**
 * The index is built in rounds: first each file tells what it does when it knows no more of the others than their types,
 * then those that call or share something with another file tell it anew with what the others said in the round before.
 * Three are enough for the kernel: the last changes one file of eight hundred.
 */
export const ROUNDS = 3;

/** What each file told, round by round; null in a round that it was not asked in. Most files tell only once. */
export type Told = readonly (FileContribution | null)[];
export type Rounds = ReadonlyMap<string, Told>;

/** Lets files tell with a program around them. A file that cannot be read tells nothing. */
export type Contribute = (
  paths: readonly string[],
  program: readonly FileContribution[],
) => Promise<ReadonlyMap<string, FileContribution>>;

/**
 * What all files tell. It depends on their texts alone: what is remembered in `before` spares work and changes nothing,
 * for a file tells anew wherever something around it differs from then. `changed` files are remembered with another text.
 */
export async function runRounds(
  files: Iterable<string>,
  before: Rounds,
  changed: ReadonlySet<string>,
  structs: ReadonlyMap<string, FileContribution['structs']>,
  contribute: Contribute,
): Promise<Rounds> {
  const remembered = (path: string, round: number) =>
    changed.has(path) ? null : (before.get(path)?.[round - 1] ?? null);
  const now = new Map<string, (FileContribution | null)[]>();
  let todo: readonly string[] = [...files].sort();
  // Types are known before anything is analysed: they are read from the text alone, and nearly every file needs some.
  const declared = todo.map(path => ({ ...EMPTY, path, structs: structs.get(path) ?? {} }));
  const last = latestOf(before, ROUNDS);
  const declaredBefore = new Map([...last].map(([path, told]) => [path, { ...EMPTY, path, structs: told.structs }]));
  const changesOfTypes = changesBetween(declaredBefore, new Map(declared.map(told => [told.path, told])));
  let differs: ReadonlySet<string> = dependantsOf(new ProgramIndex(last.values()), changesOfTypes);
  let around: readonly FileContribution[] = declared;
  for (let round = 1; round <= ROUNDS && todo.length > 0; round++) {
    const stands = (path: string) => !differs.has(path) && remembered(path, round) !== null;
    const asked = todo.filter(path => !stands(path));
    const fresh = asked.length > 0 ? await contribute(asked, around) : new Map<string, never>();
    const changes: Change[] = [];
    for (const path of todo) {
      const told = stands(path) ? remembered(path, round) : fresh.get(path);
      if (!told) continue;
      const list = now.get(path) ?? [];
      // The types have been told already.
      const before = list.findLast(last => last !== null) ?? { ...EMPTY, path, structs: told.structs };
      changes.push([before, { ...told, locked: before.locked }]);
      while (list.length < round - 1) list.push(null);
      now.set(path, [...list, told]);
    }
    around = latest(now);
    const program = new ProgramIndex(around);
    todo = [...dependantsOf(program, changes)].filter(path => now.has(path)).sort();
    differs = dependantsOf(program, changesBetween(latestOf(before, round), latestOf(now, round)));
  }
  return now;
}

/** What each file told last. */
export function latest(rounds: Rounds): readonly FileContribution[] {
  return [...latestOf(rounds, ROUNDS).values()];
}

/** What a file tells that is not there, but for its path. */
export const EMPTY: Omit<FileContribution, 'path'> = {
  summaries: [],
  exported: '',
  votes: [],
  calls: '',
  called: '',
  consumed: [],
  locked: '',
  structs: {},
  named: '',
};

/** A contribution before and after; undefined for a file that told nothing before. */
export type Change = readonly [FileContribution | undefined, FileContribution];

/** What differs between two programs; a file that is gone tells nothing any more. */
export function changesBetween(
  before: ReadonlyMap<string, FileContribution>,
  after: ReadonlyMap<string, FileContribution>,
): readonly Change[] {
  const gone = [...before.values()].filter(({ path }) => !after.has(path));
  return [
    ...[...after].map(([path, told]): Change => [before.get(path), told]),
    ...gone.map((told): Change => [told, { ...EMPTY, path: told.path }]),
  ].filter(([old, told]) => old !== told && JSON.stringify(old) !== JSON.stringify(told));
}

/** Files whose judgement may differ after the changes; `program` has them. */
export function dependantsOf(program: ProgramIndex, changes: readonly Change[]): Set<string> {
  return new Set(changes.flatMap(([before, after]) => [...program.dependants(before, after)]));
}

/** What each file had told last after a round, by its path. */
export function latestOf(rounds: Rounds, round: number): ReadonlyMap<string, FileContribution> {
  const last = new Map<string, FileContribution>();
  for (const [path, told] of rounds) {
    const found = told.slice(0, round).findLast(one => one !== null);
    if (found) last.set(path, found);
  }
  return last;
}
