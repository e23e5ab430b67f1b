import type { Solved } from '../typestate/analyse';
import { countOf, usersOf } from '../typestate/holding';
import type { Cell } from '../typestate/world';

/** How often a field was stored or released with each kind of reference, over all functions seen. */
export interface FieldVotes {
  users: number;
  count: number;
  /** Stored without any reference. */
  none: number;
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
    if (!votes || votes.users + votes.count === 0) return null;
    return votes.count >= votes.users ? 'count' : 'users';
  }

  learn(solved: Solved): void {
    for (const { field, kind } of votesOf(solved)) {
      const votes = this.#votes.get(field) ?? { users: 0, count: 0, none: 0 };
      votes[kind]++;
      this.#votes.set(field, votes);
    }
  }

  /** Equal digests answer every question alike. */
  digest(): string {
    return [...this.#votes].map(([field, { users, count, none }]) => `${field} ${users} ${count} ${none}`).sort().join();
  }
}

/** One store or release of `struct.field`. */
interface Vote {
  readonly field: string;
  readonly kind: keyof FieldVotes;
}

const known = new WeakMap<Solved, readonly Vote[]>();

/** What one function says of fields; it stays the same as long as the function's result is kept. */
function votesOf(solved: Solved): readonly Vote[] {
  const before = known.get(solved);
  if (before) return before;
  const { symbols, ownerTypes } = solved.ctx;
  // A function has one vote for each kind, however many paths it has.
  const votes = new Map<string, Vote>();
  const vote = (cell: Cell, kind: keyof FieldVotes) => {
    const struct = ownerTypes.get(cell);
    if (struct === undefined) return;
    const field = `${struct}.${symbols.cellField(cell)}`;
    votes.set(`${field} ${kind}`, { field, kind });
  };
  for (const { world } of solved.recorder.exits) {
    for (const [cell, value] of world.env.entries()) {
      if (symbols.isLocalCell(cell) || symbols.cellDenotes(cell) !== 'mm' || symbols.isConstant(value)) continue;
      const holding = world.holding(value);
      if (usersOf(holding) > 0) vote(cell, 'users');
      if (countOf(holding) > 0) vote(cell, 'count');
      if (usersOf(holding) <= 0 && countOf(holding) <= 0) vote(cell, 'none');
    }
    for (const [symbol, holding] of world.held.entries()) {
      const info = symbols.info(symbol);
      if (info.kind !== 'initial') continue;
      if (usersOf(holding) < 0) vote(info.cell, 'users');
      if (countOf(holding) < 0) vote(info.cell, 'count');
    }
  }
  const cast = [...votes.values()];
  known.set(solved, cast);
  return cast;
}
