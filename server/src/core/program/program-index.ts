import { LOCKS_AN_MM } from '../knowledge/versions';
import type { Members } from '../syntax/structs';
import type { Spot } from '../text';
import type { Summary } from '../typestate/summary';
import { type CallLines, calleesOf, type Names, readCalls, readLines, readNames } from './compact';
import type { Way } from './entered';
import { copyVotes, countVote, type FieldVotes, type Vote } from './field-contracts';
import { calledFrom, joinCallers, type ParameterContracts } from './parameter-contracts';

/** What one file tells the rest of the program: plain data, so that it can be sent and kept on disk. */
export interface Contribution {
  readonly path: string;
  /** Functions that other files can call, and what a call of them does. Only what a caller can tell apart. */
  readonly summaries: readonly Summary[];
  /**
   * Functions that other files can call, with or without a summary. Their lines are only shown, so a file whose
   * functions merely move tells the others nothing new.
   */
  readonly exported: Names;
  readonly votes: readonly (Omit<Vote, 'at'> & { readonly line: number })[];
  /** What the calls in this file establish of the parameters of each callee; empty where nobody asked for it. */
  readonly calls: CallLines;
  /** Functions of other files that the judged functions of this one, and those that pass an mm on, may call. */
  readonly called: Names;
  /** `function:resource` that code of this file releases for its callee. */
  readonly consumed: readonly string[];
  /** Functions of other files that code of this one calls with mmap_lock held, or where it may be. */
  readonly locked: Names;
  /** The structs that this file defines. */
  readonly structs: Readonly<Record<string, Members>>;
  /** Structs that are defined elsewhere and whose members the functions of this file name. */
  readonly named: Names;
}

/** The program as one of its files sees it: everything that the other files tell. */
export interface Surroundings {
  lookup(name: string): Summary | undefined;
  /** How the other files treat `struct.field`. */
  votes(field: string): FieldVotes | undefined;
  /** Names that `lookup` may know. */
  readonly summarised: ReadonlySet<string>;
  /** A static function has callers in other files only if a header defines it. */
  parameters(name: string, isStatic: boolean): ParameterContracts | null;
  /** Where the function is defined that `lookup` answers for. */
  placeOf(name: string): Spot | null;
  isConsumed(key: string): boolean;
  /** How other files call the function as to mmap_lock, if they can; `open` only where all files of a kernel are known. */
  wayInto(name: string, isStatic: boolean): Way | null;
  /** The tree defines the locks of an mm, and nowhere a function of this name: it is of another version. */
  isMissing(name: string): boolean;
  membersOf(struct: string): Members | undefined;
}

/** Nothing is known of other files. */
export const ALONE: Surroundings = {
  lookup: () => undefined,
  votes: () => undefined,
  summarised: new Set(),
  parameters: () => null,
  placeOf: () => null,
  isConsumed: () => false,
  wayInto: (_, isStatic) => (isStatic ? null : 'unknown'),
  isMissing: () => false,
  membersOf: () => undefined,
};

/** All files' contributions, kept so that one of them can be replaced, and left out for the file it comes from. */
export class ProgramIndex {
  readonly #contributions = new Map<string, Contribution>();
  readonly #all: PathsBy[] = [];
  /** Paths that define a function, call it with a handle, call it at all, and consume what it hands over. */
  readonly #definers = this.#pathsBy(({ exported }) => readLines(exported).keys());
  readonly #callers = this.#pathsBy(({ calls }) => calleesOf(calls));
  readonly #users = this.#pathsBy(({ called }) => readNames(called));
  readonly #consumers = this.#pathsBy(({ consumed }) => consumed);
  readonly #lockers = this.#pathsBy(({ locked }) => readNames(locked));
  /** Paths that vote on a field, that define a struct, and that name members of it. */
  readonly #voters = this.#pathsBy(({ votes }) => votes.map(({ field }) => field));
  readonly #structs = this.#pathsBy(({ structs }) => Object.keys(structs));
  readonly #namers = this.#pathsBy(({ named }) => readNames(named));
  /** Made anew after a change. */
  #names: ReadonlySet<string> | null = null;

  constructor(contributions: Iterable<Contribution> = []) {
    for (const contribution of contributions) this.replace(contribution);
  }

  get paths(): Iterable<string> {
    return this.#contributions.keys();
  }
  get(path: string): Contribution | undefined {
    return this.#contributions.get(path);
  }

  replace(contribution: Contribution): void {
    this.remove(contribution.path);
    this.#contributions.set(contribution.path, contribution);
    this.#names = null;
    for (const paths of this.#all) paths.add(contribution);
  }

  remove(path: string): void {
    const old = this.#contributions.get(path);
    if (!old) return;
    this.#contributions.delete(path);
    this.#names = null;
    for (const paths of this.#all) paths.remove(old);
  }

  /** Files that define a function of this name which other files can call. */
  definersOf(name: string): readonly string[] {
    return [...(this.#definers.get(name) ?? [])];
  }

  /** The program around one file. */
  around(path: string): Surroundings {
    return {
      lookup: once(name => this.#lookup(name, path)),
      votes: once(field => this.#votesWithout(field, path)),
      summarised: this.#summarised(),
      parameters: (name, isStatic) => (isStatic && !path.endsWith('.h') ? null : this.#parameters(name, path)),
      placeOf: name => this.#placeOf(name, path),
      isConsumed: key => others(this.#consumers.get(key), path).length > 0,
      wayInto: (name, isStatic) => {
        if (isStatic && !path.endsWith('.h')) return null;
        if (others(this.#lockers.get(name), path).length > 0) return 'locked';
        return this.#defines(LOCKS_AN_MM) ? 'open' : 'unknown';
      },
      isMissing: once(name => this.#defines(LOCKS_AN_MM) && !this.#defines(name)),
      membersOf: struct => this.#membersOf(struct, path),
    };
  }

  /** Without the table of all definers, which a run over one file has no other use for. */
  #defines(name: string): boolean {
    return [...this.#contributions.values()].some(({ exported }) => ` ${exported}`.includes(` ${name}:`));
  }

  /** Files whose judgement may change when this file's contribution changes from one to the other. */
  dependants(before: Contribution | undefined, after: Contribution): Set<string> {
    const paths = new Set<string>();
    const addAll = (found: Iterable<string> | undefined) => {
      for (const path of found ?? []) if (path !== after.path) paths.add(path);
    };
    for (const name of changedKeys(before?.summaries ?? [], after.summaries, summary => summary.name))
      addAll(this.#users.get(name));
    for (const field of changedKeys(before?.votes ?? [], after.votes, vote => vote.field))
      addAll(this.#voters.get(field));
    for (const key of changedKeys(before?.consumed ?? [], after.consumed, key => key))
      addAll(this.#definers.get(key.slice(0, key.lastIndexOf(':'))));
    for (const name of changedKeys(readNames(before?.locked ?? ''), readNames(after.locked), name => name))
      addAll(this.#definers.get(name));
    const structsOf = (one: Contribution | undefined) => Object.entries(one?.structs ?? {});
    for (const struct of changedKeys(structsOf(before), structsOf(after), ([name]) => name))
      addAll(this.#namers.get(struct));
    return paths;
  }

  #summarised(): ReadonlySet<string> {
    this.#names ??= new Set(
      [...this.#contributions.values()].flatMap(({ summaries }) =>
        // Who only passes needs on and has nothing to do with an mm otherwise, is not worth a look.
        summaries.flatMap(({ name, outcomes, tests }) => (outcomes.length > 0 || tests ? [name] : [])),
      ),
    );
    return this.#names;
  }

  /**
   * Members that every definition agrees on: two files may have a struct of one name each. What a C file defines is its
   * own, beside a header.
   */
  #membersOf(struct: string, path: string): Members | undefined {
    const all = others(this.#structs.get(struct), path);
    if (all.length === 0) return undefined;
    const shared = all.filter(file => !file.endsWith('.c'));
    const definers = shared.length > 0 ? shared : all;
    const [first, ...rest] = definers.map(definer => this.#contributions.get(definer)!.structs[struct]!);
    if (rest.length === 0) return first;
    return Object.fromEntries(
      Object.entries(first!).filter(([member, type]) => rest.every(one => one[member] === type)),
    );
  }

  #lookup(name: string, path: string): Summary | undefined {
    const definers = others(this.#definers.get(name), path);
    // Two functions of one name (per architecture, or static elsewhere) say nothing about which one is called.
    if (definers.length !== 1) return undefined;
    return this.#contributions.get(definers[0]!)!.summaries.find(summary => summary.name === name);
  }

  #placeOf(name: string, path: string): Spot | null {
    const [file, another] = others(this.#definers.get(name), path);
    if (file === undefined || another !== undefined) return null;
    return { file, line: readLines(this.#contributions.get(file)!.exported).get(name)! };
  }

  #votesWithout(field: string, path: string): FieldVotes | undefined {
    const definers = this.#structs.get(field.slice(0, field.indexOf('.')));
    // Of several definitions, that of a C file is its own: those of other files only have the same name.
    const isPrivateTo = (file: string) => file.endsWith('.c') && definers?.has(file) === true && definers.size > 1;
    const voters = isPrivateTo(path) ? [] : others(this.#voters.get(field), path).filter(voter => !isPrivateTo(voter));
    if (voters.length === 0) return undefined;
    const votes = copyVotes(undefined);
    for (const voter of voters) {
      for (const vote of this.#contributions.get(voter)!.votes) {
        if (vote.field !== field) continue;
        countVote(votes, vote);
        if (vote.kind !== 'none') votes.places[vote.kind] ??= { file: voter, line: vote.line };
      }
    }
    return votes;
  }

  #parameters(name: string, path: string): ParameterContracts | null {
    let joined: ParameterContracts | null = null;
    for (const caller of others(this.#callers.get(name), path)) {
      for (const call of readCalls(this.#contributions.get(caller)!.calls, name)) {
        const one = calledFrom(call.parameters, { file: caller, line: call.line });
        joined = joined ? joinCallers(joined, one) : one;
      }
    }
    return joined;
  }

  #pathsBy(keysOf: (contribution: Contribution) => Iterable<string>): PathsBy {
    const paths = new PathsBy(this.#contributions, keysOf);
    this.#all.push(paths);
    return paths;
  }
}

/** Paths of contributions by something that they tell. Most runs ask for a few of these, so each is made when asked. */
class PathsBy {
  #paths: Map<string, Set<string>> | null = null;

  constructor(
    private readonly contributions: ReadonlyMap<string, Contribution>,
    private readonly keysOf: (contribution: Contribution) => Iterable<string>,
  ) {}

  get(key: string): ReadonlySet<string> | undefined {
    if (!this.#paths) {
      this.#paths = new Map();
      for (const contribution of this.contributions.values()) this.add(contribution);
    }
    return this.#paths.get(key);
  }

  add(contribution: Contribution): void {
    if (!this.#paths) return;
    for (const key of this.keysOf(contribution)) {
      const paths = this.#paths.get(key);
      if (paths) paths.add(contribution.path);
      else this.#paths.set(key, new Set([contribution.path]));
    }
  }

  remove(contribution: Contribution): void {
    if (this.#paths) for (const key of this.keysOf(contribution)) this.#paths.get(key)?.delete(contribution.path);
  }
}

/** What `tools/` builds is not the kernel, of which it imitates structs and functions. */
const isOfTools = (path: string) => path.startsWith('tools/');

/** The other files of the program that a file is part of. */
const others = (paths: ReadonlySet<string> | undefined, path: string): string[] =>
  [...(paths ?? [])].filter(other => other !== path && isOfTools(other) === isOfTools(path));

/** Asks for each key once. */
function once<T>(ask: (key: string) => T): (key: string) => T {
  const known = new Map<string, T>();
  return key => {
    if (!known.has(key)) known.set(key, ask(key));
    return known.get(key)!;
  };
}

/** Keys under which the two lists differ. */
function changedKeys<T>(before: readonly T[], after: readonly T[], keyOf: (item: T) => string): Set<string> {
  const group = (items: readonly T[]) => {
    const byKey = new Map<string, string>();
    for (const item of items) byKey.set(keyOf(item), `${byKey.get(keyOf(item)) ?? ''}${JSON.stringify(item)}`);
    return byKey;
  };
  const [old, now] = [group(before), group(after)];
  return new Set([...old.keys(), ...now.keys()].filter(key => old.get(key) !== now.get(key)));
}
