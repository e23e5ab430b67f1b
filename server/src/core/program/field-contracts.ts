import { NEG, POS } from '../ir/ir';
import type { Spot } from '../text';
import type { Solved } from '../typestate/analyse';
import type { RawEvent, Snapshot } from '../typestate/event';
import { countOf, DETACHED, type Holding, TOOK_COUNT, TOOK_USERS, usersOf } from '../typestate/holding';
import type { Cell, Sym } from '../typestate/world';
import { isRegistered } from './registered';
import type { UnreleasedField } from './unreleased';

/** How many functions store the field with each kind of reference, and how many release what it keeps. */
export interface FieldVotes {
  readonly stored: { users: number; count: number; none: number };
  readonly released: { users: number; count: number };
  /** How many of those that release it free the object as well. */
  readonly ended: { users: number; count: number };
  /** How many functions take one more of the mm that it names, and keep it when they return. */
  readonly lent: { users: number; count: number };
  /** How many functions look into the mm that the field names without a reference of their own. */
  used: number;
  /** How many functions store the field in an object whose notifier keeps the struct. */
  registered: number;
  /** How many functions compare the field with `current->mm`: they serve only the task that owns the object. */
  compared: number;
  /** How many functions test whether the users of the mm that it names are gone. */
  doubted: number;
  /** How many functions pass on an mm of somebody else's in such a struct on their stack. */
  carried: number;
  /** How many functions pass it to another, whose contract depends on what the field keeps. */
  passed: number;
  /** One place for each kind, where another file has it. */
  readonly places: { users?: Spot; count?: Spot };
}

/** One function stores, releases or uses `struct.field`. */
export interface Vote {
  readonly field: string;
  readonly act:
    | 'stored'
    | 'registered'
    | 'released'
    | 'ended'
    | 'lent'
    | 'used'
    | 'compared'
    | 'doubted'
    | 'carried'
    | 'passed';
  readonly kind: 'users' | 'count' | 'none';
  /** Where it is seen, relative to the function's text, in UTF-16 units. */
  readonly at: number;
}

/** Fields whose kind is no property of the field: who reads them decides. */
const NOT_CONTRACTED = new Set(['task_struct.mm', 'task_struct.active_mm', 'vm_area_struct.vm_mm']);

/**
 * What a field of type `struct mm_struct *` keeps, learnt from every place that stores it or puts what it holds:
 * `binder_alloc.mm` is stored with mmgrab() and dropped with mmdrop(), so it is an `Mm`.
 */
export class FieldContracts {
  /** Votes of the fields that this file votes on, together with those of other files. */
  #own: ReadonlyMap<string, FieldVotes> = new Map();

  /** `elsewhere` gives the votes of other files. */
  constructor(private readonly elsewhere: (field: string) => FieldVotes | undefined = () => undefined) {}

  /** Votes of `struct.field`, or null. An unknown struct votes by the field's name alone. */
  votes(struct: string | undefined, field: string): FieldVotes | null {
    if (struct === undefined) return null;
    return this.#own.get(`${struct}.${field}`) ?? this.elsewhere(`${struct}.${field}`) ?? null;
  }

  /** The reference that the field keeps by majority; null when nobody says. */
  kind(struct: string | undefined, field: string): 'users' | 'count' | null {
    const votes = this.votes(struct, field);
    if (!votes) return null;
    const users = usersVotes(votes);
    const count = countVotes(votes);
    return users + count === 0 ? null : count >= users ? 'count' : 'users';
  }

  /** Does storing a handle in the field hand over this reference? Whoever releases the field decides. */
  discharges(struct: string | undefined, field: string, resource: 'users' | 'count'): boolean {
    const votes = this.votes(struct, field);
    if (!votes) return true;
    const { stored, released } = votes;
    const isReleased = released.count > 0 || (resource === 'users' ? released.users : usersVotes(votes)) > 0;
    if (isReleased) return released[resource] > 0;
    return stored.users + stored.count === 0 || stored[resource] > 0;
  }

  /** Takes the votes of this file's functions, in place of those it took before. */
  learn(solved: Iterable<Solved>): void {
    const own = new Map<string, FieldVotes>();
    for (const one of solved) {
      for (const vote of votesOf(one)) {
        if (!own.has(vote.field)) own.set(vote.field, copyVotes(this.elsewhere(vote.field)));
        countVote(own.get(vote.field)!, vote);
      }
    }
    this.#own = own;
  }

  /**
   * Every function of this file that has to do with the field's reference treats it as a count, or every function of
   * the program does. `isForOwner`: where the object serves only the task that owns it, that task keeps more.
   */
  isSurelyCount(struct: string, field: string, isForOwner: boolean): boolean {
    const votes = this.votes(struct, field);
    if (votes === null || usersVotes(votes) > 0) return false;
    const { stored, released, registered } = votes;
    const own = countVotes(votes) - countVotes(this.elsewhere(`${struct}.${field}`));
    const isOurs = this.#own.has(`${struct}.${field}`) && own > 0;
    if (isForOwner && this.isForOwner(struct, field)) return false;
    if (isOurs) return true;
    return (stored.count > 0 && released.count > 0) || registered > 0;
  }

  /** The field is compared with `current->mm`, by more functions than those of this file that ask whether its users are gone. */
  isForOwner(struct: string | undefined, field: string): boolean {
    const votes = this.votes(struct, field);
    if (votes === null || votes.compared === 0) return false;
    return votes.compared >= votes.doubted - (this.elsewhere(`${struct}.${field}`)?.doubted ?? 0);
  }

  /** Some functions keep users in the field and some a count: something else tells which it is. */
  isMixed(struct: string | undefined, field: string): boolean {
    const votes = this.votes(struct, field);
    return votes !== null && votes.stored.users > 0 && votes.stored.count > 0;
  }

  /**
   * Fields that keep a reference which no function of the program releases, and those for which each that does frees the
   * object as well, so that whoever else frees it has to do so too.
   */
  unreleased(): Omit<UnreleasedField, 'isCleared'>[] {
    return [...this.#own].flatMap(([name, { stored, released, ended, lent }]) => {
      const [kind, other] = stored.count > 0 ? (['count', 'users'] as const) : (['users', 'count'] as const);
      if (stored[kind] === 0 || stored.none > 0 || ended[kind] !== released[kind]) return [];
      // It may be released, although by the wrong call.
      if (ended[other] > 0 || (released[other] > 0 && lent[other] === 0)) return [];
      const dot = name.lastIndexOf('.');
      return [{ struct: name.slice(0, dot), field: name.slice(dot + 1), kind, isEnded: ended[kind] > 0 }];
    });
  }

  /**
   * Which side is wrong where a reference of this kind is released, `isEnd`: with the object, although no store of the
   * field takes one and some take the other kind; null where that proves nothing.
   */
  wrongSide(
    struct: string | undefined,
    field: string,
    kind: 'users' | 'count',
    isEnd: boolean,
  ): 'stored' | 'released' | null {
    const votes = this.votes(struct, field);
    const other = kind === 'users' ? 'count' : 'users';
    if (votes === null || votes.stored[kind] > 0 || votes.stored[other] === 0) return null;
    if (!isEnd && (votes.lent[kind] > 0 || votes.released[other] > 0)) return null;
    // Nobody would ask for users that the field keeps.
    return kind === 'count' && votes.doubted > 0 ? 'stored' : 'released';
  }

  /** Where another file shows what the field keeps, or null. */
  place(struct: string | undefined, field: string, kind: 'users' | 'count'): Spot | null {
    return this.votes(struct, field)?.places[kind] ?? null;
  }

  /** Equal digests answer every question about these fields alike; without names, about those of this file. */
  digest(fields: Iterable<string> = [...this.#own.keys()].sort()): string {
    let digest = '';
    for (const field of fields) digest += `${field} ${JSON.stringify(this.#own.get(field) ?? this.elsewhere(field))},`;
    return digest;
  }
}

/** Functions that store or release the field as users. What one function took for itself, another puts. */
const usersVotes = ({ stored, released, lent }: FieldVotes) =>
  stored.users > 0 || lent.users === 0 ? stored.users + released.users : 0;

/** Functions that store or release the field as a count. */
const countVotes = (votes: FieldVotes | undefined) =>
  votes ? votes.stored.count + votes.registered + votes.released.count : 0;

export function copyVotes(votes: FieldVotes | undefined): FieldVotes {
  return {
    stored: { users: 0, count: 0, none: 0, ...votes?.stored },
    released: { users: 0, count: 0, ...votes?.released },
    ended: { users: 0, count: 0, ...votes?.ended },
    lent: { users: 0, count: 0, ...votes?.lent },
    used: votes?.used ?? 0,
    registered: votes?.registered ?? 0,
    compared: votes?.compared ?? 0,
    doubted: votes?.doubted ?? 0,
    carried: votes?.carried ?? 0,
    passed: votes?.passed ?? 0,
    places: { ...votes?.places },
  };
}

export function countVote(votes: FieldVotes, { act, kind }: Pick<Vote, 'act' | 'kind'>): void {
  if (act === 'stored') votes.stored[kind]++;
  else if (act !== 'released' && act !== 'ended' && act !== 'lent') votes[act]++;
  else if (kind !== 'none') votes[act][kind]++;
}

const known = new WeakMap<Solved, readonly Vote[]>();

/** What one function says of fields; it stays the same as long as the function's result is kept. */
export function votesOf(solved: Solved): readonly Vote[] {
  const before = known.get(solved);
  if (before) return before;
  const { symbols, constraints, ownerTypes } = solved.ctx;
  // A function has one vote for each kind, however many paths it has.
  const votes = new Map<string, Vote>();
  const vote = (cell: Cell, act: Vote['act'], kind: Vote['kind'], at: number) => {
    const struct = ownerTypes.get(cell);
    if (struct === undefined) return;
    const field = `${struct}.${symbols.cellField(cell)}`;
    if (NOT_CONTRACTED.has(field)) return;
    votes.set(`${field} ${act} ${kind}`, { field, act, kind, at });
  };
  for (const { world, mask, at: exit } of solved.recorder.exits) {
    for (const [cell, value] of world.env.entries()) {
      if (symbols.cellDenotes(cell) !== 'mm' || symbols.isConstant(value)) continue;
      const holding = world.holding(value);
      if (symbols.isLocalCell(cell)) {
        // A struct on the stack only carries what somebody keeps meanwhile.
        if (usersOf(holding) <= 0 && countOf(holding) <= 0) vote(cell, 'carried', 'none', exit.span.start);
        continue;
      }
      const place = (resource: 'users' | 'count') =>
        (world.history.get(value) ?? []).findLast(step => step.resource === resource)?.span.start ?? exit.span.start;
      if (usersOf(holding) > 0) vote(cell, 'stored', 'users', place('users'));
      if (countOf(holding) > 0) vote(cell, 'stored', 'count', place('count'));
      // A reference that was taken and given back shows a path that failed: the field is not used any more.
      const isBare = usersOf(holding) <= 0 && countOf(holding) <= 0 && !(holding & (TOOK_USERS | TOOK_COUNT));
      // A comparison gives a field a value without a store.
      if (!isBare || !(world.holding(symbols.initial(cell)) & DETACHED)) continue;
      // Of a path that failed nobody uses the object, and where a call gave no mm there is nothing to keep.
      if (mask === NEG || !(constraints.maskOf(world, value) & POS) || mayBeAcquired(solved, value)) continue;
      const given = givenWith(solved, value);
      if (isRegistered(solved, cell, value)) vote(cell, 'registered', 'count', exit.span.start);
      else if (given) vote(cell, 'stored', given, exit.span.start);
      else vote(cell, 'stored', 'none', exit.span.start);
    }
    for (const [symbol, holding] of world.held.entries()) {
      const info = symbols.info(symbol);
      if (info.kind !== 'initial') continue;
      const place = world.history.get(symbol)?.at(-1)?.span.start ?? exit.span.start;
      if (usersOf(holding) > 0) vote(info.cell, 'lent', 'users', place);
      if (countOf(holding) > 0) vote(info.cell, 'lent', 'count', place);
    }
  }
  for (const event of solved.recorder.events) {
    const kind = event.kind === 'release' ? event.resource : null;
    if (event.kind !== 'release' || (kind !== 'users' && kind !== 'count')) continue;
    const info = symbols.info(event.of.symbol);
    // Who puts more than it took, or the other kind, has a defect of its own and says nothing of the field.
    if (info.kind !== 'initial' || isHeldOrTaken(event.of.holding, kind)) continue;
    const object = symbols.cellBase(info.cell);
    vote(info.cell, 'released', kind, event.at.span.start);
    if (solved.recorder.frees.some(free => free.object === object)) vote(info.cell, 'ended', kind, event.at.span.start);
  }
  for (const event of solved.recorder.events) {
    for (const { symbol } of usedIn(event)) {
      const info = symbols.info(symbol);
      if (info.kind === 'initial') vote(info.cell, 'used', 'none', event.at.span.start);
    }
  }
  for (const args of [...solved.recorder.arguments.values()].flat(2)) {
    const info = symbols.info(args.value.symbol);
    if (info.kind === 'initial' && symbols.cellDenotes(info.cell) === 'mm') vote(info.cell, 'passed', 'none', 0);
  }
  const ofCurrent = symbols.initial(symbols.cell(symbols.current, 'mm'));
  for (const operator of symbols.operatorsOn(ofCurrent)) {
    const info = symbols.info(operator);
    if (info.kind !== 'operator' || (info.op !== '==' && info.op !== '!=')) continue;
    const other = symbols.info(info.a === ofCurrent ? info.b : info.a);
    // Whoever asks for users where it is another's does not only serve the owner.
    const isDoubted = solved.recorder.doubted.has(info.a === ofCurrent ? info.b : info.a);
    if (other.kind === 'initial' && !isDoubted) vote(other.cell, 'compared', 'none', 0);
  }
  for (const symbol of solved.recorder.doubted) {
    const info = symbols.info(symbol);
    if (info.kind === 'initial') vote(info.cell, 'doubted', 'none', 0);
  }
  const cast = [...votes.values()];
  known.set(solved, cast);
  return cast;
}

const isHeldOrTaken = (holding: Holding, kind: 'users' | 'count') =>
  usersOf(holding) > 0 || countOf(holding) > 0 || (holding & (kind === 'users' ? TOOK_USERS : TOOK_COUNT)) !== 0;

/** On some of the paths that meet here a call handed it out with a reference; of the others it gave none. */
function mayBeAcquired({ ctx: { symbols } }: Solved, value: Sym): boolean {
  const info = symbols.info(value);
  return info.kind === 'phi' && [...info.sources].some(source => symbols.isAcquired(source));
}

/** The reference that comes with a parameter, as a path shows that puts what it did not take. */
function givenWith({ ctx, recorder }: Solved, value: Sym): 'users' | 'count' | null {
  if (!/^arg\d+$/.test(ctx.symbols.slotOf(value) ?? '')) return null;
  const put = recorder.exits.map(({ world }) => world.holding(value));
  if (put.some(holding => usersOf(holding) < 0)) return 'users';
  return put.some(holding => countOf(holding) < 0) ? 'count' : null;
}

/** The mms that an event looks into while this function holds no reference on them. */
function usedIn(event: RawEvent): Snapshot[] {
  const used: (Snapshot | null)[] = [];
  if (event.kind === 'acquire' || (event.kind === 'use' && event.what === 'mm' && event.how !== 'passed'))
    used.push(event.of);
  if (event.kind === 'call' && event.summary.declared)
    used.push(...event.demands.map(({ demand, of }) => (demand.verb === 'needs' ? of : null)));
  return used.filter(of => of !== null).filter(({ holding }) => usersOf(holding) <= 0 && countOf(holding) <= 0);
}
