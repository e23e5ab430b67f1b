import { POS } from '../ir/ir';
import type { Solved } from '../typestate/analyse';
import type { ArgumentState, Exit } from '../typestate/event';
import { countOf, type Holding, NEUTRAL, usersOf } from '../typestate/holding';
import type { Cell, Sym } from '../typestate/world';
import type { FieldContracts } from './field-contracts';
import type { Leak, View } from './judged';
import { isLetGo } from './overwritten';
import type { Viewer } from './view';

/** A field that is stored with a reference of which the object has to be rid before it is freed. */
export interface UnreleasedField {
  readonly struct: string;
  readonly field: string;
  readonly kind: 'users' | 'count';
  /** Others release the reference where they free the object; else nothing in the program does. */
  readonly isEnded: boolean;
  /** Some function of the file clears the field, and answers for it. */
  readonly isCleared: boolean;
}

interface SolvedFunction {
  readonly name: string;
  readonly solved: Solved;
}

/** What `fields` say, in a file where no alias that was missed may release such a reference. */
export function findUnreleasedFields(
  fields: FieldContracts,
  functions: readonly SolvedFunction[],
  callsOf: (name: string) => Calls,
): UnreleasedField[] {
  const mayBeAlias = (kind: UnreleasedField['kind']) =>
    functions.some(({ name, solved }) => releasesUnnamed(solved, kind, callsOf(name)));
  return fields
    .unreleased()
    .filter(({ kind, isEnded }) => isEnded || !mayBeAlias(kind))
    .map(field => ({ ...field, isCleared: functions.some(({ solved }) => clearsOf(solved, field) !== undefined) }));
}

/** What the arguments of a function are at each of its calls. */
type Calls = readonly (readonly ArgumentState[])[];

/**
 * Some path releases a reference that came without the name of its field: it may be that of any. `calls` of the function
 * that all give it one of their own show that it is not.
 */
function releasesUnnamed({ ctx, recorder }: Solved, kind: 'users' | 'count', calls: Calls): boolean {
  const isGiven = (symbol: Sym) => {
    const index = /^arg(\d+)$/.exec(ctx.symbols.slotOf(symbol) ?? '')?.[1];
    const given = calls.map(args => args[Number(index)]?.value.holding ?? NEUTRAL);
    return (
      ctx.cfg.isStatic === true && index !== undefined && calls.length > 0 && given.every(one => net(one, kind) > 0)
    );
  };
  const isNamed = (symbol: Sym) => {
    const info = ctx.symbols.info(symbol);
    return info.kind === 'initial' && ctx.ownerTypes.has(info.cell);
  };
  return recorder.exits.some(({ world }) =>
    [...world.held.entries()].some(
      ([symbol, holding]) => net(holding, kind) < 0 && !isNamed(symbol) && !isGiven(symbol),
    ),
  );
}

/** Where this function loses what a field keeps: it frees the object, or clears the field. */
export function findUnreleased(solved: Solved, fields: readonly UnreleasedField[], viewer: Viewer): Leak[] {
  return fields.length > 0 ? [...findFreed(solved, fields, viewer), ...findCleared(solved, fields, viewer)] : [];
}

/** An object from outside is freed, and with it a field whose reference this function does not release. */
function findFreed(solved: Solved, fields: readonly UnreleasedField[], viewer: Viewer): Leak[] {
  const { ctx, recorder } = solved;
  const { symbols } = ctx;
  const found: Leak[] = [];
  for (const { object, struct, span } of recorder.frees) {
    // What this function made itself may not have got its mm yet.
    if (!isFromOutside(solved, object) || found.some(one => one.exit.start === span.start)) continue;
    for (const { field, kind, isEnded } of fields.filter(one => one.struct === struct && !one.isCleared)) {
      const cell = symbols.cell(object, field);
      if (recorder.stores.has(cell)) continue;
      const kept = symbols.initial(cell);
      const exit = recorder.exits.find(({ world }) => (ctx.constraints.maskOf(world, kept) & POS) !== 0);
      if (!exit || recorder.exits.some(({ world }) => net(world.holding(kept), kind) < 0)) continue;
      const of = viewKept(solved, viewer, exit, cell);
      const evidence = isEnded ? 'passed over' : 'unreleased';
      found.push({ resource: kind, exit: span, of, result: exit.mask, pair: null, evidence });
    }
  }
  return found;
}

/** A field is cleared whose reference nothing in the program releases. */
function findCleared(solved: Solved, fields: readonly UnreleasedField[], viewer: Viewer): Leak[] {
  return fields.flatMap((field): Leak[] => {
    const { recorder } = solved;
    const [cell, span] = (field.isEnded ? undefined : clearsOf(solved, field)) ?? [];
    const [exit] = recorder.exits;
    if (cell === undefined || !span || !exit) return [];
    const of = viewKept(solved, viewer, exit, cell);
    return [{ resource: field.kind, exit: span, of, result: exit.mask, pair: null, evidence: 'cleared' }];
  });
}

/** The cell of the field that the function clears, and where, while it names an mm that no path does anything with. */
function clearsOf(solved: Solved, { struct, field }: Pick<UnreleasedField, 'struct' | 'field'>) {
  const { ctx, recorder } = solved;
  return [...recorder.clears].find(
    ([cell]) =>
      ctx.ownerTypes.get(cell) === struct &&
      ctx.symbols.cellField(cell) === field &&
      recorder.exits.every(exit => isLetGo(solved, exit, ctx.symbols.initial(cell))),
  );
}

/** What the cell had at entry, by the name of the cell: the function may know the mm by another as well. */
function viewKept({ ctx }: Solved, viewer: Viewer, { world }: Exit, cell: Cell): View {
  return viewer.view({ ...ctx.snapshot(world, ctx.symbols.initial(cell)), variable: null });
}

const net = (holding: Holding, kind: 'users' | 'count') => (kind === 'users' ? usersOf(holding) : countOf(holding));

function isFromOutside({ ctx }: Solved, object: Sym): boolean {
  const info = ctx.symbols.info(object);
  return info.kind === 'initial' || (info.kind === 'operator' && info.op.startsWith('container_of:'));
}
