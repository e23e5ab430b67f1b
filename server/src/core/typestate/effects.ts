import { ANY, POS } from '../ir/ir';
import type { Context } from './context';
import type { EventSite } from './event';
import {
  countOf,
  ESCAPED,
  EXIT_TESTED,
  entryLockOf,
  FAULT_RELEASED,
  type Holding,
  LOCK_NONE,
  LOCK_READ,
  LOCK_UNKNOWN,
  LOCK_WRITE,
  lazyOf,
  lockOf,
  NEUTRAL,
  type PackedLock,
  PINNED,
  packLock,
  READ_TWICE,
  STALE,
  TOOK_ALWAYS,
  TOOK_COUNT,
  TOOK_LOCK,
  TOOK_USERS,
  TOOK_VMA,
  usersOf,
  VMA_READ,
  VMA_RELEASED,
  VMA_WRITE,
  withCount,
  withEntryLock,
  withLazy,
  withLock,
  withUsers,
} from './holding';
import type { Effect, Resource } from './summary';
import type { HistoryStep, Sym, World } from './world';

/** Where an effect comes from. */
export interface Cause {
  readonly at: EventSite;
  readonly callee: string;
  readonly inferred: boolean;
  /** What the call returned. */
  readonly result: Sym | null;
}

type Counted = 'users' | 'count' | 'lazy';

const COUNTERS = {
  users: { of: usersOf, with: withUsers, took: TOOK_USERS },
  count: { of: countOf, with: withCount, took: TOOK_COUNT },
  lazy: { of: lazyOf, with: withLazy, took: 0 },
} as const;

const HISTORY_LIMIT = 6;
const MAX_ATOMIC_DEPTH = 7;

/** Applies one effect of a call to the object that its slot named. */
export function applyEffect(ctx: Context, world: World, effect: Effect, symbol: Sym | null, cause: Cause): void {
  if (effect.kind === 'atomic') {
    world.atomicDepth = Math.max(0, Math.min(MAX_ATOMIC_DEPTH, world.atomicDepth + effect.delta));
    if (symbol === null) return;
    const holding = world.holding(symbol);
    world.held.set(symbol, effect.delta > 0 ? holding | PINNED : holding & ~PINNED);
    return;
  }
  if (symbol === null) return;
  // NULL on this path: the call cannot have happened with it, and the use is what a rule reports.
  ctx.dereference(world, symbol, cause.at, 'argument');
  if (!(ctx.constraints.maskOf(world, symbol) & POS)) return;
  switch (effect.kind) {
    case 'moves':
      world.held.set(symbol, world.holding(symbol) | ESCAPED);
      return;
    case 'lock': {
      const [from, to] = [effect.from === 'any' ? null : packLock(effect.from), packLock(effect.to)];
      if (!effect.lapses) {
        changeLock(ctx, world, symbol, from, to, cause);
        return;
      }
      changeLock(ctx, world, symbol, from, LOCK_NONE, cause);
      takeLock(ctx, world, symbol, to, cause);
      return;
    }
    case 'vma-write':
      world.held.set(symbol, world.holding(symbol) | VMA_WRITE);
      return;
    case 'fault-lock':
      if (world.holding(symbol) & VMA_READ) releaseVma(ctx, world, symbol, cause);
      else releaseFaultLock(ctx, world, symbol, cause);
      return;
    case 'count':
      if (effect.resource === 'vma_read') {
        if (effect.delta > 0) takeVma(ctx, world, symbol, cause);
        else releaseVma(ctx, world, symbol, cause);
        return;
      }
      for (let n = effect.delta; n > 0; n--) take(ctx, world, symbol, effect.resource, cause);
      for (let n = effect.delta; n < 0; n++) release(ctx, world, symbol, effect.resource, cause);
  }
}

function take(ctx: Context, world: World, symbol: Sym, resource: Counted, cause: Cause): void {
  const { of, with: set, took } = COUNTERS[resource];
  const holding = world.holding(symbol);
  recordAcquire(ctx, world, symbol, resource, null, cause);
  world.held.set(symbol, set(holding, of(holding) + 1) | took | TOOK_ALWAYS);
  remember(world, symbol, resource, 'takes', null, cause);
}

function release(ctx: Context, world: World, named: Sym, resource: Counted, cause: Cause): void {
  const { of, with: set } = COUNTERS[resource];
  const symbol = of(world.holding(named)) > 0 ? named : unifyWithHolder(ctx, world, named, h => of(h) > 0);
  const holding = world.holding(symbol);
  // mmdrop() of an mm that mm_alloc() just made frees it whole: its users reference is gone with it.
  if (resource === 'count' && of(holding) <= 0 && ctx.symbols.isMade(symbol) && usersOf(holding) > 0) {
    world.held.set(symbol, withUsers(holding, usersOf(holding) - 1));
    remember(world, symbol, 'users', 'drops', null, cause);
    return;
  }
  recordRelease(ctx, world, symbol, resource, null, 'none', cause);
  if (of(holding) <= 0 && resource === 'users') ctx.recorder?.putUntaken.add(symbol);
  if (of(holding) <= 0 && resource !== 'users') noteDrop(ctx, symbol, cause);
  if (of(holding) > 0) noteConsumed(ctx, world, symbol, resource);
  world.held.set(symbol, set(holding, of(holding) - 1));
  remember(world, symbol, resource, 'drops', null, cause);
  if (ctx.recorder && ctx.symbols.isAcquired(symbol) && !cause.inferred) noteDangling(ctx, world, symbol, cause);
}

/** The last reference that came with an mm is put while a field names it. */
function noteDangling({ recorder, symbols }: Context, world: World, symbol: Sym, { at }: Cause): void {
  const holding = world.holding(symbol);
  if (usersOf(holding) > 0 || countOf(holding) > 0) return;
  for (const [cell, value] of world.env.entries())
    if (value === symbol && !symbols.isLocalCell(cell)) recorder!.dangling.set(cell, { value, put: at.span });
}

/**
 * A count that is dropped without having been taken was this function's all along, until here. Not so where a callee
 * drops it on some paths only, such as the last put of the object that keeps it: then the count is that object's.
 */
function noteDrop({ recorder, lookup }: Context, symbol: Sym, { callee, inferred }: Cause): void {
  if (!recorder) return;
  const blocks = recorder.droppedIn.get(symbol) ?? new Set();
  recorder.droppedIn.set(symbol, blocks);
  if (!inferred || lookup(callee)?.determinate) blocks.add(recorder.block);
}

/** mmap_lock goes from `from` (null: whatever is held) to `to`. */
function changeLock(
  ctx: Context,
  world: World,
  named: Sym,
  from: PackedLock | null,
  to: PackedLock,
  cause: Cause,
): void {
  if (from === LOCK_NONE) {
    takeLock(ctx, world, named, to, cause);
    return;
  }
  const isHeld = (h: Holding) => lockOf(h) >= LOCK_READ;
  const symbol = isHeld(world.holding(named)) ? named : unifyWithHolder(ctx, world, named, isHeld);
  let holding = world.holding(symbol);
  const now = lockOf(holding);
  const mode = from ?? (now === LOCK_WRITE ? LOCK_WRITE : LOCK_READ);
  const modeName = mode === LOCK_WRITE ? 'write' : 'read';
  recordRelease(ctx, world, symbol, 'mmap_lock', modeName, to === LOCK_NONE ? 'none' : 'read', cause);
  holding = withFirstLock(holding, mode);
  if (holding & READ_TWICE && to < LOCK_READ) {
    noteConsumed(ctx, world, symbol, 'mmap_lock');
    world.held.set(symbol, holding & ~READ_TWICE);
    return;
  }
  if (now >= LOCK_READ && to < LOCK_READ) noteConsumed(ctx, world, symbol, 'mmap_lock');
  world.held.set(symbol, withLock(to < LOCK_READ ? holding & ~EXIT_TESTED : holding, to));
  if (to < LOCK_WRITE) unlockVmas(ctx, world, symbol);
  if (to >= LOCK_READ) {
    remember(
      world,
      symbol,
      'mmap_lock',
      to > mode ? 'takes' : 'downgrades',
      to === LOCK_WRITE ? 'write' : 'read',
      cause,
    );
    return;
  }
  remember(world, symbol, 'mmap_lock', 'drops', modeName, cause);
  markStaleVmas(ctx, world, symbol, cause);
}

/** What happens first to a lock that nothing is known of tells how it was at entry. */
function withFirstLock(holding: Holding, mode: PackedLock): Holding {
  const isFirst = lockOf(holding) === LOCK_UNKNOWN && entryLockOf(holding) === LOCK_UNKNOWN;
  return isFirst ? withEntryLock(holding, mode) : holding;
}

function takeLock(ctx: Context, world: World, symbol: Sym, to: PackedLock, cause: Cause): void {
  // "none to none" says only that the callee needs the lock free: it takes and releases it inside.
  const holding = withFirstLock(world.holding(symbol), LOCK_NONE);
  const mode = to === LOCK_WRITE ? 'write' : 'read';
  recordAcquire(ctx, world, symbol, 'mmap_lock', mode, cause);
  if (to < LOCK_READ) {
    world.held.set(symbol, withLock(holding, lockOf(holding) === LOCK_UNKNOWN ? LOCK_NONE : lockOf(holding)));
    return;
  }
  // A lock that only tries may be taken again; one that waits is a defect, after which nothing is certain.
  const isTried = ctx.lookup(cause.callee)?.sleeps === false;
  if (isTried && to === LOCK_READ && lockOf(holding) === LOCK_READ) {
    world.held.set(symbol, holding | READ_TWICE);
    return;
  }
  world.held.set(symbol, (withLock(holding, to) & ~EXIT_TESTED) | TOOK_LOCK);
  remember(world, symbol, 'mmap_lock', 'takes', mode, cause);
}

/** Nothing says which lock the fault holds: mmap_lock stands for both. */
function releaseFaultLock(ctx: Context, world: World, vma: Sym, cause: Cause): void {
  const mm = ctx.mmOf(world, vma);
  const isOpen = lockOf(world.holding(mm)) === LOCK_UNKNOWN;
  changeLock(ctx, world, mm, LOCK_READ, LOCK_NONE, cause);
  // A summary names the VMA by the path to its mm.
  if (isOpen && ctx.symbols.slotOf(mm)?.endsWith('.vm_mm') && lockOf(world.holding(mm)) === LOCK_NONE)
    world.held.set(mm, world.holding(mm) | FAULT_RELEASED);
}

function takeVma(ctx: Context, world: World, vma: Sym, cause: Cause): void {
  recordAcquire(ctx, world, vma, 'vma_read', null, cause);
  world.held.set(vma, (world.holding(vma) | VMA_READ | TOOK_VMA) & ~VMA_RELEASED);
  remember(world, vma, 'vma_read', 'takes', null, cause);
}

function releaseVma(ctx: Context, world: World, named: Sym, cause: Cause): void {
  const isHeld = (h: Holding) => (h & VMA_READ) !== 0;
  const vma = isHeld(world.holding(named)) ? named : unifyWithHolder(ctx, world, named, isHeld);
  recordRelease(ctx, world, vma, 'vma_read', null, 'none', cause);
  if (isHeld(world.holding(vma))) noteConsumed(ctx, world, vma, 'vma_read');
  world.held.set(vma, (world.holding(vma) & ~VMA_READ) | VMA_RELEASED | STALE);
  remember(world, vma, 'vma_read', 'drops', null, cause);
}

/** VMAs are write-locked for as long as mmap_lock of their mm is. */
function unlockVmas(ctx: Context, world: World, mm: Sym): void {
  for (const [vma, holding] of world.held.entries())
    if (holding & VMA_WRITE && ctx.mmOf(world, vma) === mm) world.held.set(vma, holding & ~VMA_WRITE);
}

/** What was found under a lock may be freed once it is dropped, even if the lock is taken again later. */
function markStaleVmas(ctx: Context, world: World, mm: Sym, cause: Cause): void {
  const { symbols } = ctx;
  const info = symbols.info(mm);
  const cells = info.kind === 'initial' ? [info.cell] : [];
  for (const [cell, value] of world.env.entries()) if (value === mm) cells.push(cell);
  const found = new Set(cells.filter(cell => symbols.cellField(cell) === 'vm_mm').map(cell => symbols.cellBase(cell)));
  for (const vma of found) {
    if (world.holding(vma) & VMA_READ || ctx.isKeptByObject(vma)) continue;
    world.held.set(vma, world.holding(vma) | STALE);
    remember(world, vma, 'mmap_lock', 'drops', null, cause);
  }
}

/**
 * A release through a name that holds nothing, while exactly one other handle holds it: the two are one object
 * (`lock(mm) … unlock(vma->vm_mm)`). The result of an acquiring call is nobody else's, so it is never unified.
 */
function unifyWithHolder(ctx: Context, world: World, symbol: Sym, holds: (h: Holding) => boolean): Sym {
  const { symbols } = ctx;
  if (symbols.isAcquired(symbol)) return symbol;
  let holder: Sym | null = null;
  for (const [other, holding] of world.held.entries()) {
    if (other === symbol || !holds(holding)) continue;
    if (holder !== null) return symbol;
    holder = other;
  }
  if (holder === null) return symbol;
  const info = symbols.info(symbol);
  if ((info.kind === 'address' || isBehindPointer(ctx, symbol)) && symbols.isAcquired(holder)) return symbol;
  const own = world.held.get(symbol);
  if (own !== undefined) {
    world.held.delete(symbol);
    if (own !== NEUTRAL) world.held.set(holder, world.holding(holder) | (own & ESCAPED));
  }
  for (const [cell, value] of world.env.snapshot()) if (value === symbol) world.env.set(cell, holder);
  if (info.kind === 'initial') world.env.set(info.cell, holder);
  return holder;
}

/** What an out-parameter held at entry is no reference that was made since. */
function isBehindPointer({ symbols }: Context, symbol: Sym): boolean {
  const info = symbols.info(symbol);
  return (
    info.kind === 'initial' && symbols.cellField(info.cell) === '*' && symbols.slotOf(symbol)?.endsWith('.*') === true
  );
}

/** An object is freed. A reference that only its fields keep has nobody left who could release it. */
export function freeObject(ctx: Context, world: World, object: Sym, cause: Cause): void {
  const { symbols } = ctx;
  for (const [cell, value] of world.env.snapshot()) {
    if (!symbols.isBasedOn(symbols.cellBase(cell), object) || symbols.isLocalCell(cell)) continue;
    world.env.delete(cell);
    const holding = world.holding(value);
    if (usersOf(holding) <= 0 && countOf(holding) <= 0) continue;
    if ([...world.env.entries()].some(([other, kept]) => kept === value && !symbols.isLocalCell(other))) continue;
    world.held.set(value, holding & ~ESCAPED);
    remember(world, value, countOf(holding) > 0 ? 'count' : 'users', 'loses', null, cause);
  }
}

function remember(
  world: World,
  symbol: Sym,
  resource: Resource,
  action: HistoryStep['action'],
  mode: HistoryStep['mode'],
  cause: Cause,
): void {
  const before = world.history.get(symbol) ?? [];
  const step: HistoryStep = {
    span: cause.at.span,
    resource,
    action,
    mode,
    callee: cause.callee,
    inferred: cause.inferred,
    result: cause.result,
  };
  world.history.set(symbol, [...before.slice(-(HISTORY_LIMIT - 1)), step]);
}

/** Whoever releases what an analysed function took proves that the function hands it over by contract. */
function noteConsumed(ctx: Context, world: World, symbol: Sym, resource: Resource): void {
  if (!ctx.recorder) return;
  const taken = (world.history.get(symbol) ?? []).findLast(
    step => step.resource === resource && step.action === 'takes',
  );
  if (!taken?.inferred) return;
  const key = `${taken.callee}:${resource}`;
  const results = taken.result === null ? ANY : ctx.constraints.maskOf(world, taken.result);
  ctx.recorder.consumed.set(key, (ctx.recorder.consumed.get(key) ?? 0) | results);
}

function recordAcquire(
  ctx: Context,
  world: World,
  symbol: Sym,
  resource: Resource,
  mode: 'read' | 'write' | null,
  cause: Cause,
): void {
  ctx.recorder?.events.push({
    kind: 'acquire',
    at: cause.at,
    resource,
    mode,
    of: ctx.snapshot(world, symbol),
    inferred: cause.inferred,
  });
}

function recordRelease(
  ctx: Context,
  world: World,
  symbol: Sym,
  resource: Resource,
  mode: 'read' | 'write' | null,
  to: 'none' | 'read',
  cause: Cause,
): void {
  ctx.recorder?.events.push({
    kind: 'release',
    at: cause.at,
    resource,
    mode,
    to,
    of: ctx.snapshot(world, symbol),
    inferred: cause.inferred,
    atomicDepth: world.atomicDepth,
  });
}
