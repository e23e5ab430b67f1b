import type { Context } from '../typestate/context';
import type { Exit } from '../typestate/event';
import type { Slot } from '../typestate/summary';
import type { Sym } from '../typestate/world';

/**
 * The path by which a caller reaches a new object that the function stored for it (`*out = mm`, `info->mm = mm`), or
 * null.
 */
export function slotOfStored(ctx: Context, exit: Exit, symbol: Sym): Slot | null {
  const { symbols } = ctx;
  const { kind } = symbols.info(symbol);
  if (kind !== 'result' && kind !== 'phi') return null;
  for (const [cell, value] of exit.world.env.entries()) {
    if (value !== symbol || symbols.cellField(cell) === 'vm_mm') continue;
    const base = symbols.slotOf(symbols.cellBase(cell));
    if (base !== null) return `${base}.${symbols.cellField(cell)}`;
  }
  return null;
}
