import { newVariable, type RustType, resolve, type TypeVariable } from './types';

/** Types of real code nest to five or so; more means that inference goes in circles. */
const MAX_DEPTH = 32;

/** Makes two types equal where they are not known yet. What differs stays: coercions are not inference's business. */
export function unify(left: RustType, right: RustType, depth = 0): void {
  const [a, b] = [resolve(left), resolve(right)];
  if (a === b || depth > MAX_DEPTH) return;
  if (a.kind === 'variable') bind(a, b);
  else if (b.kind === 'variable') bind(b, a);
  else if (a.kind === 'path' && b.kind === 'path') {
    if (a.name === b.name) unifyAll(a.args, b.args, depth);
  } else if (isAddress(a) && isAddress(b)) unify(a.of, b.of, depth + 1);
  else if (a.kind === 'tuple' && b.kind === 'tuple') unifyAll(a.items, b.items, depth);
  else if (a.kind === 'function' && b.kind === 'function') {
    unifyAll(a.params, b.params, depth);
    unify(a.result, b.result, depth + 1);
  }
}

/** Replaces the names of generics (and `Self`) by types. */
export function substitute(type: RustType, by: ReadonlyMap<string, RustType>, depth = 0): RustType {
  if (by.size === 0 || depth > MAX_DEPTH) return type;
  const go = (inner: RustType) => substitute(inner, by, depth + 1);
  switch (type.kind) {
    case 'path':
      return by.get(type.name) ?? (type.args.length > 0 ? { ...type, args: type.args.map(go) } : type);
    case 'reference':
    case 'pointer':
      return { ...type, of: go(type.of) };
    case 'tuple':
      return { ...type, items: type.items.map(go) };
    case 'function':
      return { ...type, params: type.params.map(go), result: go(type.result) };
    case 'opaque':
      return { ...type, target: type.target && go(type.target) };
    case 'variable':
      return type.bound ? go(type.bound) : type;
    default:
      return type satisfies never;
  }
}

/** Fresh variables for the generics of an item. */
export function freshFor(generics: readonly string[]): Map<string, RustType> {
  return new Map(generics.map(name => [name, newVariable()]));
}

function isAddress(type: RustType): type is RustType & { kind: 'reference' | 'pointer' } {
  return type.kind === 'reference' || type.kind === 'pointer';
}

function unifyAll(left: readonly RustType[], right: readonly RustType[], depth: number): void {
  for (let i = 0; i < Math.min(left.length, right.length); i++) unify(left[i]!, right[i]!, depth + 1);
}

function bind(variable: TypeVariable, to: RustType): void {
  if (!contains(to, variable, 0)) variable.bound = to;
}

function contains(type: RustType, variable: TypeVariable, depth: number): boolean {
  const found = resolve(type);
  if (found === variable || depth > MAX_DEPTH) return true;
  switch (found.kind) {
    case 'path':
      return found.args.some(arg => contains(arg, variable, depth + 1));
    case 'reference':
    case 'pointer':
      return contains(found.of, variable, depth + 1);
    case 'tuple':
      return found.items.some(item => contains(item, variable, depth + 1));
    case 'function':
      return [...found.params, found.result].some(part => contains(part, variable, depth + 1));
    case 'opaque':
      return found.target !== null && contains(found.target, variable, depth + 1);
    case 'variable':
      return false;
    default:
      return found satisfies never;
  }
}
