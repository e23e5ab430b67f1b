import type { SourceFile } from '../facade';
import { scanRust } from '../syntax/rust-tokens';
import { Kind, scanTokens } from '../syntax/scanner';
import type { Span } from '../text';

/** A C function that is named where it is called. */
export interface CalledName {
  readonly span: Span;
  readonly name: string;
  /** The C function that Rust calls in its place where it is inline or a macro; null for a call from C. */
  readonly helper: string | null;
}

/** The C function under an offset: a call in C, `bindings::name` in Rust. Null on anything else. */
export function calledAt({ language, text }: SourceFile, offset: number): CalledName | null {
  return language === 'rust' ? bindingAt(text, offset) : callAt(text, offset);
}

function bindingAt(text: string, offset: number): CalledName | null {
  // Most offsets are on other words: the text is read only where this may be one.
  if (!BINDING.test(text.slice(Math.max(0, offset - NAME_LIMIT), offset + NAME_LIMIT))) return null;
  const tokens = scanRust(text);
  const index = tokens.findIndex(({ start, end }) => start <= offset && offset <= end && end > start);
  // Between two tokens the one that begins here may be the name.
  for (const at of [index, index + 1]) {
    const token = tokens[at];
    if (token?.kind !== 'word' || token.start > offset || tokens[at - 1]?.text !== '::') continue;
    if (tokens[at - 2]?.text !== 'bindings') continue;
    const { start, end, text: name } = token;
    return { span: { start, end }, name, helper: `rust_helper_${name}` };
  }
  return null;
}

const BINDING = /\bbindings\s*::/;

/** No name of the kernel is longer than half of this, with the path before it. */
const NAME_LIMIT = 200;

function callAt(text: string, offset: number): CalledName | null {
  const { count, kinds, starts, ends } = scanTokens(text);
  for (let at = 0; at + 1 < count && starts[at]! <= offset; at++) {
    if (kinds[at] !== Kind.Word || ends[at]! < offset || kinds[at + 1] !== Kind.OpenParen) continue;
    const span = { start: starts[at]!, end: ends[at]! };
    return { span, name: text.slice(span.start, span.end), helper: null };
  }
  return null;
}
