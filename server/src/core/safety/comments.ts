import type { Edit, LineIndex, Span } from '../text';
import { ancestors, type RustNode } from './syntax';

export type CommentMark = 'SAFETY' | 'INVARIANT';

/** A comment that justifies a place. */
export interface Comment {
  readonly mark: CommentMark;
  /** From its mark to the end of its last line. */
  readonly span: Span;
  /** Its sentences on one line, without the mark. */
  readonly words: string;
}

/** Columns of a line of kernel Rust. */
const WIDTH = 100;

/** The comments of a mark that justify a node: above it, above what it is a part of, at the end of its line or inside it. */
export function commentOn(node: RustNode, mark: CommentMark, text: LineIndex): Comment | null {
  for (const line of linesOf(node, text)) {
    const above = commentAbove(line, mark, text);
    if (above) return above;
  }
  const open = text.text.indexOf('{', node.start);
  if (node.type === 'struct_expression') return commentWithin(node, mark, text);
  if (node.type !== 'unsafe_block' || open < 0) return null;
  const lineEnd = endOfLine(text, open);
  const same = readLines(text, [{ start: open + 1, end: lineEnd }], mark);
  if (same) return same;
  const inside: Span[] = [];
  for (let at = lineEnd + 1; at < node.end; at = endOfLine(text, at) + 1) {
    const span = { start: at, end: endOfLine(text, at) };
    if (!isPlainComment(text, span)) break;
    inside.push(span);
  }
  return readLines(text, inside, mark);
}

/** A comment among the fields of a literal. */
function commentWithin(node: RustNode, mark: CommentMark, text: LineIndex): Comment | null {
  for (let at = endOfLine(text, node.start) + 1; at < node.end; at = endOfLine(text, at) + 1) {
    const found = readLines(text, [{ start: at, end: endOfLine(text, at) }], mark);
    if (found) return found;
  }
  return null;
}

/** Starts of the lines above which a comment on the node may stand, nearest first, up to its statement. */
function* linesOf(node: RustNode, text: LineIndex): Generator<number> {
  let last = startOfLine(text, node.start);
  yield last;
  for (const parent of statementParts(node)) {
    const line = startOfLine(text, parent.start);
    if (line !== last) yield line;
    last = line;
  }
  // The tokens of a macro have no statements: one begins behind a line that ends one.
  if ([...ancestors(node)].some(({ type }) => type === 'token_tree')) {
    for (let left = MAX_MACRO_LINES; left > 0 && last > 0; left--) {
      const before = text.text
        .slice(startOfLine(text, last - 1), last)
        .replace(/\/\/.*/, '')
        .trimEnd();
      if (/^\s*$|[;{}]$/.test(before)) return;
      last = startOfLine(text, last - 1);
      yield last;
    }
  }
}

/** How many lines a statement in the tokens of a macro may have above its `unsafe`. */
const MAX_MACRO_LINES = 8;

/** The expressions and patterns around a node, up to and with its statement or item. */
function* statementParts(node: RustNode): Generator<RustNode> {
  for (const parent of ancestors(node)) {
    const isBody = parent.type === 'block' && parent.parent?.type !== 'unsafe_block';
    if (isBody || /^(?:source_file|declaration_list|match_block|token_tree)$/.test(parent.type)) return;
    yield parent;
  }
}

function commentAbove(line: number, mark: CommentMark, text: LineIndex): Comment | null {
  const lines: Span[] = [];
  for (let at = line; at > 0; ) {
    const start = startOfLine(text, at - 1);
    const span = { start, end: at - 1 };
    if (isPlainComment(text, span)) lines.unshift(span);
    else if (!/^\s*#!?\[|^\s*\/\/\//.test(text.text.slice(span.start, span.end))) break;
    at = start;
  }
  return readLines(text, lines, mark);
}

function isPlainComment(text: LineIndex, span: Span): boolean {
  return /^\s*\/\/(?![/!])/.test(text.text.slice(span.start, span.end));
}

/** The comment of a mark in lines that hold nothing but comments; another mark ends it. */
function readLines(text: LineIndex, lines: readonly Span[], mark: CommentMark): Comment | null {
  let words = '';
  let span: Span | null = null;
  for (const line of lines) {
    const content = text.text.slice(line.start, line.end);
    const head = /^(\s*\/\/+\s*)([A-Z][A-Za-z-]*)\s*:/.exec(content);
    if (head && /^(?:Safety|[A-Z]{4,})$/.test(head[2]!)) {
      if (span) break;
      if (head[2]!.toUpperCase() !== mark) continue;
      span = { start: line.start + head[1]!.length, end: line.end };
      words = content.slice(head[0].length);
    } else if (span) {
      span = { start: span.start, end: line.end };
      words += ` ${content.replace(/^\s*\/\/ ?/, '')}`;
    }
  }
  return span && { mark, span, words: words.replace(/\s+/g, ' ').trim() };
}

/** Inserts a comment where a reader looks for it: above the line that a part of the statement begins, and its attributes. */
export function insertComment(node: RustNode, mark: CommentMark, words: string, text: LineIndex): Edit {
  let line = startOfLine(text, node.start);
  if (!beginsLine(node, text)) {
    for (const parent of statementParts(node)) {
      line = startOfLine(text, parent.start);
      if (beginsLine(parent, text)) break;
    }
  }
  for (;;) {
    const start = startOfLine(text, line - 1);
    if (line === 0 || !/^\s*#!?\[/.test(text.text.slice(start, line))) break;
    line = start;
  }
  const indent = /^[ \t]*/.exec(text.text.slice(line))![0];
  return { span: { start: line, end: line }, text: layOut(`${mark}: ${words}`, `${indent}// `) };
}

/** Appends words to a comment, whose last line is filled first. */
export function appendToComment({ span }: Comment, words: string, text: LineIndex): Edit {
  const line = startOfLine(text, span.end);
  const head = /^\s*\/\/ ?/.exec(text.text.slice(line, span.end))![0];
  const last = text.text.slice(line + head.length, span.end).trimEnd();
  const joined = `${last}${/[.!?:]$/.test(last) ? '' : '.'} ${words}`;
  return { span: { start: line, end: span.end }, text: layOut(joined, head).trimEnd() };
}

/** Words as lines of at most a hundred columns that begin with `head`, each ended. */
export function layOut(words: string, head: string): string {
  const lines: string[] = [];
  let current = '';
  for (const word of words.split(' ')) {
    if (current !== '' && head.length + current.length + 1 + word.length > WIDTH) {
      lines.push(head + current);
      current = word;
    } else current = current === '' ? word : `${current} ${word}`;
  }
  return `${[...lines, head + current].map(line => line.trimEnd()).join('\n')}\n`;
}

function beginsLine(node: RustNode, text: LineIndex): boolean {
  let at = startOfLine(text, node.start);
  while (at < node.start && /[ \t]/.test(text.text[at]!)) at++;
  return at === node.start;
}

function startOfLine(text: LineIndex, offset: number): number {
  return text.lineStart(text.positionAt(offset).line);
}

/** The line's end, which is not part of it. */
function endOfLine(text: LineIndex, offset: number): number {
  const next = text.lineStart(text.positionAt(offset).line + 1);
  return text.text[next - 1] === '\n' && next > offset ? next - 1 : next;
}
