import type { Entry } from '../ir/ir';
import type { Solved } from '../typestate/analyse';
import { LOCK_UNKNOWN, LOCK_WRITE } from '../typestate/holding';
import { type Lookup, needsLock, type Summary } from '../typestate/summary';
import { Answering } from './answering';
import { isEnteredLocked, type Way } from './entered';
import type { Analysed } from './file';
import type { Surroundings } from './program-index';
import type { Unit, Units, Used } from './units';

/** Who calls the functions of a file. */
export interface Callers {
  usesOf(name: string): Used;
  entryOf(name: string): Entry | undefined;
  /** Definitions of the function that were analysed; null for one that could not be. */
  analysedAs(name: string): readonly (Solved | null)[];
  /** How other files call it; null for one that they cannot call. */
  calledElsewhere(name: string): Way | null;
  /** What the table says that its callers have to do. */
  declaredAs(name: string): Summary | undefined;
  /** Its parameters, as the source spells them. */
  parametersOf(name: string): string;
}

/** A file whose functions are analysed, and what is known around it. */
export interface AnalysedFile {
  readonly units: Units;
  readonly functions: readonly Analysed[];
  readonly table: { readonly lookup: Lookup };
  readonly around: Surroundings;
}

export function callersIn({ units, functions, table, around }: AnalysedFile): Callers {
  const analysed = groupByName(functions);
  const texts = groupByName(units.units);
  const unitsOf = (name: string) => texts.get(name) ?? [];
  return {
    usesOf: name => units.usesOf(name),
    entryOf: name => units.entryOf(name),
    analysedAs: name =>
      (analysed.get(name) ?? []).map(({ solved, cfg }) =>
        solved.exceeded || cfg.incomplete.length > 0 ? null : solved,
      ),
    calledElsewhere: name => around.wayInto(name, unitsOf(name).some(isStatic)),
    declaredAs: name => table.lookup(name),
    parametersOf: name =>
      unitsOf(name)
        .map(({ text }) => text.slice(text.indexOf('('), text.indexOf('{')))
        .join(),
  };
}

/**
 * Functions that a file calls with mmap_lock held, or where its own callers may hold it, and those of its functions that
 * rely on their callers. It tells of its own calls alone: what other files tell of it changes what is judged, and not
 * what is told.
 */
export function calledLockedIn(
  file: AnalysedFile,
  summaries: ReadonlyMap<string, Summary>,
  isHeader: boolean,
): ReadonlySet<string> {
  const { units, functions } = file;
  const texts = groupByName(units.units);
  const callers: Callers = { ...callersIn(file), calledElsewhere: () => null };
  const names = new Set(functions.flatMap(({ solved }) => [...solved.recorder.lockedCalls]));
  // Whoever includes a header calls its functions as they please.
  const locked = [...texts.keys()].filter(name => isHeader || names.has(name) || isEnteredLocked(name, callers));
  const seen = new Set(locked);
  for (let name = locked.pop(); name !== undefined; name = locked.pop()) {
    for (const callee of texts.get(name)!.flatMap(unit => [...units.calledIn(unit)])) {
      names.add(callee);
      if (!texts.has(callee) || seen.has(callee)) continue;
      seen.add(callee);
      locked.push(callee);
    }
  }
  const answering = new Answering({
    ...callers,
    calledElsewhere: name => (texts.get(name)?.some(isStatic) ? null : 'open'),
  });
  for (const [name, summary] of summaries) if (needsLock(summary) && !answering.answers(name)) names.add(name);
  return names;
}

/** Is the function only called with mmap_lock of the running task held for writing, by its callers or by theirs? */
export function isEnteredWritten(
  { name, cfg }: Analysed,
  functions: Iterable<Analysed>,
  written: ReadonlySet<string>,
): boolean {
  if (!cfg.isStatic) return false;
  let isCalled = false;
  for (const { name: caller, solved } of functions) {
    const locks = solved.recorder.currentLocks.get(name);
    if (locks === undefined) continue;
    if (locks & ~((1 << LOCK_WRITE) | (written.has(caller) ? 1 << LOCK_UNKNOWN : 0))) return false;
    isCalled = true;
  }
  return isCalled;
}

function groupByName<T extends { readonly name: string }>(items: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(item.name);
    if (group) group.push(item);
    else groups.set(item.name, [item]);
  }
  return groups;
}

const isStatic = ({ text }: Unit) => /\bstatic\b/.test(text.slice(0, text.indexOf('(')));
