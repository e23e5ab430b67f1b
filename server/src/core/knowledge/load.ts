import type { Lookup, Summary } from '../typestate/summary';
import schema from './api.schema.json';
import type { Row } from './row';
import atomic from './rows/atomic.json';
import execExit from './rows/exec-exit.json';
import fault from './rows/fault.json';
import gup from './rows/gup.json';
import memory from './rows/memory.json';
import mmapLock from './rows/mmap-lock.json';
import notifier from './rows/notifier.json';
import refcount from './rows/refcount.json';
import services from './rows/services.json';
import uaccess from './rows/uaccess.json';
import vma from './rows/vma.json';
import { validateSchema } from './schema';
import { summariseRow } from './summarise';

/** The rows that ship, by the file they are in. */
export const GROUPS = {
  refcount,
  'mmap-lock': mmapLock,
  vma,
  gup,
  uaccess,
  fault,
  notifier,
  memory,
  services,
  'exec-exit': execExit,
  atomic,
} as unknown as Readonly<Record<string, readonly Row[]>>;

export interface Table {
  readonly lookup: Lookup;
  /** All rows in force, sorted by name. */
  readonly rows: readonly Row[];
  /**
   * Functions that change or need something of an mm: a function that calls none of them has nothing to judge. Those
   * that only sleep, forbid a lock or open an atomic section are not among them.
   */
  readonly names: ReadonlySet<string>;
  /** Of the others, those that forbid a lock: they matter to whoever holds it. */
  readonly forbidding: ReadonlySet<string>;
  /** Functions that free an object. */
  readonly freeing: ReadonlySet<string>;
  /** Functions that change a reference count of an mm. */
  readonly counting: ReadonlySet<string>;
  /** What is wrong with the extra rows; those rows are left out. */
  readonly errors: readonly string[];
}

/**
 * Loads the table. An extra row (the `api` list of mm-analyzer.json) replaces the built-in row of its name. The
 * sentences of built-in rows are read when somebody asks for the function: a run needs few of them.
 */
export function loadTable(extraRows: readonly unknown[] = []): Table {
  const rows = new Map(
    Object.values(GROUPS)
      .flat()
      .map(row => [row.name, row]),
  );
  const errors = addExtraRows(rows, extraRows);
  const summaries = new Map<string, Summary | undefined>();
  const lookup: Lookup = name => {
    const row = rows.get(name);
    if (!row || summaries.has(name)) return summaries.get(name);
    const made = summariseRow(row);
    const summary = 'summary' in made ? made.summary : undefined;
    summaries.set(name, summary);
    return summary;
  };
  let names: ReadonlySet<string> | null = null;
  let forbidding: ReadonlySet<string> | null = null;
  let freeing: ReadonlySet<string> | null = null;
  let counting: ReadonlySet<string> | null = null;
  return {
    lookup,
    rows: [...rows.values()].sort((a, b) => compareNames(a.name, b.name)),
    get names() {
      names ??= namesOf(rows, row => row.effects.some(text => MATTERS.test(text)));
      return names;
    },
    get forbidding() {
      forbidding ??= namesOf(
        rows,
        ({ name, effects }) => !this.names.has(name) && effects.some(text => FORBIDS.test(text)),
      );
      return forbidding;
    },
    get freeing() {
      freeing ??= namesOf(rows, row => row.effects.some(text => FREES.test(text)));
      return freeing;
    },
    get counting() {
      counting ??= namesOf(rows, row => row.effects.some(text => COUNTS.test(text)));
      return counting;
    },
    errors,
  };
}

function addExtraRows(rows: Map<string, Row>, extraRows: readonly unknown[]): string[] {
  const errors: string[] = [];
  const seen = new Set<string>();
  for (const [i, extra] of extraRows.entries()) {
    const name = nameOf(extra) ?? `${i + 1}`;
    const wrong = validateSchema(schema.items, extra);
    if (seen.has(name)) wrong.push('is there twice');
    seen.add(name);
    if (wrong.length === 0) {
      const row = extra as Row;
      const made = summariseRow(row);
      if ('error' in made) wrong.push(made.error);
      else rows.set(name, row);
    }
    errors.push(...wrong.map(error => `row ${name}: ${error}`));
  }
  return errors;
}

/** Order of rows in their files: by code unit, the same everywhere. */
export function compareNames(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function nameOf(row: unknown): string | null {
  if (typeof row !== 'object' || row === null || !('name' in row)) return null;
  return typeof row.name === 'string' ? row.name : null;
}

/**
 * Sentences by which a function changes or needs something of an mm. They are told by their words, for reading all
 * sentences of the table would be a tenth of a short run.
 */
const MATTERS =
  /^\s*(?:needs|asserts|tests|takes|drops|makes|moves|upgrades|downgrades|clears|relates\s+(?!ret\s))|\b(?:un)?pinning\b|\bcleared\b/;
const FORBIDS = /^\s*forbids\b/;
const COUNTS = /^\s*(?:takes|drops|makes)\s+(?:users|count)\b/;
const FREES = /^\s*frees\b/;

function namesOf(rows: ReadonlyMap<string, Row>, isWanted: (row: Row) => boolean): ReadonlySet<string> {
  return new Set([...rows.values()].filter(isWanted).map(({ name }) => name));
}
