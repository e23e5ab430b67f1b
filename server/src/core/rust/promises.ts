import type { SyntaxNode } from '../syntax/node';
import type { FunctionItem, Handle, Items } from './items';
import { type RustType, resolve } from './types';

/** What the caller promises of a raw parameter: an unsafe function that makes a reference of it needs what that needs. */
export function promisedOf(
  items: Items,
  { isUnsafe, result }: FunctionItem,
  param: { readonly name: string; readonly type: RustType },
  body: SyntaxNode | null,
): Handle | null {
  const denoted = items.handleIn(param.type);
  if (denoted?.handle !== 'raw') return denoted?.handle ?? null;
  if (!isUnsafe) return null;
  if (resolve(result).kind === 'reference') return items.handleIn(result)?.handle ?? null;
  // A callback of C that wraps its VMA relies on what it is called with: an mm could yet be made sure of, a VMA not.
  const leadsToMm = [...denoted.fields.values()].some(field => items.handleIn(field));
  const wrapper = new RegExp(`\\b(\\w+)::from_raw\\(\\s*${param.name}\\s*\\)`).exec(body?.text ?? '')?.[1];
  const wrapped = wrapper === undefined ? null : items.type(wrapper);
  return leadsToMm && denoted.name === `bindings::${wrapped?.struct}` ? (wrapped?.handle ?? null) : null;
}
