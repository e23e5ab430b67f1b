import type { Cfg, Entry } from '../ir/ir';
import { lowerCFunction } from '../lower/c/functions';
import { type Arm, armsAround } from '../syntax/arms';
import { blank } from '../syntax/blank';
import { type CSource, type FunctionText, parseFunction, scanC } from '../syntax/functions';
import type { Parser } from '../syntax/node';
import { type Members, readStructs } from '../syntax/structs';
import { entriesByName, findEntries, type Sources, type Uses, usesOf } from './entries';

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
  /** Who calls and who names a function. */
  usesOf(name: string): Used;
  entryOf(name: string): Entry | undefined;
  /** Names that a unit calls, as its text has them. */
  calledIn(unit: Unit): ReadonlySet<string>;
  /** The C structs that the file defines. */
  readonly structs: ReadonlyMap<string, Members>;
}

/** How the file uses a function, and what the kernel promises where it calls it itself. */
export interface Used extends Uses {
  readonly entry: Entry | undefined;
}

/** What was learnt of one function. */
interface Known {
  /** The text without what no parser reads, which may depend on what surrounds the function. */
  readonly normalised: string;
  /** By all that its meaning depends on beside the text. */
  readonly lowered: Map<string, Cfg | null>;
  /** Whether the text has a match. */
  readonly matches: Map<RegExp, boolean>;
  /** Names before a bracket; null until somebody asks. */
  called: ReadonlySet<string> | null;
}

/** What was learnt of functions, by their texts: an edit costs one function. */
export type UnitCache = Map<string, Known>;

/** Patterns of names come and go with the program index. */
const MAX_PATTERNS = 16;

/** The functions of one C file. */
export class CUnits implements Units {
  #scanned: Scanned | null = null;
  #entries: ReadonlyMap<string, Entry> | null = null;
  #sources: Sources | null = null;
  #uses: Map<string, Uses> | null = null;
  #byName: ReadonlyMap<string, Entry> | null = null;
  #structs: ReadonlyMap<string, Members> | null = null;
  readonly #known = new Map<Unit, Known>();

  constructor(
    private readonly text: string,
    private readonly parser: Parser,
    private readonly before: UnitCache,
    private readonly now: UnitCache,
    /** Functions that the table knows to change a reference count of an mm. */
    private readonly counting: ReadonlySet<string>,
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

  /** Units whose normalised text has a match of a pattern, in order. */
  matching(pattern: RegExp): Unit[] {
    if (!this.#scanned && !hasMatch(pattern, this.text)) return [];
    return this.units.filter(unit => {
      const { normalised, matches } = this.#knownOf(unit);
      let matched = matches.get(pattern);
      if (matched === undefined) {
        if (matches.size === MAX_PATTERNS) matches.clear();
        matched = hasMatch(pattern, normalised);
        matches.set(pattern, matched);
      }
      return matched;
    });
  }

  /** Units that walk over VMAs by a macro, of which the normalised text makes a loop. */
  walking(): Unit[] {
    return WALK.test(this.text) ? this.units.filter(({ text }) => WALK.test(text)) : [];
  }

  callersOf(names: readonly string[]): Unit[] {
    return this.units.filter(unit => {
      const called = this.calledIn(unit);
      const callees = names.some(name => called.has(name)) ? this.lower(unit)?.callees : undefined;
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
    const key = this.#scan().cleanupsKey + (calledAs ? JSON.stringify(calledAs) : '');
    const { lowered } = this.#knownOf(unit);
    let cfg = lowered.get(key);
    if (cfg === undefined) {
      cfg = this.#lower(unit);
      if (cfg && calledAs) cfg = { ...cfg, calledAs };
      lowered.set(key, cfg);
    }
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

  #knownOf(unit: Unit): Known {
    let known = this.#known.get(unit);
    if (!known) {
      const normalised = this.#scan().source.normalised.slice(unit.start, unit.end);
      const before = this.before.get(unit.text);
      // The new slice, for the old one keeps the whole text that it is a part of.
      known =
        before?.normalised === normalised
          ? { ...before, normalised }
          : { normalised, lowered: new Map(), matches: new Map(), called: null };
      this.#known.set(unit, known);
      this.now.set(unit.text, known);
    }
    return known;
  }

  /** Whoever calls the function from outside the file may hold mmap_lock. */
  isEnteredLocked(unit: Unit): boolean {
    const lock = this.#entryOf(unit)?.lock;
    return lock === 'read' || lock === 'write';
  }

  usesOf(name: string): Used {
    // Who asks about one function asks about others, and the text is long.
    this.#uses ??= new Map(usesOf(this.#readSources(), [...new Set(this.units.map(unit => unit.name))]));
    let uses = this.#uses.get(name);
    if (!uses) {
      uses = usesOf(this.#readSources(), [name]).get(name)!;
      this.#uses.set(name, uses);
    }
    return { ...uses, entry: this.entryOf(name) };
  }

  /** What the kernel promises where it calls the function itself. */
  entryOf(name: string): Entry | undefined {
    this.#byName ??= entriesByName(this.#scan().source);
    return this.#byName.get(name);
  }

  calledIn(unit: Unit): ReadonlySet<string> {
    const known = this.#knownOf(unit);
    known.called ??= new Set([...known.normalised.matchAll(CALL)].map(match => match[1]!));
    return known.called;
  }

  #readSources(): Sources {
    if (!this.#sources) {
      const { source } = this.#scan();
      this.#sources = { ...source, code: blank(source.normalised), counting: this.counting };
    }
    return this.#sources;
  }

  #entryOf({ name }: Unit): Entry | undefined {
    this.#entries ??= findEntries(this.#readSources());
    return this.#entries.get(name);
  }

  #lower(unit: Unit): Cfg | null {
    const found = this.#scan().texts.get(unit)!;
    const parsed = parseFunction(this.parser, this.#scan().source, found);
    if (!parsed) return null;
    try {
      const { normalised } = this.#knownOf(unit);
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

const WALK = /\bfor_each_vma(?:_range)?\s*\(/;

/** A name before a bracket. */
const CALL = /\b([A-Za-z_]\w*)\s*\(/g;

function hasMatch(pattern: RegExp, text: string): boolean {
  pattern.lastIndex = 0;
  return pattern.test(text);
}

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
