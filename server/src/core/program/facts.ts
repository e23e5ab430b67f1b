import { type Mask, NEG, POS, ZERO } from '../ir/ir';
import type { Solved } from '../typestate/analyse';
import type { ArgumentState, Snapshot } from '../typestate/event';
import {
  countOf,
  DETACHED,
  entryLockOf,
  type Holding,
  isLockLost,
  LOCK_NONE,
  LOCK_READ,
  LOCK_UNKNOWN,
  LOCK_WRITE,
  lockOf,
  type PackedLock,
  TOOK_LOCK,
  usersOf,
} from '../typestate/holding';
import type { Slot } from '../typestate/summary';
import type { Sym } from '../typestate/world';
import type { FieldContracts } from './field-contracts';
import { guaranteeOf } from './guarantee';
import type { Guarantee } from './judged';
import {
  joinCallers,
  joinPaths,
  type KnownLock,
  type ParameterContract,
  type ParameterContracts,
  weakerLock,
} from './parameter-contracts';

/** Weakest last, so that the weakest of several paths is the largest. */
export const KINDS = ['users-owned', 'users-borrowed', 'count-owned', 'count-borrowed', 'checked', 'raw'] as const;
export type HandleKindName = (typeof KINDS)[number];

/** What one expression denotes, over all paths that reach it. */
export interface ExpressionFact {
  readonly start: number;
  readonly end: number;
  readonly what: 'mm' | 'vma';
  readonly kind: HandleKindName;
  readonly nullable: boolean;
  readonly lock: KnownLock | 'unknown';
  /** False where neither this function nor its callers say anything of the lock: `none` then means "none taken here". */
  readonly lockIsKnown: boolean;
  /** One state of those that were joined, for the story. */
  readonly example: Snapshot;
  readonly because: Pick<Guarantee, 'because' | 'at'>;
}

/** Facts of one function, in the light of what its callers establish. */
export class FactFinder {
  constructor(
    private readonly solved: Solved,
    private readonly fields: FieldContracts,
    private readonly parameters: ParameterContracts | null,
    /** Every call in the file holds mmap_lock of the running task for writing, and there is no other. */
    private readonly isCurrentWritten = false,
  ) {}

  facts(): ExpressionFact[] {
    const facts = [...this.solved.recorder.values].map(([key, snapshots]) => {
      const [start, end] = key.split(':').map(Number) as [number, number];
      return this.#factOf(start, end, snapshots);
    });
    return facts.sort((a, b) => a.start - b.start || b.end - a.end);
  }

  /** The weakest of what the paths say. Those on which it is NULL or an error say no more than that. */
  #factOf(start: number, end: number, snapshots: readonly Snapshot[]): ExpressionFact {
    const { symbols } = this.solved.ctx;
    const isObject = ({ symbol, mask }: Snapshot) => !symbols.isConstant(symbol) && (mask & POS) !== 0;
    const what = snapshots.some(({ symbol }) => symbols.denotes(symbol) === 'vma') ? 'vma' : 'mm';
    let kind: HandleKindName | null = null;
    let lock: KnownLock | 'unknown' | null = null;
    let lockIsKnown = false;
    let example = snapshots[0]!;
    for (const snapshot of snapshots.filter(isObject)) {
      // A vma is described by the mm that it belongs to, as far as this state names it.
      const subject = (what === 'vma' && snapshot.mm) || snapshot;
      const one = this.#released(subject, start) ?? this.kindOf(subject);
      if (kind === null || KINDS.indexOf(one) > KINDS.indexOf(kind)) {
        kind = one;
        example = snapshot;
      }
      const known = this.#knownLockOf(subject, start);
      if (known) lockIsKnown = true;
      lock = lock === null ? (known ?? 'none') : weakerLock(lock, known ?? 'none');
    }
    return {
      start,
      end,
      what,
      kind: kind ?? 'users-borrowed',
      nullable: snapshots.some(({ symbol, mask }) => this.#isNullable(symbol, mask)),
      lock: lock ?? 'none',
      lockIsKnown,
      example,
      because: this.#guarantee(example),
    };
  }

  /** The argument of an mmdrop() is the count that is being dropped, whatever else keeps the mm; so with an mmput(). */
  #released({ symbol }: Snapshot, start: number): HandleKindName | null {
    const released = this.solved.hindsight.released.get(start);
    return released?.of === symbol ? `${released.resource}-owned` : null;
  }

  kindOf(snapshot: Snapshot): HandleKindName {
    const { symbol, holding } = snapshot;
    const users = usersOf(holding);
    const count = countOf(holding);
    const { hindsight, recorder } = this.solved;
    const { level, proved } = this.#guarantee(snapshot);
    if (users > 0) return 'users-owned';
    // The running task's own are not given away with a release.
    if (users === 0 && recorder.putUntaken.has(symbol))
      return this.#isOfCurrent(symbol) && !(holding & DETACHED) ? 'users-borrowed' : 'users-owned';
    const isTested = recorder.exitTested.has(symbol);
    const vouched = level === 'users' && !isTested && (proved || this.#isGivenByCaller(symbol));
    if (count > 0 || (count === 0 && this.#dropsLater(snapshot))) return vouched ? 'users-borrowed' : 'count-owned';
    if (this.#isChecked(symbol, holding)) return 'checked';
    // Before the lock is taken for the test, nothing covers the address space.
    if (isTested && (this.#knownLockOf(snapshot) ?? 'none') === 'none') return 'count-borrowed';
    if (level === 'count' && hindsight.neededUsers.has(symbol) && !recorder.doubted.has(symbol))
      return 'users-borrowed';
    if (level === 'none') return proved ? 'count-borrowed' : 'raw';
    return level === 'users' ? 'users-borrowed' : 'count-borrowed';
  }

  /** Who drops a count that was not taken here was given it, on the paths that lead to the drop. */
  #dropsLater({ symbol, block }: Snapshot): boolean {
    return this.solved.hindsight.beforeDrop.get(symbol)?.has(block) ?? false;
  }

  /** An exit test, here or in a callee or by every caller, covers the address space while mmap_lock is held. */
  #isChecked(symbol: Sym, holding: Holding): boolean {
    if (this.solved.recorder.exitTested.has(symbol) && lockOf(holding) >= LOCK_READ) return true;
    const contract = this.#contractAt(symbol);
    if (contract?.level !== 'checked') return false;
    return (
      (lockOf(holding) === LOCK_UNKNOWN && contract.lock !== 'none') ||
      (lockOf(holding) >= LOCK_READ && entryLockOf(holding) >= LOCK_READ && !(holding & TOOK_LOCK))
    );
  }

  #isOfCurrent(symbol: Sym): boolean {
    const { symbols } = this.solved.ctx;
    const info = symbols.info(symbol);
    return info.kind === 'initial' && symbols.cellBase(info.cell) === symbols.current;
  }

  /** A parameter, or the mm of a vma: callers are taken to hold users on it, which is more than a count taken here. */
  #isGivenByCaller(symbol: Sym): boolean {
    const { symbols } = this.solved.ctx;
    const info = symbols.info(symbol);
    if (info.kind !== 'initial' || this.solved.hindsight.beforeDrop.has(symbol)) return false;
    return symbols.cellField(info.cell) === 'vm_mm' || /^arg\d+$/.test(symbols.slotOf(symbol) ?? '');
  }

  lockOf(snapshot: Snapshot): KnownLock | 'unknown' {
    return this.#knownLockOf(snapshot) ?? 'none';
  }

  /** `unknown`: it depends on the caller. Null: nothing says anything. */
  #knownLockOf({ symbol, holding, block }: Snapshot, start?: number): KnownLock | 'unknown' | null {
    const { hindsight } = this.solved;
    const now = lockOf(holding);
    if (now !== LOCK_UNKNOWN) return this.#isFaultLock(symbol, holding) ? 'unknown' : lockWord(now);
    if (isLockLost(holding)) return 'unknown';
    const byCallers = this.#lockByCallers(symbol);
    const here = start === undefined ? undefined : hindsight.neededAt.get(start);
    const isWritten = this.isCurrentWritten && this.#isMmOfCurrent(symbol);
    // What the call at hand needs comes first; then what happens first to the lock; then what any call needs.
    if (here === 'write') return here;
    if (here && byCallers !== 'write' && !hindsight.beforeWrite.get(symbol)?.has(block) && !isWritten) return here;
    if (this.#isOfFault(symbol)) return 'unknown';
    if (hindsight.faultLocked.has(symbol)) return byCallers === null || byCallers === 'none' ? 'unknown' : byCallers;
    const entry = hindsight.entryLocks.get(symbol);
    if (entry) return entry === 1 << LOCK_READ ? 'read' : entry === 1 << LOCK_WRITE ? 'write' : 'none';
    const needed = hindsight.neededLocks.get(symbol);
    if (needed && isWritten) return 'write';
    return needed && byCallers !== 'write' && (needed !== 'none' || byCallers !== 'read') ? needed : byCallers;
  }

  /** A fault handler is entered with mmap_lock or with the lock of the VMA. */
  #isFaultLock(symbol: Sym, holding: Holding): boolean {
    const { symbols, cfg } = this.solved.ctx;
    const isUntouched = lockOf(holding) === LOCK_READ && entryLockOf(holding) === LOCK_READ && !(holding & TOOK_LOCK);
    if (!isUntouched) return false;
    return this.#isOfFault(symbol) || (cfg.calledAs?.isFault === true && /\.vm_mm$/.test(symbols.slotOf(symbol) ?? ''));
  }

  /** The mm of the VMA that a fault is about, in whatever function the fault is passed to. */
  #isOfFault(symbol: Sym): boolean {
    const { symbols, cfg } = this.solved.ctx;
    const slot = /^arg(\d+)\.vma\.vm_mm$/.exec(symbols.slotOf(symbol) ?? '');
    return slot !== null && cfg.locals.get(cfg.parameters[Number(slot[1])]!)?.type.name === 'vm_fault';
  }

  /** The state that callers leave the lock of what they pass in; callers that disagree leave it open. */
  #lockByCallers(symbol: Sym): KnownLock | 'unknown' | null {
    const contract = this.#contractAt(symbol);
    return contract ? (contract.lock ?? 'unknown') : null;
  }

  /** What callers establish of the value that a symbol had at entry. */
  #contractAt(symbol: Sym): ParameterContract | undefined {
    return this.parameters?.get(this.solved.ctx.symbols.slotOf(symbol) ?? '');
  }

  #isNullable(symbol: Sym, mask: Mask): boolean {
    return (mask & this.#invalidOf(symbol)) !== 0;
  }

  /** Only what a call returned can be an error pointer; a pointer that is read from memory is NULL or valid. */
  #invalidOf(symbol: Sym, depth = 0): Mask {
    const { symbols } = this.solved.ctx;
    const info = symbols.info(symbol);
    if (info.kind === 'constant') return info.mask & ~POS;
    // Who asks for NULL and never for an error knows that there is none.
    const { recorder } = this.solved;
    if (info.kind === 'result' && recorder.foundNull.has(symbol) && !recorder.foundError.has(symbol)) return ZERO;
    if (info.kind === 'result' || (info.kind === 'phi' && depth >= 4)) return ZERO | NEG;
    if (info.kind === 'phi')
      return [...info.sources].reduce(
        (invalid, one) => (one === symbol ? invalid : invalid | this.#invalidOf(one, depth + 1)),
        this.solved.recorder.foundNull.has(symbol) ? ZERO : 0,
      );
    return this.#mayBeNull(symbol) ? (info.kind === 'initial' ? ZERO : ZERO | NEG) : 0;
  }

  #mayBeNull(symbol: Sym): boolean {
    if (this.solved.recorder.foundNull.has(symbol) || this.#isOfOtherTask(symbol)) return true;
    return this.#isOfInterrupted(symbol) || (this.#contractAt(symbol)?.nullable ?? false);
  }

  /** An interrupt may meet a kernel thread, which has no address space. */
  #isOfInterrupted(symbol: Sym): boolean {
    const { calledAs } = this.solved.ctx.cfg;
    return (calledAs?.runs === 'atomic' || calledAs?.runs === 'softirq') && this.#isMmOfCurrent(symbol);
  }

  #isMmOfCurrent(symbol: Sym): boolean {
    const { symbols } = this.solved.ctx;
    const info = symbols.info(symbol);
    return info.kind === 'initial' && this.#isOfCurrent(symbol) && symbols.cellField(info.cell) === 'mm';
  }

  /** Another task may exit at any time; who only compares its mm need not ask whether there is one. */
  #isOfOtherTask(symbol: Sym): boolean {
    const { ctx, recorder } = this.solved;
    const info = ctx.symbols.info(symbol);
    if (info.kind !== 'initial' || ctx.ownerTypes.get(info.cell) !== 'task_struct') return false;
    return ctx.symbols.cellBase(info.cell) !== ctx.symbols.current && !recorder.dereferenced.has(symbol);
  }

  #guarantee(snapshot: Snapshot) {
    return guaranteeOf(this.solved, this.fields, this.parameters, snapshot.symbol, snapshot.holding);
  }

  /** What calls of one function, on each path, establish of its parameters. */
  contractsOf(paths: readonly (readonly ArgumentState[])[]): ParameterContracts {
    const calls = new Map<number | undefined, ParameterContracts>();
    /** Parameters that are NULL on some path. */
    const nulls = new Set<Slot>();
    for (const args of paths) {
      const one = this.#contractsOfCall(args);
      for (const [i, { value }] of args.entries())
        if (value.symbol === this.solved.ctx.symbols.zero) nulls.add(`arg${i}`);
      // Paths that meet at one call are told as a fact is.
      const block = args[0]?.value.block;
      const known = calls.get(block);
      calls.set(block, known ? joinPaths(known, one) : one);
    }
    const contracts = [...calls.values()].reduce(joinCallers);
    return new Map([...contracts].map(([slot, one]) => [slot, nulls.has(slot) ? { ...one, nullable: true } : one]));
  }

  #contractsOfCall(args: readonly ArgumentState[]): ParameterContracts {
    const contracts = new Map<Slot, ParameterContract>();
    for (const [i, { value, members }] of args.entries()) {
      const contract = this.#contractOf(value);
      if (contract) contracts.set(`arg${i}`, contract);
      for (const { field, of } of members) {
        // That a field may be NULL is for the callee to know, which reads it.
        const ofMember = this.#contractOf(of);
        if (ofMember) contracts.set(`arg${i}.${field}`, { ...ofMember, nullable: false });
      }
    }
    return contracts;
  }

  /** What a value tells the callee that it is passed to. */
  #contractOf(value: Snapshot): ParameterContract | undefined {
    const { symbols } = this.solved.ctx;
    if (symbols.isConstant(value.symbol) || symbols.denotes(value.symbol) === 'other') return undefined;
    const lock = this.lockOf(value);
    return {
      level: this.#levelOf(value),
      nullable: this.#isNullable(value.symbol, value.mask),
      lock: lock === 'unknown' ? null : lock,
    };
  }

  #levelOf(value: Snapshot): ParameterContract['level'] {
    const kind = this.kindOf(value);
    if (kind === 'raw') return 'none';
    if (kind === 'checked') return 'checked';
    if (kind.startsWith('users')) return 'users';
    return kind === 'count-borrowed' && this.#guarantee(value).guessed ? 'open' : 'count';
  }
}

const lockWord = (lock: PackedLock) => (lock <= LOCK_NONE ? 'none' : lock === LOCK_READ ? 'read' : 'write');
