import { ANY } from '../ir/ir';
import type { Context } from './context';
import type { Condition } from './summary';
import type { World } from './world';

/** What a path has assumed of the caller's arguments so far, by the text of the slot expression. */
export function conditionsAt({ symbols, constraints, cfg }: Context, world: World): Map<string, Condition> {
  const conditions = new Map<string, Condition>();
  cfg.parameters.forEach((parameter, index) => {
    const mask = constraints.maskOf(world, symbols.initial(symbols.variableCell(parameter)));
    if (mask !== ANY) conditions.set(`arg${index}`, { of: `arg${index}`, mask });
  });
  for (const symbol of world.masks.keys()) {
    const info = symbols.info(symbol);
    if (info.kind !== 'initial' && info.kind !== 'operator') continue;
    const expr = symbols.slotExprOf(symbol);
    if (expr === null || (typeof expr === 'string' && /^arg\d+$/.test(expr))) continue;
    const mask = constraints.maskOf(world, symbol);
    if (mask !== ANY && mask !== info.mask) conditions.set(JSON.stringify(expr), { of: expr, mask });
  }
  return conditions;
}
