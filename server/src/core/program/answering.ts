import type { Solved } from '../typestate/analyse';
import { entryLockOf, LOCK_UNKNOWN, lockOf } from '../typestate/holding';
import type { Sym } from '../typestate/world';
import type { Callers } from './callers';
import { isWalkUnderRcu } from './demands';
import { asserts, takesLock, waysInto } from './entered';

/** Calls are followed this far, up and down. */
const MAX_DEPTH = 16;

/**
 * Who answers for an mmap_lock that calls need and nobody takes. Where some caller holds it, the others are to do so too.
 * Where nobody does, and somebody is known to enter without it, the function at fault is the one that looks into the
 * VMAs; of several, the one that the others are called from.
 */
export class Answering {
  readonly #answering = new Map<string, boolean>();
  readonly #locking = new Map<string, boolean>();
  readonly #able = new Map<string, boolean>();
  readonly #settled = new Map<string, boolean>();
  #depth = 0;

  constructor(private readonly callers: Callers) {}

  /** The function itself has to take the lock, for no caller holds it. */
  answers(name: string): boolean {
    return this.#once(this.#answering, name, () => this.#hasToLock(name) && !this.#isBelowAnother(name));
  }

  /** Asked once of each name. Who calls itself in a circle, or at the end of a long chain, does not answer for itself. */
  #once(known: Map<string, boolean>, name: string, ask: () => boolean): boolean {
    const before = known.get(name);
    if (before !== undefined) return before;
    known.set(name, false);
    this.#depth++;
    const answer = this.#depth <= MAX_DEPTH && ask();
    this.#depth--;
    known.set(name, answer);
    return answer;
  }

  /** It could take the lock, or what it calls could. */
  #canAnswer(name: string): boolean {
    return this.#once(this.#able, name, () =>
      this.callers.analysedAs(name).length === 0
        ? this.callers.calledElsewhere(name) === 'open' && !this.#isCalledLocked(name)
        : this.#hasToLock(name) || this.#isMetBelow(name, callee => this.#canAnswer(callee)),
    );
  }

  /** What it needs is only what such callees need. */
  #isMetBelow(name: string, isSuch: (callee: string) => boolean): boolean {
    const needy = this.#needyBelow(name);
    return needy.size > 0 && [...needy].every(callee => callee !== null && isSuch(callee));
  }

  /** Callees that need the lock of an mm of which nothing says whether it is locked; null for those that the table knows. */
  #needyBelow(name: string): ReadonlySet<string | null> {
    const needs = this.callers.analysedAs(name).flatMap(solved => (solved ? needsOf(solved) : []));
    return new Set(needs.map(({ callee }) => callee));
  }

  /** The functions in which what is needed here is done. */
  #lookersBelow(name: string, seen = new Set<string>()): ReadonlySet<string> {
    const lookers = new Set<string>();
    if (seen.has(name) || seen.size > MAX_DEPTH) return lookers;
    seen.add(name);
    const needy = this.#needyBelow(name);
    if (needy.size === 0 || needy.has(null)) return lookers.add(name);
    for (const callee of needy) for (const looker of this.#lookersBelow(callee!, seen)) lookers.add(looker);
    return lookers;
  }

  #isCalledLocked(callee: string): boolean {
    const { callers } = this.callers.usesOf(callee);
    return [...callers].some(caller =>
      this.callers.analysedAs(caller).some(solved => solved?.recorder.lockedCalls.has(callee) === true),
    );
  }

  /** It needs the lock, and is entered without. */
  #hasToLock(name: string): boolean {
    return this.#once(this.#locking, name, () => this.#judge(name));
  }

  #judge(name: string): boolean {
    const solved = this.callers.analysedAs(name);
    if (solved.length === 0 || solved.includes(null)) return false;
    const all = solved as readonly Solved[];
    if (all.some(one => takesLock(one) || asserts(one))) return false;
    if (this.#needyBelow(name).size === 0 || this.#isAtomic(name)) return false;
    // Where all needs come to one function that could lock for itself, that one is told.
    if (this.#lookersBelow(name).size === 1 && this.#isMetBelow(name, callee => this.#canAnswer(callee))) return false;
    const ways = waysInto(name, this.callers);
    return ways.has('open') && !ways.has('locked');
  }

  /** It answers itself, or what it needs is only what such callees need. */
  isSettled(name: string): boolean {
    return this.#once(this.#settled, name, () =>
      this.callers.analysedAs(name).length === 0
        ? this.#canAnswer(name)
        : this.answers(name) || this.#isMetBelow(name, callee => this.isSettled(callee)),
    );
  }

  /** Called where it must not sleep, so that it cannot wait for the lock. */
  #isAtomic(name: string): boolean {
    const { callers } = this.callers.usesOf(name);
    return [...callers].some(caller =>
      this.callers.analysedAs(caller).some(solved => solved?.recorder.atomicCalls.has(name) === true),
    );
  }

  #isBelowAnother(name: string, seen = new Set([name])): boolean {
    return [...this.callers.usesOf(name).callers].some(caller => {
      if (seen.has(caller) || seen.size > MAX_DEPTH) return false;
      seen.add(caller);
      return this.answers(caller) || this.#isBelowAnother(caller, seen);
    });
  }
}

interface Need {
  /** Null for a function that the table knows. */
  readonly callee: string | null;
  readonly mm: Sym;
}

/** Calls that need mmap_lock of an mm, of which nothing here says whether it is locked. */
export function needsOf({ ctx: { symbols }, recorder }: Solved): Need[] {
  const isGiven = (mm: Sym) => {
    const info = symbols.info(mm);
    return info.kind === 'initial' && symbols.cellField(info.cell) === 'vm_mm';
  };
  return recorder.events.flatMap(event =>
    event.kind !== 'call'
      ? []
      : event.demands.flatMap(({ demand, of }): Need[] => {
          const { verb, resource, or } = demand;
          if (verb !== 'needs' || !resource.startsWith('mmap_') || or?.length || of === null) return [];
          if (isWalkUnderRcu(event, demand)) return [];
          if (lockOf(of.holding) !== LOCK_UNKNOWN || entryLockOf(of.holding) !== LOCK_UNKNOWN) return [];
          // A VMA that somebody else found was found under the lock.
          if (isGiven(of.symbol)) return [];
          return [{ callee: event.summary.declared ? null : event.call.callee, mm: of.symbol }];
        }),
  );
}
