import type { Solved } from '../typestate/analyse';
import type { RawEvent } from '../typestate/event';
import { countOf, type Holding, TOOK_COUNT, TOOK_USERS, usersOf } from '../typestate/holding';
import type { FieldContracts } from './field-contracts';
import type { Mismatch } from './judged';
import type { Viewer } from './view';

/** References that a field keeps by all of its stores while what ends the field releases the other kind. */
export function findMismatched(solved: Solved, fields: FieldContracts, viewer: Viewer): Mismatch[] {
  return solved.recorder.events.flatMap((event): Mismatch[] => {
    if ((event.kind !== 'acquire' && event.kind !== 'release') || event.inferred) return [];
    const { at, of, resource } = event;
    if (resource !== 'users' && resource !== 'count') return [];
    const field =
      event.kind === 'release'
        ? releasedField(solved, event, fields, resource)
        : resource === 'users'
          ? keptField(solved, event, fields)
          : null;
    return field === null ? [] : [{ at, of: viewer.view(of), resource, field, isStore: event.kind === 'acquire' }];
  });
}

type Taken = Extract<RawEvent, { kind: 'acquire' | 'release' }>;

/** The field whose reference is released here although its stores take the other kind; null for any other release. */
function releasedField(
  { ctx, recorder }: Solved,
  { of: { symbol, holding } }: Taken,
  fields: FieldContracts,
  kind: 'users' | 'count',
): string | null {
  const info = ctx.symbols.info(symbol);
  if (info.kind !== 'initial' || isOwn(holding, kind)) return null;
  const [struct, field] = [ctx.ownerTypes.get(info.cell), ctx.symbols.cellField(info.cell)];
  const isEnd = recorder.frees.some(({ object }) => object === ctx.symbols.cellBase(info.cell));
  return fields.wrongSide(struct, field, kind, isEnd) === 'released' ? `${struct}.${field}` : null;
}

/** This function took what it releases. */
const isOwn = (holding: Holding, kind: 'users' | 'count') =>
  kind === 'users'
    ? usersOf(holding) > 0 || (holding & TOOK_USERS) !== 0
    : countOf(holding) > 0 || (holding & TOOK_COUNT) !== 0;

/** The field that keeps the users which are taken here although a count is what it is rid of; null for none. */
function keptField({ ctx, recorder }: Solved, { of }: Taken, fields: FieldContracts): string | null {
  const { symbols, ownerTypes } = ctx;
  for (const { world } of recorder.exits) {
    if (usersOf(world.holding(of.symbol)) <= 0) continue;
    for (const [cell, value] of world.env.entries()) {
      if (value !== of.symbol || symbols.isLocalCell(cell)) continue;
      const [struct, field] = [ownerTypes.get(cell), symbols.cellField(cell)];
      const votes = fields.votes(struct, field);
      const isEnd = votes !== null && votes.ended.count > 0;
      if (votes?.released.count && fields.wrongSide(struct, field, 'count', isEnd) === 'stored')
        return `${struct}.${field}`;
    }
  }
  return null;
}
