import type { Solved } from '../typestate/analyse';
import type { ArgumentState, Snapshot } from '../typestate/event';
import { countOf, TOOK_COUNT, TOOK_USERS, usersOf } from '../typestate/holding';
import type { Cell, Sym, World } from '../typestate/world';
import type { FieldContracts } from './field-contracts';
import type { BareStore } from './judged';
import { originOf } from './origin';
import { isRegistered } from './registered';
import type { Viewer } from './view';

/**
 * Stores of an mm in a field that others can reach, while no path takes a reference for the field to keep. A parameter
 * may bring one along, so what `calls` of the function give it has to be known.
 */
export function findBareStores(
  solved: Solved,
  fields: FieldContracts,
  viewer: Viewer,
  calls: readonly (readonly ArgumentState[])[],
): BareStore[] {
  const { ctx, recorder } = solved;
  const { symbols, ownerTypes } = ctx;
  const found: BareStore[] = [];
  for (const [cell, span] of recorder.stores) {
    const struct = ownerTypes.get(cell);
    const field = symbols.cellField(cell);
    const kept = recorder.exits.flatMap(({ world }) => {
      const value = keptIn(solved, world, cell);
      return value === null ? [] : [{ world, value }];
    });
    const [last] = kept;
    if (!last || !kept.every(({ world, value }) => isBare(world, value) && isBare(world, world.env.get(cell)!)))
      continue;
    const { value } = last;
    const votes = fields.votes(struct, field);
    const releasedElsewhere = votes !== null && votes.released.users + votes.released.count > 0;
    // What a notifier keeps ends with the notifier: it is not what the others release.
    if ((!releasedElsewhere && isRegistered(solved, cell, value)) || mayBeGiven(solved, value, calls)) continue;
    found.push({
      span,
      field: struct === undefined ? symbols.cellName(cell) : `${struct}.${field}`,
      of: viewer.view(ctx.snapshot(last.world, value)),
      from: originOf(solved, value),
      releasedElsewhere,
      referencedElsewhere: votes !== null && votes.stored.users + votes.stored.count > 0,
      usedElsewhere: votes !== null && votes.used > 0 && !isPassedOn(solved, cell),
      usedHere: recorder.events.some(event => event.kind === 'acquire' && event.of.symbol === value),
    });
  }
  return found;
}

/** The mm of somebody else that the path leaves in the field, if only on some of the ways that have met; null for none. */
function keptIn({ ctx: { symbols } }: Solved, world: World, cell: Cell): Sym | null {
  const value = world.env.get(cell);
  const info = value === undefined ? undefined : symbols.info(value);
  if (value === undefined || info?.kind === 'initial') return value ?? null;
  if (info?.kind !== 'phi') return null;
  const stored = [...info.sources].filter(source => source !== symbols.initial(cell));
  const [only] = stored;
  return stored.length === 1 && symbols.info(only!).kind === 'initial' ? only! : null;
}

/** Nothing is held, and nothing was: what was taken before may have been handed over. */
function isBare(world: World, value: Sym): boolean {
  const holding = world.holding(value);
  return usersOf(holding) <= 0 && countOf(holding) <= 0 && !(holding & (TOOK_USERS | TOOK_COUNT));
}

/** A call is given the object as a whole, and may register it with whatever keeps the mm. */
function isPassedOn({ ctx, recorder }: Solved, cell: Cell): boolean {
  const { symbols } = ctx;
  const object = symbols.cellBase(cell);
  return recorder.calls.some(
    ({ callee, args }) => !ctx.lookup(callee)?.frees && args.some(arg => symbols.isBasedOn(object, arg)),
  );
}

/** Some caller may hand over a reference together with the value. */
function mayBeGiven({ ctx }: Solved, value: Sym, calls: readonly (readonly ArgumentState[])[]): boolean {
  const index = /^arg(\d+)$/.exec(ctx.symbols.slotOf(value) ?? '')?.[1];
  if (index === undefined) return false;
  return calls.length === 0 || calls.some(args => isReferenced(args[Number(index)]?.value));
}

function isReferenced(argument: Snapshot | undefined): boolean {
  return !argument || usersOf(argument.holding) > 0 || countOf(argument.holding) > 0;
}
