import type { Context } from './context';
import type { Recorder } from './event';
import { entryLockOf, FAULT_RELEASED, LOCK_NONE, LOCK_UNKNOWN, lockOf, TOOK_LOCK, usersOf } from './holding';
import type { LockMode } from './summary';
import type { Sym } from './world';

/** What this function's own code says over its whole body, beside the state at one point. */
export interface Hindsight {
  /** Users that were not taken here are put on some path: the reference was this function's all along. */
  readonly releasesUsers: ReadonlySet<Sym>;
  /** The same for count, with the blocks from which such a drop can still be reached. */
  readonly beforeDrop: ReadonlyMap<Sym, ReadonlySet<number>>;
  /** mmap_lock at entry, as the first event on it implied, one bit a mode. */
  readonly entryLocks: ReadonlyMap<Sym, number>;
  /** Only the release of a fault's lock implied it, which may be that of the VMA instead. */
  readonly faultLocked: ReadonlySet<Sym>;
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
  /** Where an argument whose count is dropped begins, and which object it is. */
  readonly dropped: ReadonlyMap<number, Sym>;
  /** The same for users that are put. */
  readonly put: ReadonlyMap<number, Sym>;
  /** Symbols that some path found to be NULL: the function itself thinks that they may be. */
  readonly tested: ReadonlySet<Sym>;
}

export function lookBack(ctx: Context, recorder: Recorder): Hindsight {
  const entryLocks = new Map<Sym, number>();
  const faultLocked = new Set<Sym>();
  // A path that ends in BUG() never happens: a trylock that leads there says that somebody holds the lock.
  for (const { world } of recorder.exits) {
    for (const [symbol, holding] of world.held.entries()) {
      const entry = entryLockOf(holding);
      if (holding & FAULT_RELEASED) faultLocked.add(symbol);
      if (entry !== LOCK_UNKNOWN) entryLocks.set(symbol, (entryLocks.get(symbol) ?? 0) | (1 << entry));
    }
  }
  const neededLocks = new Map<Sym, LockMode>();
  const neededAt = new Map<number, LockMode>();
  const writtenIn = new Map<Sym, Set<number>>();
  const neededUsers = new Set<Sym>();
  const askedUsers = new Set<Sym>();
  for (const event of recorder.events) {
    if (event.kind !== 'call') continue;
    for (const { demand, of } of event.demands) {
      if (!of) continue;
      const isOpen = lockOf(of.holding) === LOCK_UNKNOWN;
      if (demand.verb === 'forbids' && isOpen && !neededLocks.has(of.symbol)) neededLocks.set(of.symbol, 'none');
      if (demand.verb !== 'needs') continue;
      if (demand.resource === 'users' && usersOf(of.holding) <= 0) askedUsers.add(of.symbol);
      const isInherited = lockOf(of.holding) !== LOCK_NONE && !(of.holding & TOOK_LOCK);
      const isWalk = event.summary.demands.some(one => one.verb === 'needs' && one.resource.startsWith('mmap_'));
      if (demand.resource === 'users' && isInherited && isWalk) neededUsers.add(of.symbol);
      if (!isOpen || demand.or?.length) continue;
      const known = neededLocks.get(of.symbol) ?? 'none';
      const argument = event.call.argSpans[Number(/^arg(\d+)$/.exec(demand.of)?.[1])];
      if (argument && demand.resource === 'mmap_write') neededAt.set(argument.start, 'write');
      else if (argument && demand.resource === 'mmap_read' && event.atomicDepth === 0)
        neededAt.set(argument.start, 'read');
      if (demand.resource === 'mmap_write') {
        neededLocks.set(of.symbol, 'write');
        writtenIn.set(of.symbol, (writtenIn.get(of.symbol) ?? new Set()).add(of.block));
      }
      // The tree may be walked under RCU as well.
      else if (demand.resource === 'mmap_read' && known === 'none' && event.atomicDepth === 0)
        neededLocks.set(of.symbol, 'read');
    }
  }
  // Only where other calls need less does it matter which comes first.
  const mixed = neededAt.size > 0 ? [...writtenIn] : [];
  const beforeWrite = new Map(mixed.map(([symbol, blocks]) => [symbol, leadingTo(ctx, blocks)]));
  const beforeDrop = new Map<Sym, ReadonlySet<number>>();
  for (const [symbol, blocks] of recorder.droppedIn) {
    // A loop gives the variable another object before it comes to the drop again.
    const renewed = renewals(ctx, recorder, symbol);
    beforeDrop.set(symbol, leadingTo(ctx, blocks, renewed));
  }
  const dropped = new Map<number, Sym>();
  const put = new Map<number, Sym>();
  for (const event of recorder.events) {
    if (event.kind !== 'release' || event.inferred) continue;
    const argument = event.at.call?.argSpans[0];
    if (argument && event.resource === 'count') dropped.set(argument.start, event.of.symbol);
    if (argument && event.resource === 'users') put.set(argument.start, event.of.symbol);
  }
  return {
    releasesUsers: recorder.putUntaken,
    beforeDrop,
    entryLocks,
    faultLocked,
    neededLocks,
    neededAt,
    beforeWrite,
    neededUsers,
    askedUsers,
    dropped,
    put,
    tested: recorder.foundNull,
  };
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
