import { findRole, hashStep } from './words';

/** The kind of a token: one of these, or the code of another punctuator. */
export enum Kind {
  Word = 1,
  Number = 2,
  /** A string or character literal. */
  Literal = 3,
  /** A whole preprocessor directive with its continuation lines; its role is in `Directive`. */
  Directive = 4,
  /** `...` */
  Ellipsis = 5,
  OpenParen = 0x28,
  CloseParen = 0x29,
  Star = 0x2a,
  Plus = 0x2b,
  Comma = 0x2c,
  Minus = 0x2d,
  Dot = 0x2e,
  Colon = 0x3a,
  Semicolon = 0x3b,
  Equals = 0x3d,
  Question = 0x3f,
  OpenBracket = 0x5b,
  CloseBracket = 0x5d,
  OpenBrace = 0x7b,
  CloseBrace = 0x7d,
  /** A unit that is no punctuator of C. */
  Unknown = 0x7f,
}

export enum Directive {
  Other,
  If,
  /** `#elif`, `#elifdef`, `#elifndef`, `#else`. */
  Else,
  Endif,
}

/** The tokens of a C text, as parallel arrays: comments and white space are left out. Offsets are UTF-16 units. */
export interface Tokens {
  readonly text: string;
  count: number;
  kinds: Uint8Array;
  /** A `Role` for words, a `Directive` for directives, else 0. */
  roles: Uint8Array;
  starts: Int32Array;
  ends: Int32Array;
}

/**
 * Splits C into tokens, in time linear in the text. Takes any text: what is unclosed ends at its line or at the end.
 * This loop reads every unit of every file, so it is one function over local variables.
 */
export function scanTokens(text: string): Tokens {
  const length = text.length;
  const tokens = new TokenList(text);
  let lineIsFresh = true;
  let at = 0;
  while (at < length) {
    const start = at;
    const code = text.charCodeAt(at++);
    switch (code < 128 ? CLASSES[code]! : OTHER) {
      case SPACE:
        if (code === NEWLINE) lineIsFresh = true;
        continue;
      case WORD: {
        let hash = hashStep(0, code);
        for (; at < length; at++) {
          const next = text.charCodeAt(at);
          if (next >= 128 || CLASSES[next]! > DIGIT) break;
          hash = hashStep(hash, next);
        }
        tokens.push(Kind.Word, findRole(text, start, at, hash), start, at);
        break;
      }
      case DIGIT:
        at = endOfNumber(text, at);
        tokens.push(Kind.Number, 0, start, at);
        break;
      case QUOTE:
        at = endOfLiteral(text, at, code);
        tokens.push(Kind.Literal, 0, start, at);
        break;
      case SLASH: {
        const end = endOfComment(text, start);
        if (end >= 0) {
          at = end;
          continue;
        }
        tokens.push(code, 0, start, at);
        break;
      }
      case HASH:
        if (lineIsFresh) {
          at = skipBlanks(text, at);
          const role = directiveAt(text, at);
          at = endOfDirective(text, at);
          tokens.push(Kind.Directive, role, start, at);
        } else tokens.push(code, 0, start, at);
        break;
      case DOT:
        if (text.startsWith('..', at)) at += 2;
        tokens.push(at === start + 1 ? Kind.Dot : Kind.Ellipsis, 0, start, at);
        break;
      case BACKSLASH:
        continue;
      default:
        tokens.push(code < Kind.Unknown ? code : Kind.Unknown, 0, start, at);
    }
    lineIsFresh = false;
  }
  return tokens;
}

const TAB = 0x09;
const NEWLINE = 0x0a;
const RETURN = 0x0d;
const BLANK = 0x20;
const DOUBLE_QUOTE = 0x22;
const SINGLE_QUOTE = 0x27;
const ESCAPE = 0x5c;

/** What a unit begins; a word goes on with the first two. */
const WORD = 0;
const DIGIT = 1;
const SPACE = 2;
const QUOTE = 3;
const SLASH = 4;
const HASH = 5;
const DOT = 6;
const BACKSLASH = 7;
const OTHER = 8;

const CLASSES = Uint8Array.from({ length: 128 }, (_, code) => {
  const unit = String.fromCharCode(code);
  if (/[A-Za-z_$]/.test(unit)) return WORD;
  if (/[0-9]/.test(unit)) return DIGIT;
  if (code <= 0x20) return SPACE;
  return { '"': QUOTE, "'": QUOTE, '/': SLASH, '#': HASH, '.': DOT, '\\': BACKSLASH }[unit] ?? OTHER;
});

class TokenList implements Tokens {
  count = 0;
  kinds: Uint8Array;
  roles: Uint8Array;
  starts: Int32Array;
  ends: Int32Array;

  constructor(readonly text: string) {
    const capacity = (text.length >> 2) + 64;
    this.kinds = new Uint8Array(capacity);
    this.roles = new Uint8Array(capacity);
    this.starts = new Int32Array(capacity);
    this.ends = new Int32Array(capacity);
  }

  push(kind: number, role: number, start: number, end: number): void {
    if (this.count === this.kinds.length) this.#grow(this.count * 2);
    const i = this.count++;
    this.kinds[i] = kind;
    this.roles[i] = role;
    this.starts[i] = start;
    this.ends[i] = end;
  }

  #grow(capacity: number): void {
    this.kinds = widen(this.kinds, new Uint8Array(capacity));
    this.roles = widen(this.roles, new Uint8Array(capacity));
    this.starts = widen(this.starts, new Int32Array(capacity));
    this.ends = widen(this.ends, new Int32Array(capacity));
  }
}

/** The end of the preprocessing number whose second unit is at `at`: `0x1f`, `1.5`, `10UL`. */
function endOfNumber(text: string, at: number): number {
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 128 && CLASSES[code]! <= DIGIT) continue;
    if (code === Kind.Dot && text.charCodeAt(at + 1) !== Kind.Dot) continue;
    return at;
  }
  return at;
}

function skipBlanks(text: string, at: number): number {
  while (text.charCodeAt(at) === BLANK || text.charCodeAt(at) === TAB) at++;
  return at;
}

function directiveAt(text: string, at: number): Directive {
  if (text.startsWith('if', at)) return Directive.If;
  if (text.startsWith('el', at)) return Directive.Else;
  return text.startsWith('endif', at) ? Directive.Endif : Directive.Other;
}

/** Where the comment at `at` ends, or -1 when none starts there. A line comment ends before its line end. */
function endOfComment(text: string, at: number): number {
  if (text.startsWith('*', at + 1)) {
    const close = text.indexOf('*/', at + 2);
    return close < 0 ? text.length : close + 2;
  }
  return text.startsWith('/', at + 1) ? endOfLine(text, at) : -1;
}

/** The end of the logical line, before its `\n`: a backslash joins it with the next one. */
function endOfLine(text: string, at: number): number {
  for (let from = at; ; ) {
    const end = text.indexOf('\n', from);
    if (end < 0) return text.length;
    if (!isContinued(text, end)) return end;
    from = end + 1;
  }
}

function isContinued(text: string, newline: number): boolean {
  const before = text.charCodeAt(newline - 1);
  return before === ESCAPE || (before === RETURN && text.charCodeAt(newline - 2) === ESCAPE);
}

/** The end of the literal whose contents begin at `at`: after its closing quote, else at its line end. */
function endOfLiteral(text: string, at: number, quote: number): number {
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === ESCAPE) at += text.charCodeAt(at + 1) === RETURN ? 2 : 1;
    else if (code === quote) return at + 1;
    else if (code === NEWLINE) return at;
  }
  return text.length;
}

/** A directive ends with its logical line; comments inside it may span lines. */
function endOfDirective(text: string, from: number): number {
  let at = from;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === NEWLINE) {
      if (!isContinued(text, at)) return text.charCodeAt(at - 1) === RETURN ? at - 1 : at;
      at++;
    } else if (code === DOUBLE_QUOTE || code === SINGLE_QUOTE) at = endOfLiteral(text, at + 1, code);
    else if (CLASSES[code] === SLASH) {
      const end = endOfComment(text, at);
      at = end < 0 ? at + 1 : end;
    } else at++;
  }
  return text.length;
}

function widen<T extends Uint8Array | Int32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
