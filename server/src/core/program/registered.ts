import type { Solved } from '../typestate/analyse';
import type { Cell, Sym } from '../typestate/world';

/**
 * A notifier inside of the object that has this cell is subscribed to the mm in it, and keeps the struct from then on.
 */
export function isRegistered({ ctx, recorder }: Solved, cell: Cell, value: Sym): boolean {
  const { symbols } = ctx;
  const object = symbols.cellBase(cell);
  return recorder.calls.some(({ callee, args }) =>
    ctx.lookup(callee)?.subscribes?.some(({ of, to }) => {
      const [subscription, mm] = [of, to].map(slot => args[Number(slot.slice('arg'.length))]);
      return mm === value && subscription !== undefined && symbols.isBasedOn(subscription, object);
    }),
  );
}
