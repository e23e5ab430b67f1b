import type { Solved } from '../typestate/analyse';
import { countOf, usersOf } from '../typestate/holding';
import type { Cell } from '../typestate/world';

/** How many functions store the field with each kind of reference, and how many release what it keeps. */
export interface FieldVotes {
  readonly stored: { users: number; count: number; none: number };
  readonly released: { users: number; count: number };
}

/** Fields whose kind is no property of the field: who reads them decides. */
const NOT_CONTRACTED = new Set(['task_struct.mm', 'task_struct.active_mm', 'vm_area_struct.vm_mm']);

/**
 * What a field of type `struct mm_struct *` keeps, learnt from every place that stores it or puts what it holds:
 * `binder_alloc.mm` is stored with mmgrab() and dropped with mmdrop(), so it is an `Mm`.
 */
export class FieldContracts {
  readonly #votes = new Map<string, FieldVotes>();

  /** Votes of `struct.field`, or null. An unknown struct votes by the field's name alone. */
  votes(struct: string | undefined, field: string): FieldVotes | null {
    if (struct === undefined) return null;
    if (NOT_CONTRACTED.has(`${struct}.${field}`)) return null;
    return this.#votes.get(`${struct}.${field}`) ?? null;
  }

  /** The reference that the field keeps by majority; null when nobody says. */
  kind(struct: string | undefined, field: string): 'users' | 'count' | null {
    const votes = this.votes(struct, field);
    if (!votes) return null;
    const users = votes.stored.users + votes.released.users;
    const count = votes.stored.count + votes.released.count;
    return users + count === 0 ? null : count >= users ? 'count' : 'users';
  }

  /** Does storing a handle in the field hand over this reference? Whoever releases the field decides. */
  discharges(struct: string | undefined, field: string, resource: 'users' | 'count'): boolean {
    const votes = this.votes(struct, field);
    if (!votes) return true;
    const { stored, released } = votes;
    if (released.users + released.count > 0) return released[resource] > 0;
    return stored.users + stored.count === 0 || stored[resource] > 0;
  }

  learn(solved: Solved): void {
    for (const { field, act, kind } of votesOf(solved)) {
      const votes = this.#votes.get(field) ?? {
        stored: { users: 0, count: 0, none: 0 },
        released: { users: 0, count: 0 },
      };
      if (act === 'stored') votes.stored[kind]++;
      else if (kind !== 'none') votes.released[kind]++;
      this.#votes.set(field, votes);
    }
  }

  /** Equal digests answer every question alike. */
  digest(): string {
    return [...this.#votes]
      .map(([field, votes]) => `${field} ${JSON.stringify(votes)}`)
      .sort()
      .join();
  }
}

/** One function stores or releases `struct.field`. */
interface Vote {
  readonly field: string;
  readonly act: 'stored' | 'released';
  readonly kind: 'users' | 'count' | 'none';
}

const known = new WeakMap<Solved, readonly Vote[]>();

/** What one function says of fields; it stays the same as long as the function's result is kept. */
function votesOf(solved: Solved): readonly Vote[] {
  const before = known.get(solved);
  if (before) return before;
  const { symbols, ownerTypes } = solved.ctx;
  // A function has one vote for each kind, however many paths it has.
  const votes = new Map<string, Vote>();
  const vote = (cell: Cell, act: Vote['act'], kind: Vote['kind']) => {
    const struct = ownerTypes.get(cell);
    if (struct === undefined) return;
    const field = `${struct}.${symbols.cellField(cell)}`;
    votes.set(`${field} ${act} ${kind}`, { field, act, kind });
  };
  for (const { world } of solved.recorder.exits) {
    for (const [cell, value] of world.env.entries()) {
      if (symbols.isLocalCell(cell) || symbols.cellDenotes(cell) !== 'mm' || symbols.isConstant(value)) continue;
      const holding = world.holding(value);
      if (usersOf(holding) > 0) vote(cell, 'stored', 'users');
      if (countOf(holding) > 0) vote(cell, 'stored', 'count');
      if (usersOf(holding) <= 0 && countOf(holding) <= 0) vote(cell, 'stored', 'none');
    }
    for (const [symbol, holding] of world.held.entries()) {
      const info = symbols.info(symbol);
      if (info.kind !== 'initial') continue;
      if (usersOf(holding) < 0) vote(info.cell, 'released', 'users');
      if (countOf(holding) < 0) vote(info.cell, 'released', 'count');
    }
  }
  const cast = [...votes.values()];
  known.set(solved, cast);
  return cast;
}
