import type { Fact, HandleKind, Ownership } from '../facade';
import type { RustFile } from '../rust/file';
import type { Handle, Items } from '../rust/items';
import { headName, printType, type RustType, resolve } from '../rust/types';
import type { TypedExpression, Value } from '../rust/value';
import { explainType } from './rust-because';

/**
 * The facts of a Rust file: one row for each expression that denotes an mm, a guard, a vma, or a task, which is where an
 * mm is found, sorted by position.
 */
export function toRustFacts(file: RustFile): Fact[] {
  const expressions = [...file.functions.flatMap(typed => typed.expressions), ...file.others()];
  const byPlace = new Map<string, Fact>();
  for (const expression of expressions) {
    const fact = toFact(expression, file);
    if (fact) byPlace.set(`${fact.span.start}:${fact.span.end}`, fact);
  }
  return [...byPlace.values()].sort((a, b) => a.span.start - b.span.start || b.span.end - a.span.end);
}

function toFact(expression: TypedExpression, { items, text }: RustFile): Fact | null {
  const { span, function: name, value, lock, counted } = expression;
  const { type } = value;
  const denoted = items.handleIn(type);
  const isCounted = counted.length > 0 && mentions(type, counted);
  if (!denoted && !isCounted && !items.taskIn(type)) return null;
  const handle = denoted?.handle === 'raw' ? (value.backing ?? 'raw') : (denoted?.handle ?? 'raw');
  return {
    span,
    expr: text.slice(span.start, span.end),
    function: name,
    handle: HANDLES[handle],
    ownership: ownershipOf(value, items),
    nullable: value.nullable || headName(type) === 'Option',
    lock,
    type: printType(type),
    because: explainType(expression, items),
  };
}

const HANDLES: Readonly<Record<Handle, HandleKind>> = { users: 'MmWithUser', count: 'Mm', raw: 'raw' };

/** Owned is what releases something when it is dropped, or a raw pointer in whose care a reference is. */
function ownershipOf({ type, owned }: Value, items: Items): Ownership {
  return owned || ownsByType(type, items, 0) ? 'owned' : 'borrowed';
}

function ownsByType(type: RustType, items: Items, depth: number): boolean {
  const found = resolve(type);
  if (found.kind !== 'path' || depth > 8) return false;
  const item = items.type(found.name);
  if (item?.drop || found.name === 'ARef') return true;
  // A mm or a vma by value is a place behind some reference: only its owner could drop it.
  if (item?.handle) return false;
  return WRAPPERS.has(found.name) && found.args.some(arg => ownsByType(arg, items, depth + 1));
}

/** Types that own what they hold. */
const WRAPPERS: ReadonlySet<string> = new Set(['Option', 'Result', 'ManuallyDrop', 'ScopeGuard', 'Box', 'KBox', 'Pin']);

/** In code that is generic over what has a reference count: `T`, `&T`, `NonNull<T>`, `ARef<T>`. */
function mentions(type: RustType, names: readonly string[], depth = 0): boolean {
  const found = resolve(type);
  if (depth > 8) return false;
  if (found.kind === 'reference' || found.kind === 'pointer') return mentions(found.of, names, depth + 1);
  // A marker of a type is no value of it.
  if (found.kind !== 'path' || found.name === 'PhantomData') return false;
  return names.includes(found.name) || found.args.some(arg => mentions(arg, names, depth + 1));
}
