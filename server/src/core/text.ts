/** Half-open range of UTF-16 code units, as in JavaScript strings, tree-sitter's JavaScript binding and LSP. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Replaces `span` by `text`. */
export interface Edit {
  readonly span: Span;
  readonly text: string;
}

/** A zero-based line and a zero-based column in UTF-16 code units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A line of a file of the tree: `file` is relative to its root, `line` counts from 1. */
export interface Spot {
  readonly file: string;
  readonly line: number;
}

/** Where each line of a text starts; lines end at `\n` (a `\r` before it belongs to the line). */
export class LineIndex {
  readonly #starts: number[] = [0];

  constructor(readonly text: string) {
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.#starts.push(at + 1);
  }

  get lineCount(): number {
    return this.#starts.length;
  }

  /** Start of zero-based `line` in UTF-16 units, clamped to the text. */
  lineStart(line: number): number {
    return this.#starts[Math.max(0, line)] ?? this.text.length;
  }

  positionAt(offset: number): Position {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low, column: offset - this.#starts[low]! };
  }

  offsetAt(position: Position): number {
    const start = this.lineStart(position.line);
    const end = this.lineStart(position.line + 1);
    return Math.min(start + Math.max(0, position.column), end);
  }

  /** The text of zero-based `line`, without its line end. */
  lineText(line: number): string {
    return this.text.slice(this.lineStart(line), this.lineStart(line + 1)).replace(/\r?\n$/, '');
  }
}

/** Length of `text` in UTF-8 bytes: a compiler's column counts them. Lone surrogates count three, as they encode. */
export function utf8Length(text: string): number {
  let bytes = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) bytes += 1;
    else if (unit < 0x800) bytes += 2;
    else if (unit >= 0xd800 && unit < 0xdc00 && i + 1 < text.length && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00) {
      bytes += 4;
      i++;
    } else bytes += 3;
  }
  return bytes;
}

/** Applies edits that do not overlap, in any order. An edit that overlaps an earlier one is left out. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const ordered = [...edits].sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
  let out = '';
  let at = 0;
  for (const edit of ordered) {
    if (edit.span.start < at) continue;
    out += text.slice(at, edit.span.start) + edit.text;
    at = edit.span.end;
  }
  return out + text.slice(at);
}
