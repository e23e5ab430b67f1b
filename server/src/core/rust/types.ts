/**
 * The Rust types of values, as far as ownership of an mm depends on them. Paths keep their last segment (and
 * `bindings::`, which tells a C type), for the kernel's names are unique without the rest.
 */
export type RustType =
  | { readonly kind: 'path'; readonly name: string; readonly args: readonly RustType[]; readonly lifetimes: number }
  | { readonly kind: 'reference'; readonly mutable: boolean; readonly of: RustType }
  | { readonly kind: 'pointer'; readonly mutable: boolean; readonly of: RustType }
  | { readonly kind: 'tuple'; readonly items: readonly RustType[] }
  | { readonly kind: 'function'; readonly params: readonly RustType[]; readonly result: RustType }
  /** `impl Trait`: all that is known is what it dereferences to. */
  | { readonly kind: 'opaque'; readonly text: string; readonly target: RustType | null }
  | TypeVariable;

/** A type that is still to be inferred; unification binds it. */
export interface TypeVariable {
  readonly kind: 'variable';
  bound: RustType | null;
}

export const UNIT: RustType = { kind: 'tuple', items: [] };

export function pathType(name: string, args: readonly RustType[] = [], lifetimes = 0): RustType {
  return { kind: 'path', name, args, lifetimes };
}

export function referenceTo(of: RustType, mutable = false): RustType {
  return { kind: 'reference', mutable, of };
}

export function pointerTo(of: RustType, mutable = true): RustType {
  return { kind: 'pointer', mutable, of };
}

export function newVariable(): TypeVariable {
  return { kind: 'variable', bound: null };
}

/** The type with its outermost variables replaced by what they are bound to. */
export function resolve(type: RustType): RustType {
  let found = type;
  while (found.kind === 'variable' && found.bound) found = found.bound;
  return found;
}

/** Spells a type as Rust does; `_` is what was not inferred. */
export function printType(type: RustType): string {
  const found = resolve(type);
  switch (found.kind) {
    case 'path': {
      const args = [...Array<string>(found.lifetimes).fill("'_"), ...found.args.map(printType)];
      if (found.name === '[]') return `[${args.join(', ')}]`;
      return args.length > 0 ? `${found.name}<${args.join(', ')}>` : found.name;
    }
    case 'reference':
      return `&${found.mutable ? 'mut ' : ''}${printType(found.of)}`;
    case 'pointer':
      return `*${found.mutable ? 'mut' : 'const'} ${printType(found.of)}`;
    case 'tuple':
      return `(${found.items.map(printType).join(', ')}${found.items.length === 1 ? ',' : ''})`;
    case 'function':
      return `fn(${found.params.map(printType).join(', ')}) -> ${printType(found.result)}`;
    case 'opaque':
      return found.text;
    case 'variable':
      return '_';
    default:
      return found satisfies never;
  }
}

/** The name of a type that has one: `Option` of `Option<T>`. */
export function headName(type: RustType): string | null {
  const found = resolve(type);
  return found.kind === 'path' ? found.name : null;
}

/** The type behind any number of `&` and `&mut`. */
export function behindReferences(type: RustType): RustType {
  let found = resolve(type);
  while (found.kind === 'reference') found = resolve(found.of);
  return found;
}

/** A raw pointer, or an Option or Result of one. */
export function carriesRaw(type: RustType): boolean {
  const found = resolve(type);
  const wraps = found.kind === 'path' && (found.name === 'Option' || found.name === 'Result');
  return isRaw(wraps && found.args[0] ? found.args[0] : found);
}

/** Raw pointers and `NonNull`: the compiler knows nothing of what keeps their object. */
export function isRaw(type: RustType): boolean {
  const found = resolve(type);
  return found.kind === 'pointer' || (found.kind === 'path' && found.name === 'NonNull');
}
