import type { RustToken } from '../../syntax/rust-tokens';
import type { Span } from '../../text';
import { MODIFIERS, type Scope, scopeAt } from './scope';

export type Role =
  | 'attribute'
  | 'comment'
  | 'doc'
  | 'field'
  | 'fn'
  | 'lifetime'
  | 'macro'
  | 'member'
  | 'method'
  | 'name'
  | 'operator';

/** A token with all that a topic may ask of its surroundings. */
export interface Place extends Scope {
  readonly span: Span;
  readonly role: Role;
  /** The word itself; of a comment its mark (`SAFETY`), of a doc line its heading (`# Safety`) or the word there. */
  readonly word: string;
  /** What stands before `::`, with `Self` replaced by its type. */
  readonly qualifier: string | null;
  /** The text before the `.` of a field or a method, without line breaks. */
  readonly receiver: string | null;
  readonly receiverSpan: Span | null;
  /** The whole line of a comment. */
  readonly line: string | null;
  /** The heading of the doc section that a line is in: `# Safety`. */
  readonly section: string | null;
  /** Arguments follow. */
  readonly isCalled: boolean;
  readonly index: number;
}

/** The token at an offset, as topics see it; null between tokens and on punctuation that nothing is said about. */
export function placeAt(tokens: readonly RustToken[], offset: number): Place | null {
  const index = behindBindings(tokens, namedBy(tokens, indexAt(tokens, offset)));
  const token = tokens[index];
  if (!token || isBitAnd(tokens, index)) return null;
  const scope = scopeAt(tokens, index);
  const isCalled = tokens[index + 1]?.text === '(';
  const nothing = { qualifier: null, receiver: null, receiverSpan: null, line: null, section: null };
  const base = { ...scope, ...nothing, span: token, index, isCalled };
  switch (token.kind) {
    case 'comment':
      return placeComment(tokens, offset, base);
    case 'doc':
      return placeDoc(tokens, offset, base);
    case 'lifetime':
      return { ...base, role: 'lifetime', word: token.text };
    case 'punctuation':
      return { ...base, role: 'operator', word: token.text };
    case 'literal':
      return null;
    case 'word':
      return placeWord(tokens, index, base);
    default:
      return token.kind satisfies never;
  }
}

type Base = Omit<Place, 'role' | 'word'>;

/** The token under an offset; a `.` stands for the name behind it, and other punctuation for the word that it ends. */
function indexAt(tokens: readonly RustToken[], offset: number): number {
  let low = 0;
  let high = tokens.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (tokens[middle]!.end <= offset) low = middle + 1;
    else high = middle;
  }
  const under = tokens[low];
  const isUnder = under !== undefined && under.start <= offset;
  if (isUnder && under.text === '.' && tokens[low + 1]?.kind === 'word') return low + 1;
  if (isUnder && (under.kind !== 'punctuation' || /^[?&#]$/.test(under.text))) {
    return under.text === '&' && /^(?:self|mut|'\w+)$/.test(tokens[low + 1]?.text ?? '')
      ? selfBehind(tokens, low)
      : low;
  }
  const before = tokens[low - 1];
  return before?.end === offset && /^(?:word|lifetime)$/.test(before.kind) ? low - 1 : isUnder ? low : -1;
}

/** `&self`, `&mut self` and `&'a self` are one parameter. */
function selfBehind(tokens: readonly RustToken[], index: number): number {
  for (let at = index + 1; at <= index + 3; at++) if (tokens[at]?.text === 'self') return at;
  return index;
}

/** How far the name of an item stands behind the keywords that begin it: `pub(crate) const unsafe fn name`. */
const KEYWORD_LIMIT = 8;

/** `fn`, `struct`, `let` and the like say nothing by themselves: they stand for the name that they introduce. */
function namedBy(tokens: readonly RustToken[], index: number): number {
  if (!INTRODUCERS.test(tokens[index]?.text ?? '') || tokens[index]!.kind !== 'word') return index;
  for (let at = index + 1; at <= index + KEYWORD_LIMIT; at++) {
    const token = tokens[at];
    if (token?.kind === 'word' && !INTRODUCERS.test(token.text) && !MODIFIERS.has(token.text)) return at;
    if (token?.kind !== 'word' && !/^[()]$/.test(token?.text ?? '')) return index;
  }
  return index;
}

/** `bindings::` stands for the name that it makes C's. */
function behindBindings(tokens: readonly RustToken[], index: number): number {
  const isPath = tokens[index]?.text === 'bindings' && tokens[index + 1]?.text === '::';
  return isPath && tokens[index + 2]?.kind === 'word' ? index + 2 : index;
}

const INTRODUCERS = /^(?:fn|let|mut|pub|struct|trait|type)$/;

/** `a & b` and `a && b` borrow nothing. */
function isBitAnd(tokens: readonly RustToken[], index: number): boolean {
  let first = index;
  while (tokens[first]?.text === '&' && first > 0) first--;
  if (first === index) return false;
  const { kind, text } = tokens[first]!;
  return kind === 'word' ? !BEFORE_VALUE.test(text) : kind === 'literal' || /^[)\]]$/.test(text);
}

const BEFORE_VALUE = /^(?:as|break|dyn|else|for|if|impl|in|match|move|mut|return|where|while)$/;

/** Every line of a marked comment stands for its mark. */
function placeComment(tokens: readonly RustToken[], offset: number, base: Base): Place | null {
  for (let at = base.index; tokens[at]?.kind === 'comment'; at--) {
    const mark = /^\/[/*]\s*([A-Z]{4,}):/.exec(tokens[at]!.text)?.[1];
    if (mark) return { ...base, role: 'comment', word: mark };
  }
  const token = tokens[base.index]!;
  const word = wordIn(token, offset);
  return word && { ...base, ...word, role: 'comment', line: token.text };
}

/** Sections of docs are a screenful. */
const SECTION_LIMIT = 60;

function placeDoc(tokens: readonly RustToken[], offset: number, base: Base): Place {
  const token = tokens[base.index]!;
  const heading = headingOf(token);
  if (heading) return { ...base, role: 'doc', word: heading };
  let section: string | null = null;
  const first = base.index - SECTION_LIMIT;
  for (let at = base.index - 1; at >= first && tokens[at]?.kind === 'doc' && section === null; at--)
    section = headingOf(tokens[at]!);
  const line = { ...base, role: 'doc' as const, line: token.text, section };
  // Beside its words a line stands for itself.
  return { ...line, word: '', ...wordIn(token, offset) };
}

function headingOf({ text }: RustToken): string | null {
  return /^\/\/[/!]\s*(#+ [\w ]+?)\s*$/.exec(text)?.[1] ?? null;
}

/** The word of a comment at an offset, with what stands before its `::`. */
function wordIn(token: RustToken, offset: number): Pick<Place, 'word' | 'span' | 'qualifier'> | null {
  for (const match of token.text.matchAll(/(?:(\w+)::)?((?:(?<!\w)')?\w+)/g)) {
    const start = token.start + match.index;
    const end = start + match[0].length;
    if (start <= offset && offset <= end) return { word: match[2]!, span: { start, end }, qualifier: match[1] ?? null };
  }
  return null;
}

function placeWord(tokens: readonly RustToken[], index: number, base: Base): Place {
  const { text: word } = tokens[index]!;
  const before = tokens[index - 1]?.text;
  const after = tokens[index + 1]?.text;
  // After `}` an `else` belongs to an `if`: what `let … else` tests cannot end in one.
  if (word === 'else' && before !== '}') return { ...base, role: 'name', word: 'let else' };
  if (isInAttribute(tokens, index)) return { ...base, role: 'attribute', word };
  if (/^(?:impl|for)$/.test(word) && base.fn === null && (base.trait ?? base.self))
    return { ...base, role: 'name', word: (base.trait ?? base.self)! };
  if (before === 'fn') return { ...base, role: 'fn', word };
  if (after === '!' && tokens[index + 2]?.text !== '=') return { ...base, role: 'macro', word };
  if (before === '.' && index >= 2 && tokens[index - 2]!.text !== '.') {
    const from = receiverStart(tokens, index - 2);
    const receiverSpan = { start: tokens[from]!.start, end: tokens[index - 2]!.end };
    const receiver = tokens
      .slice(from, index - 1)
      .map(({ text }) => text)
      .join('');
    return { ...base, role: after === '(' || after === '::' ? 'method' : 'field', word, receiver, receiverSpan };
  }
  if (before === '::') {
    const qualifier = qualifierBefore(tokens, index - 2);
    return { ...base, role: 'name', word, qualifier: qualifier === 'Self' ? base.self : qualifier };
  }
  if (isMember(before, after, base)) return { ...base, role: 'member', word };
  return { ...base, role: 'name', word };
}

function isMember(before: string | undefined, after: string | undefined, base: Base): boolean {
  if (base.inStruct) return after === ':' && before !== ':';
  return base.literal !== null && (before === '{' || before === ',') && /^[:,}]$/.test(after ?? '');
}

/** Attributes are short: `#[` stands at most this many tokens before. */
const ATTRIBUTE_LIMIT = 60;

function isInAttribute(tokens: readonly RustToken[], index: number): boolean {
  for (let at = index - 1; at >= Math.max(0, index - ATTRIBUTE_LIMIT); at--) {
    const { text } = tokens[at]!;
    if (text === '[') return /^[#!]$/.test(tokens[at - 1]?.text ?? '');
    if (/^[\];{}]$/.test(text)) return false;
  }
  return false;
}

/** Receivers are short as well; of a longer chain the last part is taken. */
const RECEIVER_LIMIT = 80;

/** The first token of the postfix expression that ends at `end`: `(*p.as_ptr())`, `kernel::current!()`, `a.b(c)`. */
function receiverStart(tokens: readonly RustToken[], end: number): number {
  let at = end;
  for (;;) {
    while (tokens[at]?.text === '?' && at > 0) at--;
    if (/^[)\]]$/.test(tokens[at]?.text ?? '')) {
      at = openerBefore(tokens, at);
      if (tokens[at - 1]?.text === '!') at -= 2;
      else if (tokens[at - 1]?.kind === 'word' && !/^(?:return|match|if|in|while)$/.test(tokens[at - 1]!.text)) at--;
      else return at;
    }
    const joint = tokens[at - 1]?.text;
    if ((joint !== '.' && joint !== '::') || at < 2 || end - at > RECEIVER_LIMIT) return Math.max(0, at);
    at -= 2;
  }
}

function openerBefore(tokens: readonly RustToken[], close: number): number {
  let depth = 0;
  for (let at = close; at >= Math.max(0, close - RECEIVER_LIMIT); at--) {
    if (/^[)\]}]$/.test(tokens[at]!.text)) depth++;
    else if (/^[([{]$/.test(tokens[at]!.text) && --depth === 0) return at;
  }
  return close;
}

/** The name before `::`, also behind generics: `ARef::<Mm>::from`, `<Mm as Trait>::f` gives nothing. */
function qualifierBefore(tokens: readonly RustToken[], index: number): string | null {
  let at = index;
  if (tokens[at]?.text === '>') {
    let depth = 0;
    for (; at >= Math.max(0, index - RECEIVER_LIMIT); at--) {
      if (tokens[at]!.text === '>') depth++;
      else if (tokens[at]!.text === '<' && --depth === 0) break;
    }
    at -= tokens[at - 1]?.text === '::' ? 2 : 1;
  }
  return tokens[at]?.kind === 'word' ? tokens[at]!.text : null;
}
