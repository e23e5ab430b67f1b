import type { Mask } from '../ir/ir';
import type { Span } from '../text';
import { type Holding, NEUTRAL } from './holding';
import type { Resource } from './summary';

/** A value, interned for one function. Two names of one object hold one symbol, so aliases come for free. */
export type Sym = number;
/** A memory cell (base symbol, field), interned for one function. */
export type Cell = number;

/** One link of what happened to a handle on a path. */
export interface HistoryStep {
  readonly span: Span;
  readonly resource: Resource;
  /** `loses`: the object whose field kept the reference is freed. */
  readonly action: 'takes' | 'drops' | 'downgrades' | 'loses';
  readonly mode: 'read' | 'write' | null;
  readonly callee: string;
  /** An inferred summary did it, not a row of the table. */
  readonly inferred: boolean;
  /** What the call returned: by it a caller tells the outcomes of the callee apart. */
  readonly result: Sym | null;
}

/** A map that is shared between worlds until one of them writes to it. */
export class CowMap<K, V> {
  #map: Map<K, V>;
  #shared = false;

  constructor(map: Map<K, V> = new Map()) {
    this.#map = map;
  }

  get(key: K): V | undefined {
    return this.#map.get(key);
  }
  has(key: K): boolean {
    return this.#map.has(key);
  }
  get size(): number {
    return this.#map.size;
  }
  /** For iteration. Meanwhile keys may be removed and values replaced; before adding keys, take a `snapshot`. */
  entries(): IterableIterator<[K, V]> {
    return this.#map.entries();
  }
  keys(): IterableIterator<K> {
    return this.#map.keys();
  }
  values(): IterableIterator<V> {
    return this.#map.values();
  }
  snapshot(): [K, V][] {
    return [...this.#map];
  }
  set(key: K, value: V): void {
    this.#own().set(key, value);
  }
  delete(key: K): void {
    if (this.#map.has(key)) this.#own().delete(key);
  }
  /** Both are known to hold the same. */
  isSharedWith(other: CowMap<K, V>): boolean {
    return this.#map === other.#map;
  }
  clone(): CowMap<K, V> {
    this.#shared = true;
    const copy = new CowMap(this.#map);
    copy.#shared = true;
    return copy;
  }
  #own(): Map<K, V> {
    if (this.#shared) {
      this.#map = new Map(this.#map);
      this.#shared = false;
    }
    return this.#map;
  }
}

/** One disjunct of a state: a path, or paths that hold the same, with what is known on it. */
export class World {
  constructor(
    /** What each written cell holds. A cell that is absent holds its value at entry. */
    readonly env: CowMap<Cell, Sym>,
    /** Sign facts narrower than the symbol's own. */
    readonly masks: CowMap<Sym, Mask>,
    /** Values that equal one constant. */
    readonly equals: CowMap<Sym, Sym>,
    /** Values that are one of a few constants. */
    readonly oneOf: CowMap<Sym, readonly Sym[]>,
    readonly held: CowMap<Sym, Holding>,
    readonly history: CowMap<Sym, readonly HistoryStep[]>,
    /** Values that compared equal on this path: the one whose name is not used since, and the one that stands for both. */
    readonly same: CowMap<Sym, Sym>,
    /** Spinlocks, RCU and preemption sections that are open; sleeping is forbidden above zero. Saturates at 7. */
    public atomicDepth: number,
  ) {}

  static empty(): World {
    return new World(
      new CowMap(),
      new CowMap(),
      new CowMap(),
      new CowMap(),
      new CowMap(),
      new CowMap(),
      new CowMap(),
      0,
    );
  }

  clone(): World {
    return new World(
      this.env.clone(),
      this.masks.clone(),
      this.equals.clone(),
      this.oneOf.clone(),
      this.held.clone(),
      this.history.clone(),
      this.same.clone(),
      this.atomicDepth,
    );
  }

  holding(symbol: Sym): Holding {
    return this.held.get(symbol) ?? NEUTRAL;
  }
}
