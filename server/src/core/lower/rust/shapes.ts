import type { Type } from '../../ir/ir';
import type { Items } from '../../rust/items';
import { type RustType, resolve } from '../../rust/types';
import type { Span } from '../../text';

/**
 * In the IR a Rust value is what C would have in its place: references, `ARef`, `Box`, `Option`, guards and raw pointers
 * of one object are all the pointer to it. `None` is NULL, `Err` is an ERR_PTR or a negative number.
 */

/** Types that add nothing to the pointer that they hold. */
const TRANSPARENT: ReadonlySet<string> = new Set([
  'ARef',
  'Arc',
  'ArcBorrow',
  'Box',
  'KBox',
  'KVBox',
  'VBox',
  'UniqueArc',
  'ListArc',
  'ManuallyDrop',
  'MaybeUninit',
  'NonNull',
  'Opaque',
  'Option',
  'Pin',
  'Result',
  'ScopeGuard',
  'UnsafeCell',
]);

const SCALAR = /^(?:bool|char|str|[iu](?:8|16|32|64|128|size)|f32|f64|c_\w+|Error|\w*_t|vm_flags_t)$/;

/** Types of the kernel nest to five or so. */
const MAX_DEPTH = 12;

/** The type that a local of the IR has. */
export function shapeOf(items: Items, type: RustType): Type {
  let found = resolve(type);
  let indirections = 0;
  for (let depth = 0; depth < MAX_DEPTH; depth++) {
    if (found.kind === 'pointer') {
      const inner = resolve(found.of);
      if (inner.kind === 'pointer') indirections++;
      found = inner;
    } else if (found.kind === 'reference') found = resolve(found.of);
    else if (found.kind === 'opaque' && found.target) found = resolve(found.target);
    else if (found.kind === 'path' && TRANSPARENT.has(found.name) && found.args[0]) found = resolve(found.args[0]);
    else break;
  }
  if (found.kind === 'tuple') return found.items.length === 0 ? scalar('int') : object('tuple', 0);
  if (found.kind !== 'path') return object('_', 0);
  if (SCALAR.test(found.name))
    return indirections > 0 || type !== found ? object(found.name, indirections) : scalar(found.name);
  const struct = items.type(found.name)?.struct ?? found.name.replace(/^bindings::/, '');
  return object(struct, indirections);
}

function object(name: string, indirections: number): Type {
  return { name, pointers: 1 + indirections, array: false, aggregate: false };
}

function scalar(name: string): Type {
  return { name, pointers: 0, array: false, aggregate: false };
}

/** Whether a value of the type is a number or a truth, which no pointer can stand for. */
export function isScalar(type: RustType): boolean {
  const found = resolve(type);
  return (found.kind === 'path' && SCALAR.test(found.name)) || (found.kind === 'tuple' && found.items.length === 0);
}

/** `Option` and `Result`: which of the two, and what they hold. */
export function choiceOf(
  type: RustType,
): { readonly kind: 'Option' | 'Result'; readonly payload: RustType | null } | null {
  let found = resolve(type);
  while (found.kind === 'reference') found = resolve(found.of);
  if (found.kind !== 'path' || (found.name !== 'Option' && found.name !== 'Result')) return null;
  return { kind: found.name, payload: found.args[0] ?? null };
}

/** The name of the C struct, or Rust struct, that a value is a pointer to; null for numbers and what is unknown. */
export function structOf(items: Items, type: RustType): string | null {
  const { name, pointers } = shapeOf(items, type);
  return pointers === 1 && name !== '_' && name !== 'tuple' ? name : null;
}

/** What the declared type proves of the mm that a value denotes: its users, or only the struct. */
export function keptBy(items: Items, type: RustType): 'users' | 'count' | null {
  const handle = items.handleIn(type);
  return handle?.struct === 'mm_struct' && (handle.handle === 'users' || handle.handle === 'count')
    ? handle.handle
    : null;
}

/** An operand that the source does not spell stands at an empty span. */
export function emptyAt({ start }: Span): Span {
  return { start, end: start };
}
