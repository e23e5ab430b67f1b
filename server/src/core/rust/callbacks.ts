import type { Callback } from '../syntax/callbacks';
import type { FunctionSource } from './collect';

/** An initialiser of a C struct, and an assignment to a member of one. */
const INITIALISER = /\bbindings::(\w+)\s*\{/g;
const MEMBER = /(?:\b(\w+)\s*:|\.(\w+)\s*=)\s*Some\(\s*(?:\w+::)*(\w+)(?:::<[^;{}]*>)?\s*\)/g;

/** Longer initialisers are not read to their end. */
const MAX_LENGTH = 20_000;

/** Finds `bindings::vm_operations_struct { close: Some(close), .. }` and `(*ops).close = Some(close)`. */
export function findRustCallbacks(text: string): Callback[] {
  const within = [...text.matchAll(INITIALISER)].map(match => {
    const start = match.index + match[0].length;
    return { struct: match[1]!, start, end: endOfBraces(text, start) };
  });
  return [...text.matchAll(MEMBER)].flatMap(match => {
    const [, field, assigned, name] = match;
    const around = within.findLast(one => one.start <= match.index && match.index < one.end);
    if (field !== undefined && !around) return [];
    const struct = field === undefined ? null : around!.struct;
    return [{ kind: 'member' as const, struct, member: field ?? assigned!, beside: [], function: name! }];
  });
}

function endOfBraces(text: string, start: number): number {
  let depth = 1;
  const last = Math.min(text.length, start + MAX_LENGTH);
  for (let at = start; at < last; at++) {
    if (text[at] === '{') depth++;
    else if (text[at] === '}' && --depth === 0) return at;
  }
  return last;
}

/** The trait whose function this is one of: `MiscDevice` of `impl MiscDevice for Device`. */
export function traitCallback({ node, item }: FunctionSource): Callback[] {
  const around = node.parent?.parent;
  const trait = around?.type === 'impl_item' ? around.childForFieldName('trait')?.text.split('::').at(-1) : undefined;
  return trait
    ? [{ kind: 'member', struct: trait.replace(/<.*$/, ''), member: item.name, beside: [], function: item.name }]
    : [];
}
