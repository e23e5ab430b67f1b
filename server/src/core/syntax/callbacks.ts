import { Kind, type Tokens } from './scanner';

/** A place where a text hands a function to others by its name. */
export type Callback = { readonly function: string } & (
  | {
      readonly kind: 'member';
      /** The struct that an initialiser is of; null for an assignment. */
      readonly struct: string | null;
      readonly member: string;
      /** `walk_lock = PGWALK_RDLOCK`: members that the same initialiser gives a constant by its name. */
      readonly beside: readonly string[];
    }
  | { readonly kind: 'argument'; readonly callee: string; readonly position: number }
);

/** A bracket that is open. */
interface Open {
  /** The struct whose initialiser this brace begins, or null. */
  readonly struct: string | null;
  /** The word before a parenthesis, as a token, or -1. */
  readonly callee: number;
  /** Commas since it was opened. */
  position: number;
  /** Filled while the callbacks that share it are found. */
  readonly beside: string[];
}

/** Finds `.release = fn`, `ops->release = fn;` and `f(x, fn)` for the functions named: linear in the tokens. */
export function findCallbacks(tokens: Tokens, partners: Int32Array, functions: ReadonlySet<string>): Callback[] {
  const { kinds, count } = tokens;
  const found: Callback[] = [];
  const open: Open[] = [];
  for (let i = 0; i < count; i++) {
    switch (kinds[i]) {
      case Kind.OpenParen:
        open.push({ struct: null, callee: kinds[i - 1] === Kind.Word ? i - 1 : -1, position: 0, beside: [] });
        break;
      case Kind.OpenBrace:
        open.push({
          struct: structBefore(tokens, partners, i) ?? open.at(-1)?.struct ?? null,
          callee: -1,
          position: 0,
          beside: [],
        });
        break;
      case Kind.CloseParen:
      case Kind.CloseBrace:
        open.pop();
        break;
      case Kind.Comma: {
        const inner = open.at(-1);
        if (inner) inner.position++;
        break;
      }
      case Kind.Word: {
        const callback = readCallback(tokens, open.at(-1), i);
        if (!callback) break;
        if (functions.has(callback.function)) found.push(callback);
        else if (callback.kind === 'member') open.at(-1)?.beside.push(`${callback.member} = ${callback.function}`);
      }
    }
  }
  return found;
}

const GREATER = 0x3e;
const AMPERSAND = 0x26;

function readCallback({ kinds, starts, ends, text }: Tokens, inner: Open | undefined, at: number): Callback | null {
  const next = kinds[at + 1];
  const isWhole =
    next === Kind.Comma || next === Kind.CloseParen || next === Kind.CloseBrace || next === Kind.Semicolon;
  if (!isWhole) return null;
  const word = (token: number) => text.slice(starts[token]!, ends[token]!);
  const before = kinds[at - 1] === AMPERSAND ? at - 2 : at - 1;
  if (kinds[before] === Kind.Equals && kinds[before - 1] === Kind.Word) {
    const isArrow = kinds[before - 2] === GREATER && kinds[before - 3] === Kind.Minus;
    if (!isArrow && kinds[before - 2] !== Kind.Dot) return null;
    const struct = isArrow || next === Kind.Semicolon ? null : (inner?.struct ?? null);
    return { function: word(at), kind: 'member', struct, member: word(before - 1), beside: inner?.beside ?? [] };
  }
  if (!inner || inner.callee < 0 || (kinds[before] !== Kind.Comma && kinds[before] !== Kind.OpenParen)) return null;
  return { function: word(at), kind: 'argument', callee: word(inner.callee), position: inner.position };
}

/** A declarator is no longer than this. */
const MAX_DECLARATOR = 12;

/** `ops` of `struct ops x[] = {` and of `(struct ops) {`; null for other braces. */
function structBefore({ kinds, starts, ends, text }: Tokens, partners: Int32Array, brace: number): string | null {
  const word = (token: number) => (kinds[token] === Kind.Word ? text.slice(starts[token]!, ends[token]!) : '');
  let at = brace - 1;
  if (kinds[at] === Kind.CloseParen) {
    const paren = partners[at]!;
    return paren >= 0 && word(paren + 1) === 'struct' ? word(paren + 2) : null;
  }
  if (kinds[at] !== Kind.Equals) return null;
  for (const end = Math.max(0, at - MAX_DECLARATOR); at > end; at--) {
    if (word(at - 1) === 'struct') return word(at);
    if (kinds[at] === Kind.Semicolon || kinds[at] === Kind.CloseBrace || kinds[at] === Kind.OpenBrace) return null;
  }
  return null;
}
