import type { Mask } from '../ir/ir';

/** What a function can hold on an mm or a vma. Each is a counter of net holdings on one path. */
export type Resource =
  /** `mm_users`: the address space. */
  | 'users'
  /** `mm_count`: the struct. */
  | 'count'
  /** A lazy-TLB reference, which only `mmdrop_lazy_tlb()` releases. */
  | 'lazy'
  /** `mmap_lock`, in either mode. */
  | 'mmap_lock'
  /** The per-VMA read lock. */
  | 'vma_read';

export type LockMode = 'none' | 'read' | 'write';

/**
 * A path from something that a caller can name: `ret`, `arg0`, `current`, `global:init_mm`, `address:init_mm`, then
 * fields: `arg0.vm_mm`, `arg1.*` (what the pointer points to), `arg0.&list` (the address of a field).
 */
export type Slot = string;

/** A condition on what the caller passed: a slot, a constant, or an operator over them. */
export type SlotExpr = Slot | { readonly const: string } | { readonly op: string; readonly args: readonly SlotExpr[] };

export interface Condition {
  readonly of: SlotExpr;
  readonly mask: Mask;
}

export type Effect =
  /** `takes` (+n) or `drops` (-n). */
  | {
      readonly kind: 'count';
      readonly resource: 'users' | 'count' | 'lazy' | 'vma_read';
      readonly delta: number;
      readonly of: Slot;
    }
  /**
   * mmap_lock of an mm goes from one mode to another; `from: 'none'` takes it, `to: 'none'` drops it. When it `lapses`, it
   * is dropped and taken again: what was found under it before may be gone.
   */
  | {
      readonly kind: 'lock';
      readonly from: LockMode | 'any';
      readonly to: LockMode;
      readonly of: Slot;
      readonly lapses?: true;
    }
  /** Drops whatever lock protects a fault on this vma: its own read lock if that is held, else mmap_lock for reading. */
  | { readonly kind: 'fault-lock'; readonly of: Slot }
  /** Write-locks a VMA until mmap_lock of its mm is no longer held for writing; nothing else releases it. */
  | { readonly kind: 'vma-write'; readonly of: Slot }
  /** The callee keeps the handle: what the caller holds on it is handed over. */
  | { readonly kind: 'moves'; readonly of: Slot }
  /** Sleeping is forbidden (+1) until the matching exit (-1). Meanwhile mm_users of the mm in `pinning` stays above 0. */
  | { readonly kind: 'atomic'; readonly delta: number; readonly pinning?: Slot };

/** What the call stores through its arguments. */
export type Stored =
  | { readonly kind: 'const'; readonly text: string }
  /** `relation`: it is so without a store that others could see, so the value is not handed to anybody. */
  | { readonly kind: 'slot'; readonly slot: Slot; readonly relation?: boolean }
  /** A new object, valid and not named by anybody else. */
  | { readonly kind: 'fresh' }
  | { readonly kind: 'unknown'; readonly mask: Mask };

export interface Outcome {
  /** The class of the result in this outcome. */
  readonly result: Mask;
  /** The result is one of these constants. */
  readonly constants?: readonly string[];
  /** The result is the value of this slot. */
  readonly alias?: Slot;
  readonly when: readonly Condition[];
  /** Conditions on the result and arguments together, such as `ret & VM_FAULT_RETRY`; `ret` may be named here. */
  readonly implies: readonly Condition[];
  /** In order; on slots as they are at entry. */
  readonly effects: readonly Effect[];
  readonly stores: readonly { readonly slot: Slot; readonly value: Stored }[];
  /** On objects reached through what `stores` wrote. */
  readonly effectsAfter: readonly Effect[];
}

/** What must hold when the call is made. */
export interface Demand {
  readonly verb: 'needs' | 'forbids';
  readonly resource: 'users' | 'count' | 'mmap_read' | 'mmap_write' | 'vma_read' | 'vma_write';
  readonly of: Slot;
  /** Alternatives that also satisfy a `needs`, e.g. the per-VMA lock of a slot. */
  readonly or?: readonly { readonly resource: 'vma_read' | 'other'; readonly of: Slot }[];
  readonly when: readonly Condition[];
  /** The callee checks it at run time (`mmap_assert_locked` and the like). */
  readonly asserted: boolean;
  /** Inferred: the call in the callee that needs it. */
  readonly by?: string;
}

/** How a failure is told: NULL, ERR_PTR, either, or not at all. */
export type Convention = 'none' | 'null' | 'err' | 'null-or-err';

/**
 * What a call does, seen by its caller. A row of the knowledge table (declared) and an analysed function (inferred)
 * have this one type, and the transfer function cannot tell them apart.
 */
export interface Summary {
  readonly name: string;
  readonly outcomes: readonly Outcome[];
  readonly demands: readonly Demand[];
  /** What the result denotes. */
  readonly returns: 'mm' | 'vma' | 'other';
  /** The result is the VMA at an address or the next one above: whether it contains the address is to be tested. */
  readonly nearest?: boolean;
  readonly convention: Convention;
  /** The result is a reference that nobody else names: its failure must be told apart before it is used. */
  readonly acquires: boolean;
  /** The result is a new mm that nobody else can see yet (mm_alloc and the like). */
  readonly makes?: boolean;
  /** The call asks whether mm_users of these is 0, so the caller believes that it may be. */
  readonly tests?: readonly Slot[];
  /** Objects that are gone after the call. */
  readonly frees?: readonly Slot[];
  /** Subscriptions that keep a count of their own on an mm after the call. */
  readonly subscribes?: readonly { readonly of: Slot; readonly to: Slot }[];
  /** Nothing is known of its effects: it is only here for what it tests. */
  readonly opaque?: boolean;
  /** Ignoring the result loses track of what is held. */
  readonly mustCheck: boolean;
  readonly sleeps: boolean;
  readonly noreturn: boolean;
  readonly declared: boolean;
  /** Two outcomes with different effects can always be told apart by the caller. */
  readonly determinate: boolean;
  /** One line for hovers and docs; empty when inferred. */
  readonly doc: string;
  /** Header or file and line that the facts come from. */
  readonly source: string;
  /** The effects in words, as the table has them or as inference prints them. */
  readonly words: readonly string[];
  /** Names of the parameters, where they are known. */
  readonly params?: readonly string[];
}

/** Finds what is known of a callee; undefined means unknown. */
export type Lookup = (callee: string) => Summary | undefined;

/** A function of which nothing is known, to begin with. */
export const NOTHING_KNOWN: Summary = {
  name: '',
  outcomes: [],
  demands: [],
  returns: 'other',
  convention: 'none',
  acquires: false,
  mustCheck: false,
  sleeps: false,
  noreturn: false,
  declared: false,
  determinate: true,
  doc: '',
  source: '',
  words: [],
};

/** Can a caller tell any two outcomes with different effects apart: by the result, an input, or a stored constant? */
export function isDeterminate(outcomes: readonly Outcome[]): boolean {
  return outcomes.every((a, i) => outcomes.slice(i + 1).every(b => areToldApart(a, b)));
}

/** True also of outcomes that have the same effects. */
export function areToldApart(a: Outcome, b: Outcome): boolean {
  const text = JSON.stringify;
  if (text([a.effects, a.effectsAfter]) === text([b.effects, b.effectsAfter])) return true;
  if (!(a.result & b.result)) return true;
  if (a.constants && b.constants && !a.constants.some(c => b.constants!.includes(c))) return true;
  if (a.when.some(x => b.when.some(y => text(x.of) === text(y.of) && !(x.mask & y.mask)))) return true;
  return storesTellApart(a, b) || storesTellApart(b, a);
}

function storesTellApart(a: Outcome, b: Outcome): boolean {
  return a.stores.some(({ slot, value }) => {
    if (value.kind !== 'const') return false;
    const other = b.stores.find(store => store.slot === slot)?.value;
    return other === undefined || other.kind !== 'const' || other.text !== value.text;
  });
}

/** A call of it is made with mmap_lock held. */
export const needsLock = ({ demands }: Summary): boolean =>
  demands.some(({ verb, resource }) => verb === 'needs' && resource.startsWith('mmap_'));
