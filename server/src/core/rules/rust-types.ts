import type { TypeItem } from '../rust/items';
import type { RustJudged } from '../rust/judged';
import { type RustType, resolve } from '../rust/types';

type Known = Pick<RustJudged, 'items'>;

/** Types nest to five or so. */
const MAX_DEPTH = 8;

/** The counted type, a reference of which this value releases when it is dropped; null for everything else. */
export function countedBy({ items }: Known, type: RustType, depth = 0): TypeItem | null {
  const found = resolve(type);
  if (found.kind !== 'path' || depth > MAX_DEPTH) return null;
  const [inner] = found.args;
  if (!inner) return null;
  if (found.name !== 'ARef') return OWNERS.has(found.name) ? countedBy({ items }, inner, depth + 1) : null;
  const counted = resolve(inner);
  const item = counted.kind === 'path' ? items.type(counted.name) : null;
  return item?.refcount ? item : null;
}

/** Types that drop what they hold. */
const OWNERS: ReadonlySet<string> = new Set(['Option', 'Result', 'Box', 'KBox', 'Pin']);

/** The guard that a value is, also as the success of a trylock. */
export function guardIn({ items }: Known, type: RustType): TypeItem | null {
  const found = resolve(type);
  if (found.kind !== 'path') return null;
  const item = items.type(found.name);
  if (item?.guard && item.drop) return item;
  return found.name === 'Option' && found.args[0] ? guardIn({ items }, found.args[0]) : null;
}
