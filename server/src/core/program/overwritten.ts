import { POS } from '../ir/ir';
import type { Solved } from '../typestate/analyse';
import type { Exit } from '../typestate/event';
import { countOf, ESCAPED, usersOf } from '../typestate/holding';
import { NO_SYM } from '../typestate/symbols';
import type { Cell, Sym } from '../typestate/world';
import type { FieldContracts } from './field-contracts';
import type { Leak } from './judged';
import type { Viewer } from './view';

/**
 * A field that keeps a reference is given another mm with a reference of its own, while nothing releases the one that it
 * kept: with the last pointer to it, the reference is lost.
 */
export function findOverwritten(solved: Solved, fields: FieldContracts, viewer: Viewer): Leak[] {
  const { ctx, recorder } = solved;
  const { symbols, ownerTypes } = ctx;
  const found: Leak[] = [];
  for (const [cell, span] of recorder.stores) {
    const struct = ownerTypes.get(cell);
    const field = symbols.cellField(cell);
    const resource = fields.kind(struct, field);
    // Only a field that somebody empties by releasing it owns what it names.
    if (resource === null || !fields.votes(struct, field)?.released[resource]) continue;
    const old = symbols.initial(cell);
    const exit = recorder.exits.find(one => takesAnother(one, cell, resource) && isLost(solved, one, cell));
    if (!exit) continue;
    const of = viewer.view(ctx.snapshot(exit.world, old));
    found.push({ resource, exit: span, of, result: exit.mask, pair: null, evidence: 'overwritten' });
  }
  return found;
}

function takesAnother({ world }: Exit, cell: Cell, resource: 'users' | 'count'): boolean {
  const taken = world.holding(world.env.get(cell) ?? NO_SYM);
  return (resource === 'users' ? usersOf(taken) : countOf(taken)) > 0;
}

function isLost(solved: Solved, { world, result }: Exit, cell: Cell): boolean {
  const { symbols, constraints } = solved.ctx;
  const old = symbols.initial(cell);
  const now = world.env.get(cell);
  if (now === undefined || now === old || constraints.maskOf(world, old) !== POS) return false;
  return isLetGo(solved, { world, result }, old);
}

/** The path neither puts the mm nor hands it to anybody. */
export function isLetGo(
  { ctx, recorder }: Solved,
  { world, result }: Pick<Exit, 'world' | 'result'>,
  old: Sym,
): boolean {
  const { symbols } = ctx;
  const held = world.holding(old);
  if (usersOf(held) !== 0 || countOf(held) !== 0 || held & ESCAPED) return false;
  if (result === old || [...world.env.entries()].some(([other, value]) => value === old && !symbols.isLocalCell(other)))
    return false;
  // A call that nothing is known of may release it, unless this function goes on using it.
  const used = recorder.events.filter(event => event.kind !== 'call' && event.of.symbol === old);
  const lastUse = Math.max(-1, ...used.map(event => event.at.span.start));
  return !recorder.calls.some(
    ({ callee, args, span }) => span.start >= lastUse && args.includes(old) && ctx.lookup(callee) === undefined,
  );
}
