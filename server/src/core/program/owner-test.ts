import type { Solved } from '../typestate/analyse';
import type { Sym } from '../typestate/world';

/** The object that keeps the mm counts its own users, and the function reads how many: that may be the exit test. */
export function isTestedByOwner({ ctx, recorder }: Solved, mm: Sym): boolean {
  const { symbols } = ctx;
  const info = symbols.info(mm);
  if (info.kind !== 'initial') return false;
  const owner = symbols.cellBase(info.cell);
  return recorder.calls.some(({ callee, args: [counter] }) => {
    if (!/^(?:atomic(?:64|_long)?|refcount)_read$/.test(callee) || counter === undefined) return false;
    const member = symbols.info(counter);
    // Not every atomic variable is a counter.
    const isCounter =
      callee === 'refcount_read' || (member.kind === 'fieldAddress' && /ref|count|users|usage/.test(member.field));
    return isCounter && symbols.isDerivedFrom(counter, owner);
  });
}
