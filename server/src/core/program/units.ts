import type { Cfg, Entry, Incomplete } from '../ir/ir';
import { lowerCFunction } from '../lower/c/functions';
import { type Arm, armsAround } from '../syntax/arms';
import { type CSource, type FunctionText, parseFunction, scanC } from '../syntax/functions';
import type { Parser } from '../syntax/node';
import { type Members, readStructs } from '../syntax/structs';
import { findEntries } from './entries';

/** One function of a file: found by text, parsed and lowered only when something asks for it. */
export interface Unit {
  readonly name: string;
  /** Offset of the function's text in the file, in UTF-16 units; spans of its Cfg are relative to it. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** Options that decide whether it is compiled; known only for a name that the file defines more than once. */
  readonly arms: readonly Arm[];
}

/** The functions of one file, as those who judge them together see them. */
export interface Units {
  readonly units: readonly Unit[];
  /** Null when the parser gave up on the function. */
  lower(unit: Unit): Cfg | null;
  /** Units that call one of the names. */
  callersOf(names: readonly string[]): Unit[];
  /** The C structs that the file defines. */
  readonly structs: ReadonlyMap<string, Members>;
}

/** A function's text to what was lowered from it: an edit re-lowers one function. */
export type LoweringCache = Map<string, Cfg | null>;

/** The functions of one C file. */
export class CUnits implements Units {
  #scanned: Scanned | null = null;
  #entries: ReadonlyMap<string, Entry> | null = null;
  #structs: ReadonlyMap<string, Members> | null = null;

  constructor(
    private readonly text: string,
    private readonly parser: Parser,
    private readonly before: LoweringCache,
    private readonly now: LoweringCache,
  ) {}

  get units(): readonly Unit[] {
    return this.#scan().units;
  }

  /** The structs that the file defines. */
  get structs(): ReadonlyMap<string, Members> {
    this.#structs ??= readStructs(this.text);
    return this.#structs;
  }

  /** Most files that mention an mm have nothing to judge: a text is scanned when something first asks for a unit. */
  #scan(): Scanned {
    this.#scanned ??= scanUnits(this.text);
    return this.#scanned;
  }

  /** Units whose normalised text has a match of a global pattern, in order. */
  matching(pattern: RegExp): Unit[] {
    const found = new Set<Unit>();
    pattern.lastIndex = 0;
    if (!this.#scanned && !pattern.test(this.text)) return [];
    pattern.lastIndex = 0;
    const { normalised } = this.#scan().source;
    for (let match = pattern.exec(normalised); match; match = pattern.exec(normalised)) {
      const unit = this.unitAt(match.index);
      if (!unit) continue;
      found.add(unit);
      // One hit is enough for a function: go on behind it.
      pattern.lastIndex = Math.max(pattern.lastIndex, unit.end);
    }
    return [...found];
  }

  callersOf(names: readonly string[]): Unit[] {
    const pattern = new RegExp(`\\b(?:${names.join('|')})\\s*\\(`, 'g');
    return this.matching(pattern).filter(unit => {
      const callees = this.lower(unit)?.callees;
      return callees !== undefined && names.some(name => callees.has(name));
    });
  }

  unitAt(offset: number): Unit | null {
    let low = 0;
    let high = this.units.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.units[middle]!.end <= offset) low = middle + 1;
      else high = middle;
    }
    const unit = this.units[low];
    return unit && unit.start <= offset ? unit : null;
  }

  /** Null when the parser gave up on the function. */
  lower(unit: Unit): Cfg | null {
    // What `guard()` and `__free()` of the file mean is part of what a function means.
    const calledAs = this.#entryOf(unit);
    const key = unit.text + this.#scan().cleanupsKey + (calledAs ? JSON.stringify(calledAs) : '');
    const known = this.now.has(key) ? this.now.get(key) : this.before.get(key);
    if (known !== undefined) {
      this.now.set(key, known);
      return known;
    }
    const lowered = this.#lower(unit);
    const cfg = lowered && calledAs ? { ...lowered, calledAs } : lowered;
    this.now.set(key, cfg);
    return cfg;
  }

  /** The file says so of the function, which may be one that has nothing to do with an mm. */
  neverReturns(name: string): boolean {
    return (
      this.#scan()
        .source.annotations.get(name)
        ?.some(({ kind }) => kind === '__noreturn') === true
    );
  }

  /** Whoever calls the function from outside the file may hold mmap_lock. */
  isEnteredLocked(unit: Unit): boolean {
    const lock = this.#entryOf(unit)?.lock;
    return lock === 'read' || lock === 'write';
  }

  #entryOf({ name }: Unit): Entry | undefined {
    const scanned = this.#scan();
    this.#entries ??= findEntries(scanned.source);
    return this.#entries.get(name);
  }

  #lower(unit: Unit): Cfg | null {
    const found = this.#scan().texts.get(unit)!;
    const parsed = parseFunction(this.parser, this.#scan().source, found);
    if (!parsed) return null;
    try {
      const normalised = this.#scan().source.normalised.slice(found.start, found.end);
      const { cleanups } = this.#scan().source;
      return lowerCFunction(parsed.node, { original: unit.text, normalised, name: found.name, definitions: cleanups });
    } finally {
      parsed.tree.delete();
    }
  }

  /** The syntax tree of each unit as an S-expression, for `--emit=tree`. */
  printTree(unit: Unit): string {
    const parsed = parseFunction(this.parser, this.#scan().source, this.#scan().texts.get(unit)!);
    if (!parsed) return '(the parser gave up)';
    try {
      return parsed.node.toString();
    } finally {
      parsed.tree.delete();
    }
  }
}

/** A function that could not even be lowered. */
export const NOT_PARSED: Incomplete = { span: { start: 0, end: 0 }, reason: 'the parser gave up on it' };

/** A file's functions, and what they share. */
interface Scanned {
  readonly source: CSource;
  readonly units: readonly Unit[];
  readonly texts: ReadonlyMap<Unit, FunctionText>;
  /** What `guard()` and `__free()` of the file mean, as text. */
  readonly cleanupsKey: string;
}

function scanUnits(text: string): Scanned {
  const source = scanC(text);
  const { functions, cleanups } = source;
  const counts = new Map<string, number>();
  for (const { name } of functions) counts.set(name, (counts.get(name) ?? 0) + 1);
  const twice = functions.filter(({ name }) => counts.get(name)! > 1);
  const around = armsAround(
    text,
    twice.map(found => found.start),
  );
  const arms = new Map(twice.map((found, i) => [found, around[i]!]));
  const texts = new Map<Unit, FunctionText>();
  for (const found of functions) {
    const { name, start, end } = found;
    texts.set({ name, start, end, text: text.slice(start, end), arms: arms.get(found) ?? [] }, found);
  }
  return { source, units: [...texts.keys()], texts, cleanupsKey: cleanups.length ? JSON.stringify(cleanups) : '' };
}
