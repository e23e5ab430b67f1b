import rows from '../knowledge/rows/rust.json';
import type { FunctionSource } from './collect';
import { endsHandle } from './drops';
import type { Items } from './items';
import { pathType, type RustType } from './types';

/** Names of the kernel's own by which an mm or a vma comes into a function: `mm`, `vm_mm`, `vma_addr`, `mmget_not_zero`. */
const COMMON = ['(?:\\w+_)?(?:mm|vma)(?:_\\w+)?', 'mm(?:ap|get|grab|put|drop)\\w*', 'current!', 'get_current'];

/** Types of the table that denote a handle, and those that count references to one. */
const TYPES = (rows as readonly { type?: string; handle?: string; refcounted?: boolean }[]).flatMap(
  ({ type, handle, refcounted }) =>
    type && (handle || refcounted) ? [type.replace(/^bindings::/, '').replace(/<.*$/, '')] : [],
);

const IN_FILE = new RegExp(`\\b(?:${[...TYPES, 'current!', 'get_current'].join('|')})`);

/** Whether there is anything to infer in a file: without one of these names no handle can come into it. */
export function mentionsHandles(text: string): boolean {
  return IN_FILE.test(text);
}

/** Tells which functions of a file a handle can come into: by a type, a field, a function that gives one, or a macro. */
export function handleMentions(items: Items): (source: FunctionSource) => boolean {
  const gives = (type: RustType) => items.handleIn(type) !== null || endsHandle(items, type);
  const fields = items.ownTypes.flatMap(type =>
    [...type.fields].flatMap(([name, field]) => (/^[a-z_]/.test(name) && gives(field) ? [name] : [])),
  );
  const givers = [...items.functions].flatMap(({ name, result }) => (gives(result) ? [name] : []));
  const owners = items.ownTypes.flatMap(({ name }) => (endsHandle(items, pathType(name)) ? [name] : []));
  const aliases = [...items.aliases].flatMap(({ name, target }) => (gives(items.expand(target)) ? [name] : []));
  const statics = [...items.statics].flatMap(([name, type]) => (gives(type) ? [name] : []));
  const variants = items.ownTypes.flatMap(({ name, fields }) =>
    name.includes('::') && [...fields.values()].some(gives) ? [name.split('::').at(-1)!] : [],
  );
  const names = new Set([
    ...statics,
    ...variants,
    ...aliases,
    ...COMMON,
    ...TYPES,
    ...fields,
    ...givers,
    ...owners,
    ...items.otherGivers,
  ]);
  const pattern = new RegExp(`\\b(?:${[...names].join('|')})(?!\\w)`);
  return ({ node, item }) =>
    item.counted.length > 0 ||
    (item.owner !== null && items.handleIn(item.owner) !== null) ||
    item.params.some(({ type }) => endsHandle(items, type)) ||
    pattern.test(node.text);
}
