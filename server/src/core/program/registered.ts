import type { Solved } from '../typestate/analyse';
import type { Cell, Sym } from '../typestate/world';

/** Names of functions that register a notifier, but not of those that end it. */
const REGISTERS = /notifier\w*_(?:register|insert)|(?:^|_)register\w*_notifier/;

/**
 * A notifier inside of the object that has this cell is registered with the mm in it, which keeps the struct from then on
 * (`__mmu_notifier_register()` of mm/mmu_notifier.c grabs it).
 */
export function isRegistered({ ctx, recorder }: Solved, cell: Cell, value: Sym): boolean {
  const { symbols } = ctx;
  const object = symbols.cellBase(cell);
  return recorder.calls.some(
    ({ callee, args }) =>
      REGISTERS.test(callee) && args.includes(value) && args.some(arg => symbols.isBasedOn(arg, object)),
  );
}
