import type { Span } from '../text';

/** `word` is an identifier or a keyword; `doc` is a comment that documents (`///`, `//!`, or a block that begins `/**`). */
export type RustTokenKind = 'word' | 'lifetime' | 'literal' | 'punctuation' | 'comment' | 'doc';

export interface RustToken extends Span {
  readonly kind: RustTokenKind;
  readonly text: string;
}

/**
 * Splits Rust into tokens, in time linear in the text. Takes any text: what is unclosed ends at the end. `::`, `->` and
 * `=>` are one token, other punctuation is one unit each, so that `>>` closes two lists of generics.
 */
export function scanRust(text: string): readonly RustToken[] {
  const tokens: RustToken[] = [];
  let at = 0;
  while (at < text.length) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (!match) break;
    const start = match.index;
    const kind = KINDS.find(name => match.groups![name] !== undefined) ?? 'literal';
    const end = endOf(text, start, match[0]);
    tokens.push({ kind, start, end, text: text.slice(start, end) });
    at = end;
  }
  return tokens;
}

const KINDS: readonly RustTokenKind[] = ['doc', 'comment', 'word', 'lifetime', 'punctuation'];

/** Block comments and strings are only opened here; `endOf` closes them, for no regular expression counts. */
const TOKEN = new RegExp(
  [
    String.raw`(?<doc>\/\/\/(?!\/)[^\n]*|\/\/![^\n]*|\/\*[*!](?![*/]))`,
    String.raw`(?<comment>\/\/[^\n]*|\/\*)`,
    '(?:[bc]?r#*|[bc]?)"',
    String.raw`b?'(?:\\.[^\n']*|[^\\\n'])'`,
    String.raw`(?<lifetime>'[\p{L}_][\p{L}\p{N}_]*)`,
    String.raw`\d\w*(?:\.\d\w*)?`,
    String.raw`(?<word>(?:r#)?[\p{L}_][\p{L}\p{N}_]*)`,
    String.raw`(?<punctuation>::|->|=>|\S)`,
  ].join('|'),
  'gu',
);

function endOf(text: string, start: number, opener: string): number {
  if (opener.startsWith('/*')) return endOfBlockComment(text, start);
  const raw = /r(#*)"$/.exec(opener);
  if (raw) {
    const end = text.indexOf(`"${raw[1]}`, start + opener.length);
    return end < 0 ? text.length : end + 1 + raw[1]!.length;
  }
  if (opener.endsWith('"')) return endOfString(text, start + opener.length);
  return start + opener.length;
}

/** Block comments nest in Rust. */
function endOfBlockComment(text: string, start: number): number {
  const marks = /\/\*|\*\//g;
  marks.lastIndex = start;
  let depth = 0;
  for (let match = marks.exec(text); match; match = marks.exec(text)) {
    depth += match[0] === '/*' ? 1 : -1;
    if (depth === 0) return match.index + 2;
  }
  return text.length;
}

function endOfString(text: string, start: number): number {
  for (let at = start; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '"') return at + 1;
  }
  return text.length;
}
