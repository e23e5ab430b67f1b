import type { Solved } from '../typestate/analyse';
import type { Sym } from '../typestate/world';

/** Whose mm a value is, by the place that it was read from. */
export type Origin = 'current' | 'task' | 'parameter' | 'vma' | 'other';

/** Branches within branches that are followed. */
const MAX_DEPTH = 4;

/** Of a value that comes from several places, what they agree on; NULL is of nobody. */
export function originOf({ ctx }: Pick<Solved, 'ctx'>, value: Sym, depth = 0): Origin {
  const { symbols } = ctx;
  const info = symbols.info(value);
  if (info.kind === 'phi') {
    const sources = [...info.sources].filter(source => source !== value && !symbols.isConstant(source));
    const [first, ...rest] = sources.map(source =>
      depth < MAX_DEPTH ? originOf({ ctx }, source, depth + 1) : 'other',
    );
    return first !== undefined && rest.every(origin => origin === first) ? first : 'other';
  }
  if (info.kind !== 'initial') return 'other';
  const field = symbols.cellField(info.cell);
  // A lazy-TLB reference has a life of its own.
  if (field === 'active_mm') return 'other';
  if (field === 'vm_mm') return 'vma';
  if (symbols.cellBase(info.cell) === symbols.current) return 'current';
  if (ctx.ownerTypes.get(info.cell) === 'task_struct') return 'task';
  return /^arg\d+$/.test(symbols.slotOf(value) ?? '') ? 'parameter' : 'other';
}
