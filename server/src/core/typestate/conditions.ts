import { ANY } from '../ir/ir';
import type { Context } from './context';
import type { Condition, SlotExpr } from './summary';
import { NO_SYM, type SymbolTable } from './symbols';
import type { Sym, World } from './world';

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
    const expr = slotExprOf(symbols, symbol);
    if (expr === null || (typeof expr === 'string' && /^arg\d+$/.test(expr))) continue;
    const mask = constraints.maskOf(world, symbol);
    if (mask !== ANY && mask !== info.mask) conditions.set(JSON.stringify(expr), { of: expr, mask });
  }
  return conditions;
}

/** The symbol as an expression over slots and constants, or null when a caller cannot rebuild it. */
export function slotExprOf(symbols: SymbolTable, symbol: Sym, depth = 0): SlotExpr | null {
  if (depth > 4) return null;
  const info = symbols.info(symbol);
  if (info.kind === 'constant') return { const: info.text };
  // What could not be evaluated has no operands, and is another unknown in each call.
  if (info.kind !== 'operator' || info.a === NO_SYM) return info.kind === 'initial' ? symbols.slotOf(symbol) : null;
  const args: SlotExpr[] = [];
  for (const operand of [info.a, info.b]) {
    if (operand === NO_SYM) continue;
    const part = slotExprOf(symbols, operand, depth + 1);
    if (part === null) return null;
    args.push(part);
  }
  return { op: info.op, args };
}
