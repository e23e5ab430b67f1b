import type { Context } from './context';
import type { Recorder } from './event';
import { entryLockOf, FAULT_RELEASED, LOCK_NONE, LOCK_UNKNOWN, lockOf, TOOK_LOCK, usersOf } from './holding';
import { type LockMode, needsLock } from './summary';
import type { Sym } from './world';

/** What this function's own code says over its whole body, beside the state at one point. */
export interface Hindsight extends EntryLocks, Needs {
  /** The objects whose count is dropped although it was not taken here: the blocks from which a drop can be reached. */
  readonly beforeDrop: ReadonlyMap<Sym, ReadonlySet<number>>;
  /** Where an argument begins whose reference is released, and what that is. */
  readonly released: ReadonlyMap<number, { readonly of: Sym; readonly resource: 'users' | 'count' }>;
}

interface EntryLocks {
  /** mmap_lock at entry, as the first event on it implied, one bit a mode. */
  readonly entryLocks: ReadonlyMap<Sym, number>;
  /** Only the release of a fault's lock implied it, which may be that of the VMA instead. */
  readonly faultLocked: ReadonlySet<Sym>;
}

interface Needs {
  /**
   * mmap_lock that calls here need, or `none` where they take it themselves, while nothing on the path says whether it is
   * held: what the function relies on.
   */
  readonly neededLocks: ReadonlyMap<Sym, LockMode>;
  /** The same for one argument of one call, by where it begins. */
  readonly neededAt: ReadonlyMap<number, LockMode>;
  /** The blocks from which a call can be reached that needs mmap_lock for writing. */
  readonly beforeWrite: ReadonlyMap<Sym, ReadonlySet<number>>;
  /** What is walked under a lock that was not taken here: the function relies on somebody else for the users too. */
  readonly neededUsers: ReadonlySet<Sym>;
  /** What a call here needs users of, while this function holds none. */
  readonly askedUsers: ReadonlySet<Sym>;
}

export function lookBack(ctx: Context, recorder: Recorder): Hindsight {
  return {
    ...locksAtEntry(recorder),
    ...needsOf(ctx, recorder),
    beforeDrop: new Map(
      // A loop gives the variable another object before it comes to the drop again.
      [...recorder.droppedIn].map(([symbol, blocks]) => [
        symbol,
        leadingTo(ctx, blocks, renewals(ctx, recorder, symbol)),
      ]),
    ),
    released: releasedBy(recorder),
  };
}

/** A path that ends in BUG() never happens: a trylock that leads there says that somebody holds the lock. */
function locksAtEntry({ exits }: Recorder): EntryLocks {
  const entryLocks = new Map<Sym, number>();
  const faultLocked = new Set<Sym>();
  for (const { world } of exits) {
    for (const [symbol, holding] of world.held.entries()) {
      const entry = entryLockOf(holding);
      if (holding & FAULT_RELEASED) faultLocked.add(symbol);
      if (entry !== LOCK_UNKNOWN) entryLocks.set(symbol, (entryLocks.get(symbol) ?? 0) | (1 << entry));
    }
  }
  return { entryLocks, faultLocked };
}

function needsOf(ctx: Context, { events }: Recorder): Needs {
  const neededLocks = new Map<Sym, LockMode>();
  const neededAt = new Map<number, LockMode>();
  const writtenIn = new Map<Sym, Set<number>>();
  const neededUsers = new Set<Sym>();
  const askedUsers = new Set<Sym>();
  for (const event of events) {
    if (event.kind !== 'call') continue;
    for (const { demand, of } of event.demands) {
      if (!of) continue;
      const { symbol, holding, block } = of;
      const { verb, resource } = demand;
      const isOpen = lockOf(holding) === LOCK_UNKNOWN;
      if (verb === 'forbids' && isOpen && !neededLocks.has(symbol)) neededLocks.set(symbol, 'none');
      if (verb !== 'needs') continue;
      if (resource === 'users') {
        const isInherited = lockOf(holding) !== LOCK_NONE && !(holding & TOOK_LOCK);
        if (usersOf(holding) <= 0) askedUsers.add(symbol);
        if (isInherited && needsLock(event.summary)) neededUsers.add(symbol);
      }
      if (!isOpen || demand.or?.length) continue;
      // The tree may be walked under RCU as well.
      const isRead = resource === 'mmap_read' && event.atomicDepth === 0;
      if (resource !== 'mmap_write' && !isRead) continue;
      const mode = isRead ? 'read' : 'write';
      const argument = event.call.argSpans[Number(/^arg(\d+)$/.exec(demand.of)?.[1])];
      if (argument) neededAt.set(argument.start, mode);
      if (mode === 'write' || neededLocks.get(symbol) !== 'write') neededLocks.set(symbol, mode);
      if (mode === 'write') writtenIn.set(symbol, (writtenIn.get(symbol) ?? new Set()).add(block));
    }
  }
  // Only where other calls need less does it matter which comes first.
  const mixed = neededAt.size > 0 ? [...writtenIn] : [];
  const beforeWrite = new Map(mixed.map(([symbol, blocks]) => [symbol, leadingTo(ctx, blocks)]));
  return { neededLocks, neededAt, beforeWrite, neededUsers, askedUsers };
}

function releasedBy({ events }: Recorder): Hindsight['released'] {
  const released = new Map<number, { of: Sym; resource: 'users' | 'count' }>();
  for (const event of events) {
    if (event.kind !== 'release' || event.inferred) continue;
    const { resource } = event;
    const argument = event.at.call?.argSpans[0];
    if (argument && (resource === 'users' || resource === 'count'))
      released.set(argument.start, { of: event.of.symbol, resource });
  }
  return released;
}

/** The blocks from which one of `targets` can be reached, these included, without entering one of `barred`. */
function leadingTo(
  { cfg }: Context,
  targets: ReadonlySet<number>,
  barred: ReadonlySet<number> = new Set(),
): ReadonlySet<number> {
  const found = new Set(targets);
  for (let before = -1; before !== found.size; ) {
    before = found.size;
    for (const { id, successors } of cfg.blocks)
      if (successors.some(next => found.has(next) && !barred.has(next))) found.add(id);
  }
  return found;
}

/** The blocks that give the variable whose count is dropped its value. */
function renewals({ cfg }: Context, { events }: Recorder, symbol: Sym): ReadonlySet<number> {
  const drop = events.find(
    event => event.kind === 'release' && event.resource === 'count' && event.of.symbol === symbol,
  );
  const variable = drop?.kind === 'release' ? drop.of.variable : null;
  const renews = cfg.blocks.filter(({ instrs }) =>
    instrs.some(one => one.op === 'assign' && one.to.kind === 'variable' && one.to.name === variable),
  );
  return new Set(variable === null ? [] : renews.map(({ id }) => id));
}
