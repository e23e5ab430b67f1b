import type { Language } from '../syntax/node';
import type { Span } from '../text';

/** Where the comments and the function definitions of a text are. */
export interface Outline {
  readonly comments: readonly Span[];
  /** From the first token of a definition, attributes included, to its closing brace; sorted by start. */
  readonly functions: readonly Span[];
}

/**
 * Reads a text once, in linear time and without a parser: it is meant for whole files, damaged ones too. Of the arms of
 * an `#if`, each begins with the braces that were open before the first. A `}` in the first column ends every C
 * definition, as the kernel's style has it, so that one unbalanced macro does not swallow the rest of the file.
 */
export function outline(language: Language, text: string): Outline {
  const scan = new Scan(language, text);
  scan.run();
  scan.functions.sort((a, b) => a.start - b.start);
  return scan;
}

/** An open brace. The list is never changed in place, so that an `#else` can go back to an earlier one. */
interface Brace {
  readonly outer: Brace | null;
  /** Parentheses that are open around it: a statement expression begins anew at zero. */
  readonly parens: number;
  /** Start of the function whose body it opens, else -1. */
  readonly definition: number;
}

/** Tokens at which the scan stops; everything between them is plain code. */
const STOPS: Readonly<Record<Language, RegExp>> = {
  c: /\/\*|\/\/|"|'|[{}()[\];=]|^[ \t]*#[ \t]*\w*/gm,
  rust: /\/\*|\/\/|\bb?r#*"|"|'|[{}()[\];]|\bfn\s+\w/gm,
};

class Scan {
  readonly comments: Span[] = [];
  readonly functions: Span[] = [];
  #brace: Brace | null = null;
  #parens = 0;
  readonly #arms: { readonly brace: Brace | null; readonly parens: number }[] = [];
  /** First token since the last `;`, `{` or `}`, or -1 while only blanks and comments follow it. */
  #first = -1;
  /** What precedes this offset has been looked at for `#first`. */
  #read = 0;
  /** The tokens since `#first` look like the header of a definition. */
  #header = false;

  constructor(
    readonly language: Language,
    readonly text: string,
  ) {}

  run(): void {
    const stop = new RegExp(STOPS[this.language]);
    for (let match = stop.exec(this.text); match; match = stop.exec(this.text)) {
      this.#lookForCode(match.index);
      stop.lastIndex = this.#step(match.index, match[0]);
    }
  }

  /** Takes one token and returns the offset behind it. */
  #step(at: number, token: string): number {
    const end = at + token.length;
    if (token === '//' || token === '/*') {
      this.comments.push({ start: at, end: commentEnd(this.language, this.text, at) });
      this.#read = this.comments.at(-1)!.end;
      return this.#read;
    }
    if (token.trimStart().startsWith('#')) return this.#directive(at, token);
    if (this.#first < 0 && token !== ';' && token !== '}') this.#first = at;
    if (token.endsWith('"')) return stringEnd(this.language, this.text, at, token);
    switch (token) {
      case "'":
        return characterEnd(this.language, this.text, at);
      case '(':
        if (this.language === 'c' && this.#brace === null && this.#parens === 0) this.#header = this.#first < at;
        this.#parens++;
        break;
      case '[':
        this.#parens++;
        break;
      case ')':
      case ']':
        this.#parens = Math.max(0, this.#parens - 1);
        break;
      case '{':
        this.#open(end);
        break;
      case '}':
        this.#close(at);
        while (this.language === 'c' && this.#brace && (at === 0 || this.text[at - 1] === '\n')) this.#close(at);
        this.#begin(end);
        break;
      case ';':
        if (this.#parens === 0) this.#begin(end);
        break;
      case '=':
        if (this.#parens === 0) this.#header = false;
        break;
      default:
        this.#header = true;
    }
    return end;
  }

  #open(end: number): void {
    const defines = this.#header && this.#parens === 0;
    this.#brace = { outer: this.#brace, parens: this.#parens, definition: defines ? this.#first : -1 };
    this.#parens = 0;
    this.#begin(end);
  }

  #close(at: number): void {
    const brace = this.#brace;
    this.#brace = brace?.outer ?? null;
    this.#parens = brace?.parens ?? 0;
    if (brace && brace.definition >= 0) this.functions.push({ start: brace.definition, end: at + 1 });
  }

  #directive(at: number, token: string): number {
    const name = token.replace(/[\s#]/g, '');
    const arm = this.#arms.at(-1);
    if (name.startsWith('if')) this.#arms.push({ brace: this.#brace, parens: this.#parens });
    else if (name.startsWith('el') && arm) {
      this.#brace = arm.brace;
      this.#parens = arm.parens;
    } else if (name === 'endif') this.#arms.pop();
    const end = directiveEnd(this.text, at);
    if (this.#brace === null && this.#parens === 0) this.#begin(end);
    else this.#read = end;
    return end;
  }

  #begin(offset: number): void {
    this.#first = -1;
    this.#read = offset;
    this.#header = false;
  }

  #lookForCode(upTo: number): void {
    if (this.#first >= 0) return;
    for (let at = this.#read; at < upTo; at++) {
      if (this.text.charCodeAt(at) > 0x20) {
        this.#first = at;
        return;
      }
    }
    this.#read = Math.max(this.#read, upTo);
  }
}

function commentEnd(language: Language, text: string, at: number): number {
  if (text[at + 1] === '/') return indexOr(text, '\n', at);
  if (language === 'c') return Math.min(indexOr(text, '*/', at + 2) + 2, text.length);
  const edges = /\/\*|\*\//g;
  edges.lastIndex = at;
  let depth = 0;
  for (let edge = edges.exec(text); edge; edge = edges.exec(text)) {
    depth += edge[0] === '/*' ? 1 : -1;
    if (depth === 0) return edges.lastIndex;
  }
  return text.length;
}

function stringEnd(language: Language, text: string, at: number, token: string): number {
  const hashes = /r(#*)"$/.exec(token)?.[1];
  if (hashes !== undefined) {
    return Math.min(indexOr(text, `"${hashes}`, at + token.length) + 1 + hashes.length, text.length);
  }
  for (let i = at + token.length; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === '"') return i + 1;
    // A C string ends with its line at the latest.
    else if (text[i] === '\n' && language === 'c') return i;
  }
  return text.length;
}

/** Past a character literal, or past the quote alone when it begins a Rust lifetime or is an apostrophe in an #error. */
function characterEnd(language: Language, text: string, at: number): number {
  const literal = language === 'c' ? /'(?:[^'\\\n]|\\.){1,8}'/y : /'(?:[^'\\\n]|\\(?:u\{[^}\n]{0,8}\}|x..|.))'/uy;
  literal.lastIndex = at;
  return literal.test(text) ? literal.lastIndex : at + 1;
}

/** The end of the line, past lines that a backslash continues, or where a comment begins. */
function directiveEnd(text: string, at: number): number {
  let end = indexOr(text, '\n', at);
  while (end < text.length && /\\\r?$/.test(text.slice(end - 2, end))) end = indexOr(text, '\n', end + 1);
  const comment = text.slice(at, end).search(/\/[*/]/);
  return comment < 0 ? end : at + comment;
}

function indexOr(text: string, needle: string, from: number): number {
  const at = text.indexOf(needle, from);
  return at < 0 ? text.length : at;
}
