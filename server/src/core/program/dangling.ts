import { NEG } from '../ir/ir';
import type { Span } from '../text';
import type { Solved } from '../typestate/analyse';
import type { Exit } from '../typestate/event';
import { countOf, usersOf } from '../typestate/holding';
import type { Cell, Sym } from '../typestate/world';
import type { Dangling } from './judged';
import type { Viewer } from './view';

/**
 * Fields that still name an mm which came with a reference, after that reference was put and before any other was taken
 * for the field to keep.
 */
export function findDangling(solved: Solved, viewer: Viewer): Dangling[] {
  const { ctx, recorder } = solved;
  return [...recorder.dangling].flatMap(([cell, { value, put }]): Dangling[] => {
    if (!recorder.stores.has(cell) || isPassedOn(solved, cell, value, put)) return [];
    const use = recorder.events.find(
      ({ kind, at, ...event }) =>
        kind === 'use' && 'of' in event && event.of.symbol === value && at.span.start > put.end,
    );
    // Of a path that failed nobody uses the object.
    const exit = recorder.exits.find(one => (use || one.mask !== NEG) && isLeft(solved, one, cell, value));
    if (!exit) return [];
    const of = viewer.view({ ...ctx.snapshot(exit.world, value), variable: null });
    return [{ span: use?.at.span ?? exit.at.span, of, field: ctx.symbols.cellName(cell), put }];
  });
}

/** The path ends with the mm in the cell, if only on some of the ways that have met, and without a reference to it. */
function isLeft({ ctx: { symbols } }: Solved, { world }: Exit, cell: Cell, value: Sym): boolean {
  const left = world.env.get(cell);
  if (left === undefined) return false;
  const info = symbols.info(left);
  const isNamed = left === value || (info.kind === 'phi' && info.sources.has(value));
  return isNamed && [left, value].every(mm => usersOf(world.holding(mm)) <= 0 && countOf(world.holding(mm)) <= 0);
}

/** What nothing is known of is given the mm or its object before the put, and may take a reference for it. */
function isPassedOn({ ctx, recorder }: Solved, cell: Cell, mm: Sym, put: Span): boolean {
  const { symbols } = ctx;
  const stored = recorder.stores.get(cell)?.start ?? 0;
  return recorder.calls.some(
    ({ callee, args, span }) =>
      span.start >= stored &&
      span.start < put.start &&
      ctx.lookup(callee) === undefined &&
      args.some(arg => arg === mm || symbols.isBasedOn(symbols.cellBase(cell), arg)),
  );
}
