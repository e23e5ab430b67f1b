import type { Items, TypeItem } from './items';
import { headName, type RustType, resolve, UNIT } from './types';
import { substitute } from './unify';

/** What the end of a value runs, as the compiler makes it: its own `Drop`, then that of its fields in their order. */
export interface DropGlue {
  readonly type: RustType;
  /** Nothing runs for `None` and `Err`. */
  readonly isOptional: boolean;
  /** The C function, or the `drop()` of a Rust type. */
  readonly callee: string | null;
  readonly fields: readonly { readonly name: string; readonly glue: DropGlue }[];
}

/** Types that drop what they hold. */
const OWNERS: ReadonlySet<string> = new Set(['Option', 'Result', 'Box', 'KBox', 'KVBox', 'VBox', 'Pin']);

/** Types of the kernel nest to five or so. */
const MAX_DEPTH = 8;

/** Structs without arguments, which are most: what they drop does not change. */
const known = new WeakMap<Items, Map<string, DropGlue | null>>();

/** Null for a value whose end does nothing that matters here. */
export function dropGlue(items: Items, type: RustType, depth = 0): DropGlue | null {
  const found = resolve(type);
  if (found.kind === 'tuple' && depth <= MAX_DEPTH) return glueOfTuple(items, found, depth);
  // Numbers have nothing to drop.
  if (found.kind !== 'path' || depth > MAX_DEPTH || !/^[A-Z]/.test(found.name)) return null;
  const [inner] = found.args;
  if (found.name === 'ARef') {
    const counted = inner && resolve(inner);
    const refcount = counted?.kind === 'path' ? items.type(counted.name)?.refcount : null;
    return refcount ? leaf(found, refcount.drop) : null;
  }
  if (OWNERS.has(found.name)) {
    const glue = inner ? dropGlue(items, inner, depth + 1) : null;
    const isOptional = found.name === 'Option' || found.name === 'Result';
    return glue && { ...glue, isOptional: glue.isOptional || isOptional };
  }
  const item = items.type(found.name);
  if (item?.drop) return leaf(found, item.drop);
  for (const arg of found.args) {
    const backend = resolve(arg);
    const unlock = backend.kind === 'path' && found.name === 'Guard' ? items.type(backend.name)?.unlock : undefined;
    if (unlock !== undefined) return leaf(found, unlock);
  }
  if (found.args.length > 0) return glueOfStruct(items, found, item, depth);
  const kept = known.get(items) ?? new Map<string, DropGlue | null>();
  known.set(items, kept);
  let glue = kept.get(found.name);
  if (glue === undefined) {
    // A struct that holds itself in a box drops nothing more for that.
    kept.set(found.name, null);
    glue = glueOfStruct(items, found, item, depth);
    kept.set(found.name, glue);
  }
  return glue;
}

function glueOfTuple(items: Items, type: RustType & { readonly kind: 'tuple' }, depth: number): DropGlue | null {
  const fields = type.items.flatMap((item, i) => {
    const glue = dropGlue(items, item, depth + 1);
    return glue ? [{ name: String(i), glue }] : [];
  });
  return fields.length > 0 ? { type, isOptional: false, callee: null, fields } : null;
}

function leaf(type: RustType, callee: string): DropGlue {
  return { type, isOptional: false, callee, fields: [] };
}

function glueOfStruct(
  items: Items,
  type: RustType & { readonly kind: 'path' },
  here: TypeItem | null,
  depth: number,
): DropGlue | null {
  const item = here ?? items.declaredType(type.name);
  const path = `${type.name}::drop`;
  const callee = (item === here ? items.function(path) : items.declaredFunction(path)) ? path : null;
  const by = new Map(item?.generics.map((name, i) => [name, type.args[i] ?? type]));
  const fields = [...(item?.fields ?? [])].flatMap(([name, field]) => {
    const glue = dropGlue(items, substitute(field, by), depth + 1);
    return glue ? [{ name, glue }] : [];
  });
  return callee || fields.length > 0 ? { type, isOptional: false, callee, fields } : null;
}

/** One call of the glue. */
export interface DropCall {
  readonly callee: string;
  readonly type: RustType;
  /** The fields that lead to what is dropped: none for the value itself. */
  readonly path: readonly string[];
  readonly isOptional: boolean;
}

/** The calls in their order. */
export function dropCalls(glue: DropGlue | null, path: readonly string[] = [], isOptional = false): DropCall[] {
  if (!glue) return [];
  const maybe = isOptional || glue.isOptional;
  const own = glue.callee === null ? [] : [{ callee: glue.callee, type: glue.type, path, isOptional: maybe }];
  return [...own, ...glue.fields.flatMap(({ name, glue: part }) => dropCalls(part, [...path, name], maybe))];
}

/** The counted type, a reference of which the value itself is, perhaps in an `Option` or a box; null for everything else. */
export function countedBy(items: Items, type: RustType): TypeItem | null {
  const own = dropGlue(items, type)?.type;
  const counted = own?.kind === 'path' && own.name === 'ARef' && own.args[0] ? headName(own.args[0]) : null;
  return counted === null ? null : items.type(counted);
}

/** The guard that a value is, also as the success of a trylock. */
export function guardIn(items: Items, type: RustType): TypeItem | null {
  const own = headName(dropGlue(items, type)?.type ?? UNIT);
  const item = own === null ? null : items.type(own);
  return item?.guard && item.drop ? item : null;
}

/** Whether anybody has to drop a value of the type. */
export function isDropped(items: Items, type: RustType): boolean {
  return dropGlue(items, type) !== null;
}

/** Whether an mm, a guard or a vma is concerned when a value ends: it is one, or one is in a struct that drops something. */
export function endsHandle(items: Items, type: RustType): boolean {
  const glue = dropGlue(items, type);
  return glue !== null && (items.handleIn(type) !== null || concerns(items, glue));
}

function concerns(items: Items, { type, fields }: DropGlue): boolean {
  const head = headName(type);
  const declared = (head === null ? null : items.declaredType(head))?.fields.values() ?? [];
  return (
    items.handleIn(type) !== null ||
    [...declared].some(field => items.handleIn(field)) ||
    fields.some(({ glue }) => concerns(items, glue))
  );
}
