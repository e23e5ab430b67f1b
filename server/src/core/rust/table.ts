import rows from '../knowledge/rows/rust.json';
import { type CallModel, type FunctionItem, Items, type Refcount, type TypeItem } from './items';
import { parseSignatureText, parseType } from './parse-type';
import { pathType, pointerTo, type RustType } from './types';

/** A row of the table: a type, or a function by its path. */
interface TypeRow {
  readonly type: string;
  readonly deref?: string;
  readonly handle?: TypeItem['handle'];
  readonly guard?: TypeItem['guard'];
  readonly drop?: string;
  readonly atomic?: boolean;
  readonly struct?: string;
  readonly unlock?: string;
  /** Owns a reference to its argument. */
  readonly refcounted?: boolean;
  readonly refcount?: Refcount;
  readonly fields?: Readonly<Record<string, string>>;
  readonly nullable?: readonly string[];
  readonly doc?: string;
  readonly source: string;
}

interface FunctionRow extends CallModel {
  readonly fn: string;
  readonly signature: string;
  readonly unsafe?: boolean;
  readonly calls?: readonly string[];
  readonly adopts?: string;
  readonly releases?: string;
  readonly drops?: string;
  readonly forgets?: string;
  readonly takes?: boolean;
  readonly source: string;
}

let known: Items | null = null;

/** What is known of the kernel's Rust API for mm, and of the parts of `core` that values of it go through. */
export function rustTable(): Items {
  if (known) return known;
  const items = new Items(null);
  const generics = new Map<string, TypeItem>();
  for (const row of rows as unknown as readonly (TypeRow | FunctionRow)[]) {
    if ('type' in row) {
      const item = readType(row);
      generics.set(item.name, item);
      items.addType(item);
    }
  }
  for (const row of rows as unknown as readonly (TypeRow | FunctionRow)[])
    if ('fn' in row) items.addFunction(readFunction(row, generics));
  known = items;
  return items;
}

function readType(row: TypeRow): TypeItem {
  const [, name = row.type, list = ''] = /^([\w:]+)(?:<(.*)>)?$/.exec(row.type) ?? [];
  const params = list === '' ? [] : list.split(', ');
  return {
    name,
    generics: params.filter(param => !param.startsWith("'")),
    lifetimes: params.filter(param => param.startsWith("'")).length,
    fields: new Map(Object.entries(row.fields ?? {}).map(([field, type]) => [field, parseType(type)])),
    nullable: row.nullable ?? [],
    deref: row.deref === undefined ? null : parseType(row.deref),
    handle: row.handle ?? null,
    guard: row.guard ?? null,
    drop: row.drop ?? null,
    atomic: row.atomic ?? false,
    refcount: row.refcount ?? null,
    ...(row.struct !== undefined && { struct: row.struct }),
    ...(row.unlock !== undefined && { unlock: row.unlock }),
    doc: row.doc ?? '',
    source: row.source,
  };
}

function readFunction(row: FunctionRow, types: ReadonlyMap<string, TypeItem>): FunctionItem {
  const { params, result } = parseSignatureText(row.signature);
  const cut = row.fn.lastIndexOf('::');
  const owner = ownerOf(row.fn.slice(0, Math.max(0, cut)), types);
  return {
    name: row.fn.slice(cut < 0 ? 0 : cut + 2),
    path: row.fn,
    owner,
    // In the table a single capital letter is a generic; those that the owner does not have come in order.
    generics: [...new Set(`${row.signature} T`.match(/\b[A-Z]\b/g))],
    counted: [],
    params,
    result,
    isUnsafe: row.unsafe ?? false,
    calls: row.calls ?? [],
    adopts: row.adopts ?? null,
    releases: row.releases ?? null,
    drops: row.drops ?? null,
    forgets: row.forgets ?? null,
    takes: row.takes ?? false,
    model: modelOf(row),
    source: row.source,
  };
}

function modelOf({ with: args, gives, counts }: CallModel): CallModel {
  return { ...(args && { with: args }), ...(gives !== undefined && { gives }), ...(counts && { counts }) };
}

function ownerOf(path: string, types: ReadonlyMap<string, TypeItem>): RustType | null {
  const t = pathType('T');
  if (path === '' || /^(?:mem|ptr|bindings)$/.test(path)) return null;
  if (path.startsWith('*')) return pointerTo(t, path === '*mut');
  if (path === 'Result') return pathType(path, [t, pathType('E')]);
  const item = types.get(path);
  if (item)
    return pathType(
      path,
      item.generics.map(name => pathType(name)),
      item.lifetimes,
    );
  return pathType(path, [t]);
}
