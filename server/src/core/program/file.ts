import { stronglyConnected } from '../flow/graph';
import { ANY, type Cfg, type Mask } from '../ir/ir';
import type { Table } from '../knowledge/load';
import { LOCKS_A_VMA } from '../knowledge/versions';
import type { Members } from '../syntax/structs';
import type { Spot } from '../text';
import { analyseFunction, type Solved } from '../typestate/analyse';
import type { MembersOf } from '../typestate/context';
import type { ArgumentState } from '../typestate/event';
import type { Effect, Lookup, Summary } from '../typestate/summary';
import { type AnalysisCache, allSame, isSame } from './analysis-cache';
import { Answering } from './answering';
import { type AnalysedFile, calledLockedIn, callersIn, isEnteredWritten } from './callers';
import { type CallLines, writeCalls } from './compact';
import { candidateKey, decideContracts, NO_VERDICTS, type Participant } from './contracts';
import { callsIn, contributionOf } from './contribution';
import { FactFinder } from './facts';
import { FieldContracts } from './field-contracts';
import { judgeFunction } from './judge';
import type { Judged } from './judged';
import { type HeldExit, isEffectOf, sortHeldAtExit } from './leaks';
import { asDeclared, calledFrom, joinCallers, type ParameterContracts } from './parameter-contracts';
import { keyOfPassed, type Passed, passedTo } from './passed';
import { ALONE, type Contribution, type Surroundings } from './program-index';
import { mergeAlternatives, restrictTo, summarise, withdrawEffects } from './summarise';
import type { Unit, Units } from './units';
import { findUnreleased, findUnreleasedFields, type UnreleasedField } from './unreleased';
import { Viewer } from './view';

/** A summary that keeps changing after this many runs is left as it is: recursion through three levels is rare. */
const MAX_RUNS = 3;

/** The solved states of one function, and what they rest on. */
interface Solution {
  readonly cfg: Cfg;
  readonly solved: Solved;
  /** The answer that each look-up gave: the result stands as long as they stay the same. */
  readonly answers: ReadonlyMap<string, Summary | undefined>;
  /** The same for the structs that it asked for. */
  readonly members: ReadonlyMap<string, Members | undefined>;
}

/** One analysed function. */
export interface Analysed extends Participant, Solution {
  readonly unit: Unit;
  readonly summary: Summary | null;
  /** What the field contracts that decided `held` were. */
  readonly fieldsDigest: string;
}

/** Any function that is called by its name may be defined somewhere, and its callers tell what its parameters are. */
const isFollowed = (callee: string): boolean => /^[a-z_]\w*$/i.test(callee);

export interface CancelSignal {
  readonly aborted: boolean;
}

/**
 * Judges the functions of one file together: callees first, each with the summaries of the ones it calls, until the
 * summaries stand; then contracts are told from defects, and callers of defective functions are run again without the
 * defective effects, so that one defect is one finding.
 */
export class FileProgram {
  readonly #analysed = new Map<Unit, Analysed>();
  readonly #summaries = new Map<string, Summary>();
  readonly #fields: FieldContracts;
  #definedNames: ReadonlySet<string> | null = null;
  readonly #runs = new Map<Unit, number>();
  readonly skipped: { unit: Unit; reason: string }[] = [];
  /** Made anew after functions were analysed. */
  #unreleasedFields: readonly UnreleasedField[] | null = null;
  #knownAnswering: Answering | null = null;
  #verdicts = NO_VERDICTS;

  constructor(
    private readonly units: Units,
    private readonly table: Table,
    private readonly before: AnalysisCache,
    private readonly now: AnalysisCache,
    private readonly signal: CancelSignal,
    private readonly around: Surroundings = ALONE,
    /** What the file says of its functions beside their bodies: signatures in Rust, `__noreturn` in C. */
    private readonly signatures: Lookup | null = null,
    /** Keep what facts and hovers need beside what rules do. */
    private readonly withDetail = true,
  ) {
    this.#fields = new FieldContracts(around.votes);
  }

  run(relevant: readonly Unit[]): void {
    this.#settle(this.#calleesFirst(relevant));
    this.#relearn();
    this.#verdicts = decideContracts([...this.#analysed.values()], this.around.isConsumed);
    const changed = this.#withdrawDefects();
    if (!changed.length) return;
    this.#settle(this.units.callersOf(changed));
    this.#relearn();
    const verdicts = decideContracts([...this.#analysed.values()], this.around.isConsumed);
    // Callers no longer see what was withdrawn, so they do not tell of it again.
    this.#verdicts = { ...verdicts, unreleased: new Map([...verdicts.unreleased, ...this.#verdicts.unreleased]) };
  }

  /** Analyses functions that call no API but mention a handle: they have facts, and no effect that others see. */
  extend(units: readonly Unit[]): void {
    this.#settle(this.#calleesFirst(units.filter(unit => !this.#analysed.has(unit))));
  }

  /** Fields whose reference has to be released with the object, in a file where no alias that was missed may do so. */
  get unreleasedFields(): readonly UnreleasedField[] {
    this.#unreleasedFields ??= findUnreleasedFields(this.#fields, [...this.#analysed.values()], name =>
      this.#callsOf(name),
    );
    return this.#unreleasedFields;
  }

  /** Names of all functions that the file defines. */
  get #names(): ReadonlySet<string> {
    this.#definedNames ??= new Set(this.units.units.map(unit => unit.name));
    return this.#definedNames;
  }

  get functions(): readonly Analysed[] {
    return [...this.#analysed.values()].sort((a, b) => a.unit.start - b.unit.start);
  }

  get lookup(): Lookup {
    // A function of this file without a summary has no effect; only what is not defined here is looked up elsewhere.
    return name =>
      this.table.lookup(name) ??
      this.#summaries.get(name) ??
      this.signatures?.(name) ??
      (this.#names.has(name) ? undefined : this.around.lookup(name));
  }

  judge(analysed: Analysed): Judged {
    const viewer = new Viewer(analysed.solved, this.#fields, this.lookup);
    const judged = judgeFunction(analysed, this.#fields, viewer, this.#leaksOf(analysed), this.#callsOf(analysed.name));
    return {
      ...judged,
      leaks: [...judged.leaks, ...findUnreleased(analysed.solved, this.unreleasedFields, viewer)],
      ...this.#passedTo(analysed),
      isDefinedHere: name => this.#names.has(name),
    };
  }

  /** Made anew after functions were analysed. */
  get #answering(): Answering {
    this.#knownAnswering ??= new Answering(callersIn(this.#file));
    return this.#knownAnswering;
  }

  get #file(): AnalysedFile {
    return { units: this.units, functions: [...this.#analysed.values()], table: this.table, around: this.around };
  }

  #passedTo(analysed: Analysed): Passed {
    return passedTo(analysed, [...this.#analysed.values()], {
      answering: this.#answering,
      fields: this.#fields,
      isDefinedHere: name => this.#names.has(name),
      lacksVmaLocks: this.around.isMissing(LOCKS_A_VMA),
    });
  }

  /** What the arguments are at every call in this file. */
  #callsOf(name: string): (readonly ArgumentState[])[] {
    return [...this.#analysed.values()].flatMap(({ solved }) => solved.recorder.arguments.get(name) ?? []);
  }

  /** Two versions of a function with equal keys are judged alike. */
  judgementKey(analysed: Analysed): string {
    const leaks = this.#leaksOf(analysed).map(
      ({ resource, exit, symbol, evidence }) => `${resource} ${exit.at.span.start} ${symbol} ${evidence}`,
    );
    const fields = this.unreleasedFields.map(one => JSON.stringify(one));
    return `${leaks.join()}|${keyOfPassed(this.#passedTo(analysed))}|${fields.join()}|${this.#fields.digest()}`;
  }

  /** Facts of every analysed function, callers before callees, so that callers establish what parameters are. */
  facts(): { analysed: Analysed; finder: FactFinder }[] {
    const contracts = new Map<string, ParameterContracts>();
    const finders: { analysed: Analysed; finder: FactFinder }[] = [];
    const written = new Set<string>();
    for (const analysed of this.#callersFirst()) {
      if (isEnteredWritten(analysed, this.#analysed.values(), written)) written.add(analysed.name);
      const finder = new FactFinder(
        analysed.solved,
        this.#fields,
        this.#parametersOf(analysed, contracts.get(analysed.name)),
        written.has(analysed.name),
      );
      finders.push({ analysed, finder });
      const { nameSpan } = analysed.cfg;
      const from = { start: analysed.unit.start + nameSpan.start, end: analysed.unit.start + nameSpan.end };
      for (const [callee, paths] of analysed.solved.recorder.arguments) {
        const one = calledFrom(finder.contractsOf(paths), from);
        const known = contracts.get(callee);
        contracts.set(callee, known ? joinCallers(known, one) : one);
      }
    }
    return finders;
  }

  /** What every known caller establishes, here and in other files, and what the table demands of them. */
  #parametersOf({ name, cfg, declared }: Analysed, here: ParameterContracts | undefined): ParameterContracts | null {
    const elsewhere = this.around.parameters(name, cfg.isStatic);
    const known = elsewhere && here ? joinCallers(here, elsewhere) : (elsewhere ?? here ?? null);
    return known && declared ? asDeclared(known, declared) : known;
  }

  /** Where a function is defined whose summary another file tells. */
  placeOf(name: string): Spot | null {
    return this.#names.has(name) || this.table.lookup(name) ? null : this.around.placeOf(name);
  }

  /**
   * What this file tells the others, but for its calls; lines are counted in the file's text. Of `passing`, what they call
   * is told, whether they were analysed or not.
   */
  contribute(path: string, lineAt: (offset: number) => number, passing: readonly Unit[]): Contribution {
    return contributionOf(
      {
        path,
        lineAt,
        units: this.units,
        functions: this.functions,
        passing,
        isDefined: name => this.#names.has(name),
        isDeclared: name => this.table.lookup(name) !== undefined,
        enteredLocked: calledLockedIn(this.#file, this.#summaries, path.endsWith('.h')),
      },
      this.#summaries,
    );
  }

  /** What the calls of functions of other files establish of their parameters. */
  callsOut(lineAt: (offset: number) => number): CallLines {
    return writeCalls(callsIn(this.facts(), name => this.#names.has(name), lineAt));
  }

  #leaksOf(analysed: Analysed): readonly HeldExit[] {
    const { defects, candidates } = analysed.held;
    return [
      ...defects.filter(held => !held.soft || !this.#verdicts.releasesElsewhere(analysed, held)),
      ...candidates.filter(held => this.#defectOf(analysed.name, held) !== 0),
    ];
  }

  /** The results with which a function keeps, by mistake, what this exit holds. */
  #defectOf(name: string, held: HeldExit): Mask {
    const key = candidateKey(name, held.resource);
    const { defects, unreleased, strays } = this.#verdicts;
    if (strays.has(held)) return held.exit.mask;
    return held.exit.mask & (defects.has(key) ? ANY : (unreleased.get(key) ?? 0));
  }

  /** A struct of this file hides those of others. What did not change since the last version stays the same object. */
  #membersOf(struct: string): Members | undefined {
    const { members } = this.now;
    if (!members.has(struct)) {
      const told = this.units.structs.get(struct) ?? this.around.membersOf(struct);
      const before = this.before.members.get(struct);
      members.set(struct, isSame(before, told) ? before : told);
    }
    return members.get(struct);
  }

  /** Runs what is queued until no summary changes. */
  #settle(queue: Unit[]): void {
    this.#knownAnswering = null;
    this.#unreleasedFields = null;
    const queued = new Set(queue);
    for (let unit = queue.shift(); unit; unit = queue.shift()) {
      queued.delete(unit);
      if (this.signal.aborted) return;
      const runs = (this.#runs.get(unit) ?? 0) + 1;
      if (runs > MAX_RUNS) continue;
      this.#runs.set(unit, runs);
      const analysed = this.#analyse(unit);
      if (!analysed) continue;
      this.#analysed.set(unit, analysed);
      if (!this.#publish(unit.name)) continue;
      for (const caller of this.units.callersOf([unit.name])) {
        if (caller === unit || queued.has(caller)) continue;
        queued.add(caller);
        queue.push(caller);
      }
    }
  }

  #analyse(unit: Unit): Analysed | null {
    const cfg = this.units.lower(unit);
    if (!cfg) {
      this.skipped.push({ unit, reason: 'the parser gave up on it' });
      return null;
    }
    const stands = (known: Analysed) =>
      known.cfg === cfg &&
      allSame(known.answers, callee => this.#answer(unit, callee)) &&
      allSame(known.members, struct => this.#membersOf(struct));
    const isSettled = ({ held, fieldsDigest }: Analysed) => fieldsDigest === this.#fields.digest(held.fields);
    const known = this.now.find(unit.text, stands, isSettled) ?? this.before.find(unit.text, stands, isSettled);
    const analysed =
      known && isSettled(known) ? { ...known, unit } : this.#conclude(unit, known ?? this.#solve(unit, cfg));
    this.now.add(unit.text, analysed);
    return analysed;
  }

  /** A function that calls itself sees only what is declared: its own summary is what is being made. */
  #answer({ name }: Unit, callee: string): Summary | undefined {
    return callee === name ? this.table.lookup(callee) : this.lookup(callee);
  }

  #solve(unit: Unit, cfg: Cfg): Solution {
    const answers = new Map<string, Summary | undefined>();
    const lookup: Lookup = callee => {
      const answer = this.#answer(unit, callee);
      answers.set(callee, answer);
      return answer;
    };
    const members = new Map<string, Members | undefined>();
    const membersOf: MembersOf = struct => {
      if (!members.has(struct)) members.set(struct, this.#membersOf(struct));
      return members.get(struct);
    };
    const solved = analyseFunction(cfg, lookup, membersOf, isFollowed, this.withDetail);
    return { cfg, solved, answers, members };
  }

  #conclude(unit: Unit, { cfg, solved, answers, members }: Solution): Analysed {
    const { name } = unit;
    const held = sortHeldAtExit(solved, this.#fields);
    const fieldsDigest = this.#fields.digest(held.fields);
    // Half a body tells callers nothing that they could rely on.
    const summary = solved.exceeded || cfg.incomplete.length > 0 ? null : summarise(solved, held.defective);
    const declared = this.table.lookup(name) ?? null;
    return { unit, cfg, name, callees: cfg.callees, declared, solved, held, summary, answers, members, fieldsDigest };
  }

  /** True when what callers see of the function has changed. */
  #publish(name: string): boolean {
    let summary: Summary | null = null;
    for (const analysed of this.#analysed.values()) {
      if (analysed.name !== name || !analysed.summary) continue;
      const alternative = restrictTo(analysed.summary, analysed.unit.arms);
      summary = summary ? mergeAlternatives(summary, alternative) : alternative;
    }
    const before = this.#summaries.get(name);
    if (this.table.lookup(name) || isSame(before, summary ?? undefined)) return false;
    if (summary) this.#summaries.set(name, summary);
    else this.#summaries.delete(name);
    return true;
  }

  /** Field contracts need all functions, and decide what an escape discharges in each. */
  #relearn(): void {
    this.#fields.learn([...this.#analysed.values()].map(analysed => analysed.solved));
    for (const [unit, analysed] of this.#analysed) {
      if (analysed.fieldsDigest === this.#fields.digest(analysed.held.fields)) continue;
      const held = sortHeldAtExit(analysed.solved, this.#fields);
      this.#analysed.set(unit, { ...analysed, held, fieldsDigest: this.#fields.digest(held.fields) });
    }
  }

  /** Takes the effects that are defects of a function out of its summary; names the functions that changed. */
  #withdrawDefects(): string[] {
    const changed: string[] = [];
    for (const { name, held } of this.#analysed.values()) {
      const summary = this.#summaries.get(name);
      if (!summary) continue;
      const bad = held.candidates.filter(candidate => this.#defectOf(name, candidate) !== 0);
      if (!bad.length) continue;
      const defectOf = (effect: Effect) =>
        bad.reduce((mask, one) => (isEffectOf(effect, one) ? mask | this.#defectOf(name, one) : mask), 0);
      const rest = withdrawEffects(summary, defectOf);
      if (rest) this.#summaries.set(name, rest);
      else this.#summaries.delete(name);
      changed.push(name);
      for (const caller of this.units.callersOf([name])) this.#runs.delete(caller);
    }
    return changed;
  }

  #callersFirst(): Analysed[] {
    const units = this.#calleesFirst([...this.#analysed.keys()]).reverse();
    return units.map(unit => this.#analysed.get(unit)!);
  }

  #calleesFirst(units: readonly Unit[]): Unit[] {
    const indices = new Map<string, number[]>();
    for (const [i, unit] of units.entries()) indices.set(unit.name, [...(indices.get(unit.name) ?? []), i]);
    const successors = units.map(unit =>
      [...(this.units.lower(unit)?.callees ?? [])].flatMap(callee => indices.get(callee) ?? []),
    );
    return stronglyConnected(successors).flatMap(component => component.map(i => units[i]!));
  }
}
