import type { Solved } from '../typestate/analyse';
import { countOf, usersOf } from '../typestate/holding';

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

  learn({ ctx, recorder }: Solved): void {
    const { symbols } = ctx;
    for (const { world } of recorder.exits) {
      for (const [cell, value] of world.env.entries()) {
        if (symbols.isLocalCell(cell) || symbols.cellDenotes(cell) !== 'mm' || symbols.isConstant(value)) continue;
        const holding = world.holding(value);
        this.#vote(
          ctx.ownerTypes.get(cell),
          symbols.cellField(cell),
          usersOf(holding) > 0 ? 'users' : countOf(holding) > 0 ? 'count' : 'none',
        );
      }
      for (const [symbol, holding] of world.held.entries()) {
        const info = symbols.info(symbol);
        if (info.kind !== 'initial') continue;
        const owner = ctx.ownerTypes.get(info.cell);
        if (usersOf(holding) < 0) this.#vote(owner, symbols.cellField(info.cell), 'users');
        if (countOf(holding) < 0) this.#vote(owner, symbols.cellField(info.cell), 'count');
      }
    }
  }

  #vote(struct: string | undefined, field: string, kind: keyof FieldVotes): void {
    if (struct === undefined) return;
    const key = `${struct}.${field}`;
    const votes = this.#votes.get(key) ?? { users: 0, count: 0, none: 0 };
    votes[kind]++;
    this.#votes.set(key, votes);
  }
}
