import type { Call, Cfg, Mask } from '../ir/ir';
import type { Span, Spot } from '../text';
import type { Convention, Demand, Resource, Summary } from '../typestate/summary';
import type { Origin } from './origin';

/** One link of a handle's history on a path, oldest first. */
export interface Step {
  readonly span: Span;
  readonly resource: Resource;
  readonly action: 'takes' | 'drops' | 'downgrades' | 'loses';
  /** Mode of an mmap_lock step. */
  readonly mode?: 'read' | 'write';
  /** The function called here. */
  readonly callee: string;
  /** The effect comes from an analysed function, not from the table. */
  readonly inferred: boolean;
}

/** What is known of a handle apart from what this function took: who else keeps it, and since when. */
export interface Guarantee {
  /** `users`: the address space stays; `count`: only the struct stays; `none`: nothing is established. */
  readonly level: 'users' | 'count' | 'none';
  /** One clause for hovers and trails: "`current->mm` is the task's own address space". */
  readonly because: string;
  /** The place that shows it, if that is another than the handle's own. */
  readonly at?: Span | Spot | undefined;
  /** Established by the code itself, not assumed of unknown callers. */
  readonly proved: boolean;
  /** A declared type says it, so callers promise no more. */
  readonly typed?: boolean;
  /** A field keeps it with a reference of its own, of which nothing is left once this function drops it. */
  readonly keptByField?: boolean;
  /** Nothing says anything of it: the least is told that lets the code make sense. */
  readonly guessed?: boolean;
  /** Only a belief: the function tests somewhere whether the users are gone. */
  readonly believed?: boolean;
}

/** A handle as one path has it at one point. */
export interface View {
  /** Two views with the same symbol denote the same object. */
  readonly symbol: number;
  /** As a kernel developer would write it: `mm`, `vma->vm_mm`. */
  readonly name: string;
  /** The local variable that holds it at this point. */
  readonly variable: string | null;
  /** Net references that this function holds: below zero it has released somebody else's. */
  readonly users: number;
  readonly count: number;
  readonly lazy: number;
  /** mmap_lock now; `unknown`: nothing on this path says. */
  readonly lock: 'unknown' | 'none' | 'read' | 'write';
  /** mmap_lock when the function was entered, as its first use here implies. */
  readonly lockAtEntry: 'unknown' | 'none' | 'read' | 'write';
  /** The per-VMA read lock is held (for a vma). */
  readonly vmaRead: boolean;
  /** Some call on this path write-locked it, and mmap_lock is held for writing since. */
  readonly vmaWrite: boolean;
  /** The per-VMA read lock was released on this path. */
  readonly vmaReleased: boolean;
  readonly mask: Mask;
  /** The value came with a reference that the caller gave away (in Rust, an `ARef` by value); not counted above. */
  readonly given: 'users' | 'count' | null;
  /** The result of a call that hands its caller a reference: nobody else names it. */
  readonly acquired: boolean;
  /** The place that it was read from. */
  readonly from: Origin;
  /** It is the mm of the running task. */
  readonly ofCurrent: boolean;
  /** Made by mm_alloc() or the like and not yet visible to anybody else. */
  readonly unpublished: boolean;
  /** The field that it was read from holds something else now, so what that kept is this path's own. */
  readonly detached: boolean;
  /** Stored where others reach it, or passed to a consumer. */
  readonly escaped: boolean;
  /** Some path to this point took this resource here. */
  readonly took: { readonly users: boolean; readonly count: boolean; readonly lock: boolean };
  /** Every path that is merged into this one took what `took` says. */
  readonly tookAlways: boolean;
  readonly guarantee: Guarantee;
  readonly history: readonly Step[];
  /** The call whose result this is, also on the path where it failed. */
  readonly origin: { readonly callee: string; readonly span: Span; readonly convention: Convention } | null;
  /** For a vma: where the lock under which it was found was dropped, even if the lock is held again. */
  readonly stale: Span | null;
}

export interface Site {
  readonly span: Span;
  readonly call: Call | null;
}

/** A resource is taken. `of` is the state before. */
export interface Acquire {
  readonly kind: 'acquire';
  readonly at: Site;
  readonly resource: Resource;
  readonly mode: 'read' | 'write' | null;
  readonly of: View;
  /** An analysed function does it, not a row of the table. */
  readonly inferred: boolean;
}

/** A resource is given back. `of` is the state before. */
export interface Release {
  readonly kind: 'release';
  readonly at: Site;
  readonly resource: Resource;
  /** Mode that is released; `to` is `read` for a downgrade. */
  readonly mode: 'read' | 'write' | null;
  readonly to: 'none' | 'read';
  readonly of: View;
  readonly inferred: boolean;
  /** Spinlocks, RCU and preemption sections that are open: sleeping is forbidden above zero. */
  readonly atomicDepth: number;
}

/** A handle (or a vma) is dereferenced or given to a call that dereferences it. */
export interface Use {
  readonly kind: 'use';
  readonly at: Site;
  readonly of: View;
  readonly how: 'dereference' | 'argument' | 'passed';
  /** What the symbol denotes. */
  readonly what: 'mm' | 'vma';
  /** For a vma: the mm that it belongs to. */
  readonly mm: View | null;
}

/** A member of an mm or a vma is assigned. */
export interface Write {
  readonly kind: 'write';
  readonly at: Site;
  readonly field: string;
  readonly of: View;
  /** The mm that a vma belongs to, or `of` itself. */
  readonly mm: View;
}

/** A call of a function that the table or the analysis knows. */
export interface Called {
  readonly kind: 'call';
  readonly at: Site;
  readonly call: Call;
  readonly summary: Summary;
  readonly atomicDepth: number;
  /** Each demand with the handle it is about; null when the slot cannot be resolved here. */
  readonly demands: readonly {
    readonly demand: Demand;
    readonly of: View | null;
    /** An alternative of `demand.or` holds here. */
    readonly met?: boolean;
  }[];
  /** mmap_lock, or a users reference, of some mm is held. */
  readonly isLocked: boolean;
  readonly isPinned: boolean;
}

export type Event = Acquire | Release | Use | Write | Called;

/** A path ends holding something that it should not. The verdict between contract and defect is already made. */
export interface Leak {
  readonly resource: 'users' | 'count' | 'mmap_lock' | 'vma_read';
  /** Where the path returns. */
  readonly exit: Span;
  /** State at the return. */
  readonly of: View;
  /** The sign of what is returned there. */
  readonly result: Mask;
  /** Another return of the same outcome on which the resource was released, and where. */
  readonly pair: { readonly exit: Span; readonly of: View } | null;
  /**
   * `pair`: two exits of one outcome disagree; `unreachable`: nobody else can name the handle;
   * `put`: the lock is still held although this path put its own reference;
   * `unconsumed`: no caller and no sibling releases it;
   * `freed`: the object whose field kept it is freed on this path;
   * `unreleased`: nothing in the program releases what the field keeps, and its object is freed at `exit`;
   * `passed over`: the same, while others release it where they free such an object;
   * `cleared`: nothing in the program releases what the field keeps, and it is cleared at `exit`;
   * `overwritten`: the field that kept it is given another mm, at `exit`.
   */
  readonly evidence:
    | 'pair'
    | 'unreachable'
    | 'put'
    | 'unconsumed'
    | 'freed'
    | 'unreleased'
    | 'passed over'
    | 'cleared'
    | 'overwritten';
  /** Atomic sections that are open at the return. */
  readonly atomicDepth?: number;
}

/** A return on which mmap_lock is held in another mode than the table says of the function. */
export interface BrokenContract {
  readonly span: Span;
  /** State at the return. */
  readonly of: View;
  readonly expected: 'read' | 'write';
}

/** An mm is stored where others can reach it, and no path takes a reference for it. */
export interface BareStore {
  readonly span: Span;
  /** `struct.member`, or the place as the source spells it where the struct is not known. */
  readonly field: string;
  /** The mm, as it is when the function returns. */
  readonly of: View;
  readonly from: Origin;
  /** Some function releases a reference that it takes the field to keep. */
  readonly releasedElsewhere: boolean;
  /** Another store of the field takes a reference for it. */
  readonly referencedElsewhere: boolean;
  /** Some function looks into the mm that it finds in the field. */
  readonly usedElsewhere: boolean;
  /** This function locks it. */
  readonly usedHere: boolean;
}

/** A field names an mm whose only reference this function put. */
export interface Dangling {
  /** Where it is used, or where the function returns. */
  readonly span: Span;
  readonly of: View;
  /** As the source spells it. */
  readonly field: string;
  readonly put: Span;
}

/** A reference of which the stores of a field and its releases make two kinds. */
export interface Mismatch {
  readonly at: Site;
  readonly of: View;
  /** What is taken or released here, which is the wrong kind. */
  readonly resource: 'users' | 'count';
  /** `struct.member`. */
  readonly field: string;
  /** It is taken for the field to keep, not released. */
  readonly isStore: boolean;
}

/** Everything that was established about one function. Spans are relative to `text`. */
export interface Judged {
  readonly cfg: Cfg;
  readonly language: 'c' | 'rust';
  /** The source of the function, as written. */
  readonly text: string;
  /** The table has a row for this function: it is the definition of the API, not a user of it. */
  readonly declared?: boolean;
  /** In program order; one for each path (world) that reaches the place, so several may share a span. */
  readonly events: readonly Event[];
  readonly leaks: readonly Leak[];
  readonly broken: readonly BrokenContract[];
  readonly bareStores: readonly BareStore[];
  readonly mismatches: readonly Mismatch[];
  readonly dangling: readonly Dangling[];
  /** Parameters on which it takes users although a caller in its file passes one that may be dead, by symbol. */
  readonly revived?: ReadonlyMap<number, Guarantee>;
  /** VMAs that it is given and that no caller in its file write-locks, by symbol. */
  readonly openVmas?: ReadonlySet<number>;
  /** `function:argN` of its callees whose need for a write-locked VMA some other call in the file meets. */
  readonly metElsewhere?: ReadonlySet<string>;
  /** Mms that it has to lock for what its calls need: it is entered without, and no caller holds their locks. */
  readonly openMms?: ReadonlySet<number>;
  /** Callees that have to lock themselves what they need. */
  readonly answering?: ReadonlySet<string>;
  /** Some function of its file puts users of what it returns. */
  readonly isResultPut?: boolean;
  /** The mode in which every caller in its file releases mmap_lock, when the function returns with it in another. */
  readonly expectedMode?: 'read' | 'write' | null;
  /** Callees that return with mmap_lock held in another mode than all of their callers release. */
  readonly mistakenTakers?: ReadonlySet<string>;
  /** The tree is older than locks of single VMAs. */
  readonly lacksVmaLocks?: boolean;
  /** The object that keeps this mm, a symbol, has a counter of its own that the function reads. */
  readonly isTestedByOwner?: (mm: number) => boolean;
  /** A function of this file: it is judged with what its callers pass. */
  readonly isDefinedHere?: (name: string) => boolean;
  /** Spans of all return statements and the end of the body that some path reaches. */
  readonly exits: readonly {
    readonly span: Span;
    readonly result: Mask;
    readonly implicit: boolean;
    readonly held: readonly View[];
    /** The mm that is returned. */
    readonly returned: View | null;
  }[];
}

/** Events of one kind grouped by place, in order: what each path has at this place. */
export function bySite<K extends Event['kind']>(judged: Judged, kind: K): Extract<Event, { kind: K }>[][] {
  const groups = new Map<string, Extract<Event, { kind: K }>[]>();
  for (const event of judged.events) {
    if (event.kind !== kind) continue;
    // Where a scope ends, several calls that the source does not spell are made at one place.
    const key = `${event.at.span.start}:${event.at.span.end}:${event.at.call?.calleeSpan.start}`;
    const group = groups.get(key);
    if (group) group.push(event as Extract<Event, { kind: K }>);
    else groups.set(key, [event as Extract<Event, { kind: K }>]);
  }
  return [...groups.values()];
}
