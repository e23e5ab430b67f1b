import type { LockMode } from './summary';

/**
 * What one path holds on one object, packed in an int so that worlds compare and copy it cheaply.
 * Counters are net and saturate at ±3, which keeps the lattice finite without widening.
 */
export type Holding = number;

const COUNTER_BIAS = 3;
const USERS = 0;
const COUNT = 3;
const LAZY = 6;
const LOCK = 9;
const LOCK_AT_ENTRY = 11;

/** The per-VMA read lock is held. */
export const VMA_READ = 1 << 13;
/** The per-VMA read lock was released on this path. */
export const VMA_RELEASED = 1 << 14;
/** Some path took it here: the evidence for a pair of disagreeing exits. */
export const TOOK_USERS = 1 << 15;
export const TOOK_COUNT = 1 << 16;
export const TOOK_LOCK = 1 << 17;
/** Every path that was merged into this one took it: needed to call a second release double. */
export const TOOK_ALWAYS = 1 << 18;
/** Stored where others can reach it, or given to a consumer. */
export const ESCAPED = 1 << 19;
/** A vma whose lock was dropped: what it points to may be freed, even if the lock is taken again. */
export const STALE = 1 << 20;

/** The per-VMA read lock was taken here. */
export const TOOK_VMA = 1 << 21;

/** Users are above zero while the lock that was taken for it is held (`task_lock`). Joins by intersection. */
export const PINNED = 1 << 22;

/** What held the reference at entry names another object now: the reference is this path's own. Joins by intersection. */
export const DETACHED = 1 << 23;

/** The VMA is write-locked, which ends with the write lock of its mm. Joins by intersection. */
export const VMA_WRITE = 1 << 24;

/** mmap_lock was released as the lock of a fault, which may be the lock of the VMA instead. Joins by intersection. */
export const FAULT_RELEASED = 1 << 25;

/** An exit test was made since mmap_lock was taken. Joins by intersection. */
export const EXIT_TESTED = 1 << 26;

/** mmap_lock is held for reading once more, by a trylock that succeeded under the first: one release leaves it held. */
export const READ_TWICE = 1 << 27;

/** Bits that join by union; they never decide whether two worlds are merged. */
export const MAY_BITS = ESCAPED | TOOK_USERS | TOOK_COUNT | TOOK_LOCK | TOOK_VMA | STALE;

/** Bits that join by intersection. */
export const MUST_BITS = TOOK_ALWAYS | PINNED | DETACHED | VMA_WRITE | FAULT_RELEASED | EXIT_TESTED;

/** mmap_lock in two bits: 0 nothing is known, 1 none, 2 read, 3 write. */
export type PackedLock = 0 | 1 | 2 | 3;
export const LOCK_UNKNOWN = 0;
export const LOCK_NONE = 1;
export const LOCK_READ = 2;
export const LOCK_WRITE = 3;

/** Nothing held, nothing known. */
export const NEUTRAL: Holding = (COUNTER_BIAS << USERS) | (COUNTER_BIAS << COUNT) | (COUNTER_BIAS << LAZY);
const COUNTERS = 0o777;
/** The part that must be equal for two worlds to be merged. */
export const KEY_BITS = ((1 << 13) - 1) | VMA_READ | VMA_RELEASED | READ_TWICE;

const saturate = (n: number) => Math.max(-COUNTER_BIAS, Math.min(COUNTER_BIAS, n)) + COUNTER_BIAS;

export const usersOf = (h: Holding): number => (h & 7) - COUNTER_BIAS;
export const countOf = (h: Holding): number => ((h >> COUNT) & 7) - COUNTER_BIAS;
export const lazyOf = (h: Holding): number => ((h >> LAZY) & 7) - COUNTER_BIAS;
export const lockOf = (h: Holding): PackedLock => ((h >> LOCK) & 3) as PackedLock;
export const entryLockOf = (h: Holding): PackedLock => ((h >> LOCK_AT_ENTRY) & 3) as PackedLock;

export const withUsers = (h: Holding, n: number): Holding => (h & ~7) | saturate(n);
export const withCount = (h: Holding, n: number): Holding => (h & ~(7 << COUNT)) | (saturate(n) << COUNT);
export const withLazy = (h: Holding, n: number): Holding => (h & ~(7 << LAZY)) | (saturate(n) << LAZY);
export const withLock = (h: Holding, lock: PackedLock): Holding => (h & ~(3 << LOCK)) | (lock << LOCK);
export const withEntryLock = (h: Holding, lock: PackedLock): Holding =>
  (h & ~(3 << LOCK_AT_ENTRY)) | (lock << LOCK_AT_ENTRY);

/** mmap_lock was known before, but a callee may have dropped it since: nobody knows on which path. */
export const isLockLost = (h: Holding): boolean => lockOf(h) === LOCK_UNKNOWN && entryLockOf(h) !== LOCK_UNKNOWN;

/** Neither a reference nor a lock is held or owed. */
export const holdsNothing = (h: Holding): boolean => (h & COUNTERS) === NEUTRAL && lockOf(h) < LOCK_READ;
/** Nothing is left to be released. */
export const owesNothing = (h: Holding): boolean =>
  usersOf(h) <= 0 && countOf(h) <= 0 && lazyOf(h) <= 0 && lockOf(h) < LOCK_READ && !(h & VMA_READ);
export const isNeutral = (h: Holding): boolean => (h & KEY_BITS) === NEUTRAL;

export function packLock(mode: LockMode): PackedLock {
  return mode === 'none' ? LOCK_NONE : mode === 'read' ? LOCK_READ : LOCK_WRITE;
}

export function lockName(lock: PackedLock): 'unknown' | LockMode {
  return (['unknown', 'none', 'read', 'write'] as const)[lock];
}

/** Sums the references of two generations of one object that become one symbol. */
export function addHoldings(a: Holding, b: Holding): Holding {
  const sum = withLazy(
    withCount(withUsers(a, usersOf(a) + usersOf(b)), countOf(a) + countOf(b)),
    lazyOf(a) + lazyOf(b),
  );
  return sum | (b & MAY_BITS);
}
