import type { Call, Mask, Return } from '../ir/ir';
import type { Span } from '../text';
import type { Holding } from './holding';
import type { Condition, Demand, Resource, Summary } from './summary';
import type { Cell, HistoryStep, Sym, World } from './world';

/** A handle as one world has it at one point. */
export interface Snapshot {
  readonly symbol: Sym;
  readonly holding: Holding;
  readonly mask: Mask;
  readonly history: readonly HistoryStep[];
  /** A local variable that holds the value at this point, as the source spells it. */
  readonly variable: string | null;
  /** The block of the graph in which it is seen. */
  readonly block: number;
  /** For a vma: the mm that it belongs to. */
  readonly mm?: Snapshot;
}

export interface EventSite {
  readonly span: Span;
  readonly call: Call | null;
}

export type RawEvent =
  | {
      readonly kind: 'acquire';
      readonly at: EventSite;
      readonly resource: Resource;
      readonly mode: 'read' | 'write' | null;
      readonly of: Snapshot;
      readonly inferred: boolean;
    }
  | {
      readonly kind: 'release';
      readonly at: EventSite;
      readonly resource: Resource;
      readonly mode: 'read' | 'write' | null;
      readonly to: 'none' | 'read';
      readonly of: Snapshot;
      readonly inferred: boolean;
      readonly atomicDepth: number;
    }
  | {
      readonly kind: 'use';
      readonly at: EventSite;
      readonly of: Snapshot;
      /** `passed`: to a function that nothing is known of, which may only compare it. */
      readonly how: 'dereference' | 'argument' | 'passed';
      readonly what: 'mm' | 'vma';
      readonly mm: Snapshot | null;
    }
  | {
      readonly kind: 'write';
      readonly at: EventSite;
      readonly field: string;
      readonly of: Snapshot;
      readonly mm: Snapshot;
    }
  | {
      readonly kind: 'call';
      readonly at: EventSite;
      readonly call: Call;
      readonly summary: Summary;
      readonly atomicDepth: number;
      readonly demands: readonly { readonly demand: Demand; readonly of: Snapshot | null }[];
      /** What the path has assumed of the arguments; empty for a call that demands nothing. */
      readonly inputs: readonly Condition[];
      /** mmap_lock, or a users reference, of some mm is held. */
      readonly isLocked: boolean;
      readonly isPinned: boolean;
    };

/** What one path returns, and the world that it leaves. */
export interface Exit {
  readonly world: World;
  /** The returned value, or -1. */
  readonly result: Sym;
  readonly mask: Mask;
  readonly at: Return;
}

/** What one argument of a call was on one path. */
export interface ArgumentState {
  readonly value: Snapshot;
  /** The mms that it points to: `vm_mm` of a vma, and of other structs the fields that the function looked into. */
  readonly members: readonly { readonly field: string; readonly of: Snapshot }[];
}

/** An object is freed. */
export interface Free {
  readonly object: Sym;
  /** The struct that it is declared as, where that is known. */
  readonly struct: string | null;
  readonly span: Span;
}

/** Collects what the reporting pass sees over the stable states; the fixpoint runs without one. */
export class Recorder {
  /** `withDetail`: also what each expression denotes, which facts and hovers read and rules do not. */
  constructor(readonly withDetail: boolean) {}

  /** The block that is walked, and the one that branches to it: what an `assume` tests is seen there. */
  block = 0;
  branch = 0;
  readonly events: RawEvent[] = [];
  /** Symbols of which users are put that were not taken here. */
  readonly putUntaken = new Set<Sym>();
  /** Blocks in which a count that was not taken here is dropped. */
  readonly droppedIn = new Map<Sym, Set<number>>();
  readonly exits: Exit[] = [];
  /** Per expression span `start:end`: what it denoted, one entry a world. */
  readonly values = new Map<string, Snapshot[]>();
  /** Calls of functions whose definition is known, by callee. */
  readonly arguments = new Map<string, ArgumentState[][]>();
  /** Symbols that were dereferenced or passed on: a value that is only compared needs no guarantee. */
  readonly dereferenced = new Set<Sym>();
  /** Symbols that some path found to be NULL: the function itself thinks that they may be. */
  readonly foundNull = new Set<Sym>();
  /** Symbols that some path found to be error pointers. */
  readonly foundError = new Set<Sym>();
  /** Symbols whose users this function tests, so it believes that they may be gone. */
  readonly doubted = new Set<Sym>();
  /** Symbols whose exit was tested (`ksm_test_exit` and the like). */
  readonly exitTested = new Set<Sym>();
  /**
   * `callee:resource` whose holding this function released, and what the callee had returned then: in those outcomes the
   * callee hands it over by contract.
   */
  readonly consumed = new Map<string, Mask>();
  /** By callee: the states of mmap_lock of the running task at the calls here, one bit each. */
  readonly currentLocks = new Map<string, number>();
  /** Callees that some path calls with mmap_lock of some mm held, or possibly so. */
  readonly lockedCalls = new Set<string>();
  /** Callees that some path calls where it must not sleep. */
  readonly atomicCalls = new Set<string>();
  /** Every call, on each path, with the values of its arguments. */
  readonly calls: { readonly callee: string; readonly args: readonly Sym[]; readonly span: Span }[] = [];
  /** Every object that is freed, on each path. */
  readonly frees: Free[] = [];
  /** Cells that others can see and that named an mm when the last reference which came with it was put. */
  readonly dangling = new Map<Cell, { readonly value: Sym; readonly put: Span }>();
  /** Where a cell that others can see was cleared while it had what it had at entry, which some path takes for an mm. */
  readonly clears = new Map<Cell, Span>();
  /** Where an mm was stored last in a cell that others can see. */
  readonly stores = new Map<Cell, Span>();
}
