import type { Solved } from '../typestate/analyse';
import type { RawEvent, Snapshot } from '../typestate/event';
import {
  countOf,
  DETACHED,
  ESCAPED,
  entryLockOf,
  lazyOf,
  lockName,
  lockOf,
  STALE,
  TOOK_ALWAYS,
  TOOK_COUNT,
  TOOK_LOCK,
  TOOK_USERS,
  usersOf,
  VMA_READ,
  VMA_RELEASED,
  VMA_WRITE,
} from '../typestate/holding';
import type { Lookup } from '../typestate/summary';
import type { FieldContracts } from './field-contracts';
import { guaranteeOf } from './guarantee';
import type { Event, Step, View } from './judged';
import { originOf } from './origin';

/** Turns the packed snapshots of the analysis into what rules read. */
export class Viewer {
  constructor(
    readonly solved: Solved,
    readonly fields: FieldContracts,
    readonly lookup: Lookup,
  ) {}

  view(snapshot: Snapshot): View {
    return new SnapshotView(this, snapshot);
  }

  event(raw: RawEvent): Event {
    switch (raw.kind) {
      case 'acquire':
      case 'release':
        return { ...raw, of: this.view(raw.of) };
      case 'write':
        return { ...raw, of: this.view(raw.of), mm: this.view(raw.mm) };
      case 'use':
        return { ...raw, of: this.view(raw.of), mm: raw.mm && this.view(raw.mm) };
      case 'call':
        return { ...raw, demands: raw.demands.map(({ demand, of }) => ({ demand, of: of && this.view(of) })) };
    }
  }
}

/** Most views are only asked for one or two of their properties, so nothing is computed before it is read. */
class SnapshotView implements View {
  readonly #viewer: Viewer;
  readonly #snapshot: Snapshot;

  constructor(viewer: Viewer, snapshot: Snapshot) {
    this.#viewer = viewer;
    this.#snapshot = snapshot;
  }

  get symbol() {
    return this.#snapshot.symbol;
  }
  get mask() {
    return this.#snapshot.mask;
  }
  get name() {
    return this.variable ?? this.#symbols.name(this.symbol);
  }
  get variable() {
    return this.#snapshot.variable;
  }
  get users() {
    return usersOf(this.#holding);
  }
  get count() {
    return countOf(this.#holding);
  }
  get lazy() {
    return lazyOf(this.#holding);
  }
  get lock() {
    return lockName(lockOf(this.#holding));
  }
  get lockAtEntry() {
    return lockName(entryLockOf(this.#holding));
  }
  get vmaRead() {
    return this.#has(VMA_READ);
  }
  get vmaWrite() {
    return this.#has(VMA_WRITE);
  }
  get vmaReleased() {
    return this.#has(VMA_RELEASED);
  }
  get acquired() {
    return this.#symbols.isAcquired(this.symbol);
  }
  get given() {
    return this.#symbols.givenWith(this.symbol);
  }
  get from() {
    return originOf(this.#viewer.solved, this.symbol);
  }
  get ofCurrent() {
    const info = this.#symbols.info(this.symbol);
    if (info.kind !== 'initial') return false;
    return this.#symbols.cellBase(info.cell) === this.#symbols.current && this.#symbols.cellField(info.cell) === 'mm';
  }
  get unpublished() {
    return this.#symbols.isMade(this.symbol) && !this.escaped;
  }
  get detached() {
    return this.#has(DETACHED);
  }
  get escaped() {
    return this.#has(ESCAPED);
  }
  get took() {
    return { users: this.#has(TOOK_USERS), count: this.#has(TOOK_COUNT), lock: this.#has(TOOK_LOCK) };
  }
  get tookAlways() {
    return this.#has(TOOK_ALWAYS);
  }
  get guarantee() {
    return guaranteeOf(this.#viewer.solved, this.#viewer.fields, null, this.symbol, this.#holding);
  }
  get history(): readonly Step[] {
    return this.#snapshot.history.map(({ mode, ...step }) => ({ ...step, ...(mode && { mode }) }));
  }
  get origin(): View['origin'] {
    const { symbols } = this.#viewer.solved.ctx;
    let info = symbols.info(this.symbol);
    while (info.kind === 'earlier') info = symbols.info(info.of);
    if (info.kind !== 'result') return null;
    return { callee: info.callee, span: info.span, convention: this.#viewer.lookup(info.callee)?.convention ?? 'none' };
  }
  get stale() {
    if (!this.#has(STALE)) return null;
    return this.#snapshot.history.findLast(step => step.action === 'drops')?.span ?? null;
  }

  get #symbols() {
    return this.#viewer.solved.ctx.symbols;
  }
  get #holding() {
    return this.#snapshot.holding;
  }
  #has(bit: number): boolean {
    return (this.#holding & bit) !== 0;
  }
}
