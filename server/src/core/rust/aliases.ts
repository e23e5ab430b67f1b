import { newVariable, type RustType, resolve } from './types';
import { substitute } from './unify';

/** `type Name<T = Default> = Target;` */
export interface AliasItem {
  readonly name: string;
  readonly generics: readonly { readonly name: string; readonly fallback: RustType | null }[];
  readonly target: RustType;
}

/** Aliases of aliases, and the types around them, nest to three or so. */
const MAX_DEPTH = 16;

/** Types of real code have a dozen parts; what has more was written to have many. */
const MAX_PARTS = 256;

/** A type with its aliases replaced by what they stand for, as far as the limits allow. */
export function expandAliases(type: RustType, aliasOf: (name: string) => AliasItem | null): RustType {
  let left = MAX_PARTS;
  const go = (inner: RustType, depth: number): RustType => {
    const found = resolve(inner);
    if (depth > MAX_DEPTH || --left < 0) return found;
    const all = (list: readonly RustType[]) => list.map(one => go(one, depth + 1));
    switch (found.kind) {
      case 'path': {
        const args = all(found.args);
        const alias = aliasOf(found.name);
        if (!alias) return args.length > 0 ? { ...found, args } : found;
        const by = new Map(alias.generics.map(({ name, fallback }, i) => [name, args[i] ?? fallback ?? newVariable()]));
        return go(substitute(alias.target, by), depth + 1);
      }
      case 'reference':
      case 'pointer':
        return { ...found, of: go(found.of, depth + 1) };
      case 'tuple':
        return { ...found, items: all(found.items) };
      case 'function':
        return { ...found, params: all(found.params), result: go(found.result, depth + 1) };
      case 'opaque':
        return { ...found, target: found.target && go(found.target, depth + 1) };
      case 'variable':
        return found;
      default:
        return found satisfies never;
    }
  };
  return go(type, 0);
}
