import type { Solved } from '../typestate/analyse';
import type { ArgumentState, Exit, Snapshot } from '../typestate/event';
import { countOf, TOOK_COUNT, TOOK_USERS, usersOf } from '../typestate/holding';
import type { Cell, Sym } from '../typestate/world';
import type { FieldContracts } from './field-contracts';
import type { BareStore } from './judged';
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
    const kept = recorder.exits.filter(({ world }) => isKept(solved, world.env.get(cell)));
    const [last] = kept;
    if (!last || !kept.every(exit => isBare(exit, cell))) continue;
    const value = last.world.env.get(cell)!;
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

/** The exit leaves an mm of somebody else in the field. */
function isKept({ ctx }: Solved, value: Sym | undefined): boolean {
  return value !== undefined && !ctx.symbols.isConstant(value) && ctx.symbols.info(value).kind === 'initial';
}

/** Nothing is held, and nothing was: what was taken before may have been handed over. */
function isBare({ world }: Exit, cell: Cell): boolean {
  const holding = world.holding(world.env.get(cell)!);
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

function originOf({ ctx }: Solved, value: Sym): BareStore['from'] {
  const { symbols } = ctx;
  const info = symbols.info(value);
  if (info.kind !== 'initial') return 'other';
  const field = symbols.cellField(info.cell);
  // A lazy-TLB reference has a life of its own.
  if (field === 'active_mm') return 'other';
  if (field === 'vm_mm') return 'vma';
  if (symbols.cellBase(info.cell) === symbols.current) return 'current';
  if (ctx.ownerTypes.get(info.cell) === 'task_struct') return 'task';
  return /^arg\d+$/.test(symbols.slotOf(value) ?? '') ? 'parameter' : 'other';
}
