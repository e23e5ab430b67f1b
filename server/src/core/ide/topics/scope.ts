import type { RustToken } from '../../syntax/rust-tokens';

/** The items around a token: what `Self` is, which trait is implemented, which function this is. */
export interface Scope {
  /** The type of the enclosing `impl`, `struct` or `trait`. */
  readonly self: string | null;
  /** The trait of the enclosing `impl`, or the trait that is declared. */
  readonly trait: string | null;
  /** The enclosing function, or the one whose head this is. */
  readonly fn: string | null;
  /** The token stands among the fields of a `struct`, and not in one of its values. */
  readonly inStruct: boolean;
  /** The type of the value whose fields are listed here: `Guard { mm: self }`. */
  readonly literal: string | null;
  /** Where the head of the enclosing function begins, as an index of tokens; -1 outside functions. */
  readonly fnStart: number;
}

/** One open bracket: where it is, and where the statement or item that it belongs to begins. */
interface Frame {
  readonly open: number;
  readonly head: number;
  /** Where the statement inside begins that is not yet at its end. */
  begin: number;
}

/** What surrounds `tokens[index]`. Unbalanced brackets make the answer poorer, never wrong in kind. */
export function scopeAt(tokens: readonly RustToken[], index: number): Scope {
  const frames = framesAt(tokens, index);
  const found: { -readonly [K in keyof Scope]: Scope[K] } = {
    self: null,
    trait: null,
    fn: null,
    inStruct: false,
    literal: null,
    fnStart: -1,
  };
  const here = readHead(tokens, frames[frames.length - 1]!.begin);
  const heads = [
    here,
    ...frames
      .slice(1)
      .reverse()
      .map(frame => readHead(tokens, frame.head)),
  ];
  heads.forEach((head, depth) => {
    if (!head) return;
    if (head.kind === 'fn') {
      if (found.fn !== null) return;
      found.fn = head.name;
      found.fnStart = head.start;
    } else if (found.self === null) {
      found.self = head.name;
      found.trait = head.trait;
      found.inStruct = head.kind === 'struct' && depth > 0 && found.fn === null;
    }
  });
  const inner = frames[frames.length - 1]!;
  if (frames.length > 1 && tokens[inner.open]!.text === '{') found.literal = literalBefore(tokens, inner.open);
  return found;
}

/** The end of the item that begins at a token: behind its body, or its `;`. */
export function endOfItem(tokens: readonly RustToken[], start: number): number {
  let depth = 0;
  for (let at = start; at < tokens.length; at++) {
    const { text, end } = tokens[at]!;
    if (OPENERS.has(text)) depth++;
    else if (CLOSERS.has(text)) depth--;
    if (depth <= 0 && (text === '}' || text === ';')) return end;
  }
  return tokens.at(-1)?.end ?? 0;
}

function framesAt(tokens: readonly RustToken[], index: number): Frame[] {
  const frames: Frame[] = [{ open: -1, head: 0, begin: 0 }];
  for (let at = 0; at < index; at++) {
    const token = tokens[at]!;
    if (token.kind !== 'punctuation') continue;
    const top = frames[frames.length - 1]!;
    if (OPENERS.has(token.text)) frames.push({ open: at, head: top.begin, begin: at + 1 });
    else if (CLOSERS.has(token.text)) {
      if (frames.length > 1) frames.pop();
      if (token.text === '}') frames[frames.length - 1]!.begin = at + 1;
    } else if (token.text === ';') top.begin = at + 1;
  }
  return frames;
}

const OPENERS: ReadonlySet<string> = new Set(['(', '[', '{']);
const CLOSERS: ReadonlySet<string> = new Set([')', ']', '}']);

interface Head {
  readonly kind: 'fn' | 'impl' | 'struct' | 'trait';
  readonly name: string;
  readonly trait: string | null;
  readonly start: number;
}

/** Heads are short: a longer one is not read. */
const HEAD_LIMIT = 400;

/** Words that may stand before the keyword of an item. */
export const MODIFIERS: ReadonlySet<string> = new Set([
  'pub',
  'unsafe',
  'const',
  'async',
  'extern',
  'default',
  'crate',
  'super',
  'in',
]);

/** The item that begins at a token, behind its comments, attributes and modifiers. */
function readHead(tokens: readonly RustToken[], begin: number): Head | null {
  const limit = Math.min(tokens.length, begin + HEAD_LIMIT);
  let at = begin;
  while (at < limit) {
    const { kind, text } = tokens[at]!;
    if (text === '#') at = closerOf(tokens, at + (tokens[at + 1]?.text === '!' ? 2 : 1), limit);
    else if (kind === 'word' && !MODIFIERS.has(text)) break;
    else if (kind === 'punctuation' && text !== '(' && text !== ')') return null;
    at++;
  }
  const start = at;
  const keyword = tokens[at]?.text;
  if (keyword === 'fn' || keyword === 'struct' || keyword === 'trait') {
    const name = tokens[at + 1]?.text ?? '';
    return { kind: keyword, name, trait: keyword === 'trait' ? name : null, start };
  }
  return keyword === 'impl' ? readImpl(tokens, start, limit) : null;
}

/** `impl<T> Trait<A> for path::Type<'_>`: names are the last segments of their paths. */
function readImpl(tokens: readonly RustToken[], start: number, limit: number): Head {
  const names: string[] = [''];
  let angles = 0;
  for (let at = start + 1; at < limit; at++) {
    const { kind, text } = tokens[at]!;
    if (text === '{' || text === ';' || text === 'where') break;
    if (text === '<') angles++;
    else if (text === '>') angles--;
    else if (angles > 0) continue;
    else if (text === 'for') names.push('');
    else if (kind === 'word') names[names.length - 1] = text;
  }
  const name = names[names.length - 1]!;
  return { kind: 'impl', name, trait: names.length > 1 ? names[0]! : null, start };
}

/** The index of the bracket that closes the one at `open`. */
function closerOf(tokens: readonly RustToken[], open: number, limit: number): number {
  let depth = 0;
  for (let at = open; at < limit; at++) {
    if (OPENERS.has(tokens[at]!.text)) depth++;
    else if (CLOSERS.has(tokens[at]!.text) && --depth <= 0) return at;
  }
  return limit;
}

/** `Type {` begins a value, unless what stands before the type makes it the head of an item or of a block. */
function literalBefore(tokens: readonly RustToken[], open: number): string | null {
  let at = open - 1;
  const name = tokens[at];
  if (name?.kind !== 'word' || !/^\p{Lu}/u.test(name.text)) return null;
  while (tokens[at - 1]?.text === '::') at -= 2;
  return /^(?:->|[:+&]|for|impl|struct|trait|enum|union|mod|match|if|while|in)$/.test(tokens[at - 1]?.text ?? '')
    ? null
    : name.text;
}
