import { blank } from '../syntax/blank';
import type { Span } from '../text';

/**
 * The source of one function as fixes read it. Comments, strings and preprocessor lines are blanked in `code`, which has
 * the length of `text`, so that an offset means the same in both.
 */
export class Source {
  readonly code: string;

  constructor(readonly text: string) {
    this.code = blank(text);
  }

  /** White space before the first character of the line that holds `offset`. */
  indentAt(offset: number): string {
    return /^[\t ]*/.exec(this.text.slice(this.lineStart(offset)))![0];
  }

  lineStart(offset: number): number {
    return this.text.lastIndexOf('\n', offset - 1) + 1;
  }

  /** The span from `start` to the semicolon that ends the statement; null when there is none before a brace. */
  statementAt(start: number): Span | null {
    const length = /^[^;{}]*;/.exec(this.code.slice(start))?.[0].length;
    return length === undefined ? null : { start, end: start + length };
  }

  /** Offset of the last code character before `offset`, -1 when there is none. */
  before(offset: number): number {
    let at = offset - 1;
    while (at >= 0 && isSpace(this.code[at]!)) at--;
    return at;
  }

  /** Offset of the first code character at or after `offset`. */
  after(offset: number): number {
    let at = offset;
    while (at < this.code.length && isSpace(this.code[at]!)) at++;
    return at;
  }

  /** The statement stands in a block: its neighbours are `{`, `}`, `;` or a label, not the head of an `if` or a loop. */
  isInBlock(statement: Span): boolean {
    const previous = this.code[this.before(statement.start)] ?? '';
    return (
      '{};:'.includes(previous) &&
      !/^else\b/.test(this.code.slice(this.after(statement.end), this.after(statement.end) + 5))
    );
  }

  /** The statement is the unbraced body of an `if`, an `else` or a loop. */
  isUnbracedBody(statement: Span): boolean {
    const at = this.before(statement.start);
    return this.code[at] === ')' || /\b(else|do)$/.test(this.code.slice(Math.max(0, at - 5), at + 1));
  }

  /** The statement is alone on its line or lines. */
  isAlone(statement: Span): boolean {
    const head = this.text.slice(this.lineStart(statement.start), statement.start);
    const tail = /^[^\n]*/.exec(this.text.slice(statement.end))![0];
    return head.trim() === '' && tail.trim() === '';
  }

  /** Offset after the bracket that closes the one at `open`; -1 when it is not closed. */
  skipBrackets(open: number): number {
    let depth = 0;
    for (let at = open; at < this.code.length; at++) {
      if ('([{'.includes(this.code[at]!)) depth++;
      else if (')]}'.includes(this.code[at]!) && --depth === 0) return at + 1;
    }
    return -1;
  }
}

function isSpace(char: string): boolean {
  return char === ' ' || char === '\t' || char === '\n' || char === '\r';
}
