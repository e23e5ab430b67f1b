import { applyEdits, type Edit, type LineIndex } from '../text';
import { layOut } from './comments';
import { composeOperations, wordsOf } from './compose';
import type { Context } from './evidence';
import { findOperations, type Operation } from './operations';
import { childOfType, type RustNode } from './syntax';

/** A statement of a block that does something unsafe. */
interface Part {
  readonly statement: RustNode;
  readonly operations: readonly Operation[];
  /** What of the statement goes into an unsafe block of its own. */
  readonly core: RustNode;
}

/**
 * An unsafe block as one for each statement that needs it, each with its comment; null where only one does, or where the
 * layout is not that of the kernel. What was declared inside stays inside: then the braces remain.
 */
export function splitBlock(block: RustNode, context: Context, lines: LineIndex): Edit | null {
  const { text } = context;
  const body = childOfType(block, 'block');
  const around = block.parent;
  if (!body || !around || !PLACES.has(around.type)) return null;
  // Attributes belong to a statement in ways that a second brace may change; quotes keep their indentation.
  if (/^\s*#!?\[|"[^"\n]*\n/m.test(text.slice(body.start, body.end).replace(/"(?:[^"\\\n]|\\.)*"/g, ''))) return null;
  const parts = partsOf(block, body, context);
  if (!parts || parts.length < 2) return null;
  const own = { start: lines.lineStart(lines.positionAt(block.start).line), end: block.end };
  const indentOf = (at: number) => {
    const start = lines.lineStart(lines.positionAt(at).line);
    const before = text.slice(start, at);
    return /^[ \t]*$/.test(before) ? before : null;
  };
  const indent = indentOf(block.start);
  const isOpen =
    /^\{[ \t]*\n/.test(text.slice(body.start, body.end)) && /\n[ \t]*\}$/.test(text.slice(body.start, body.end));
  const isStatement = /^(?:expression_statement|block)$/.test(around.type);
  const needsScope = body.children.some(({ type }) => type === 'let_declaration' || type.endsWith('_item'));
  const dissolves = !needsScope && isStatement && isOpen && indent !== null;
  const edits: Edit[] = [];
  for (const { statement, operations, core } of parts) {
    const inner = indentOf(statement.start);
    if (inner === null) return null;
    const start = statement.start - inner.length;
    if (!hasComment(text.slice(body.start, start))) {
      const words = `SAFETY: ${wordsOf(composeOperations(operations, block, context))}`;
      const comment = dissolves
        ? layOut(words, `${inner.slice(INDENT.length)}// `)
            .replace(/^/gm, INDENT)
            .slice(0, -INDENT.length)
        : layOut(words, `${inner}// `);
      edits.push({ span: { start, end: start }, text: comment });
    }
    edits.push({ span: { start: core.start, end: core.end }, text: wrap(text.slice(core.start, core.end), inner) });
  }
  const shift = (edit: Edit): Edit => ({
    ...edit,
    span: { start: edit.span.start - own.start, end: edit.span.end - own.start },
  });
  if (!dissolves) {
    edits.unshift({ span: { start: block.start, end: body.start }, text: '' });
    return { span: own, text: applyEdits(text.slice(own.start, own.end), edits.map(shift)) };
  }
  // The value of the last expression ends where its statement does.
  const last = body.children.at(-1)!;
  const isEnded = /[;}]$/.test(text.slice(last.start, last.end));
  // The grammar takes the semicolon behind a block for a statement of its own.
  const end = own.end + (text[own.end] === ';' ? 1 : 0);
  const isLast = around.type === 'block' || around.parent?.children.at(-1) === around;
  const isValue = isLast && end === own.end;
  if (!isEnded && !isValue) edits.push({ span: { start: last.end, end: last.end }, text: ';' });
  const open = text.indexOf('\n', body.start) + 1;
  edits.unshift({ span: { start: own.start, end: open }, text: '' });
  const close = text.lastIndexOf('\n', body.end - 1);
  edits.push({ span: { start: close, end }, text: '' });
  const inner = applyEdits(text.slice(own.start, end), edits.map(shift));
  return { span: { start: own.start, end }, text: inner.replace(new RegExp(`^${INDENT}`, 'gm'), '') };
}

const INDENT = '    ';

/** Where a block may stand without `unsafe` and mean the same. */
const PLACES: ReadonlySet<string> = new Set([
  'arguments',
  'assignment_expression',
  'block',
  'closure_expression',
  'expression_statement',
  'let_declaration',
  'match_arm',
  'return_expression',
]);

/** Null where an operation is in no statement that can be wrapped. */
function partsOf(block: RustNode, body: RustNode, context: Context): Part[] | null {
  const operations = findOperations(block, context.text, context.items);
  const parts: Part[] = [];
  for (const statement of body.children) {
    const own = operations.filter(operation => isIn(statement, nodeOf(operation)));
    if (own.length === 0) continue;
    const core = coreOf(statement, own, context.text);
    if (!core) return null;
    parts.push({ statement, operations: own, core });
  }
  return parts;
}

function nodeOf(operation: Operation): RustNode {
  return operation.kind === 'call' ? operation.call.node : operation.node;
}

function isIn(outer: RustNode, inner: RustNode): boolean {
  return inner.start >= outer.start && inner.end <= outer.end;
}

/** The value of a `let`, and any other statement without its semicolon. */
function coreOf(statement: RustNode, operations: readonly Operation[], text: string): RustNode | null {
  if (statement.type === 'expression_statement') return statement.children[0] ?? null;
  if (statement.type.endsWith('_item')) return null;
  if (statement.type !== 'let_declaration') return statement;
  const value = statement.children.find(child => operations.every(operation => isIn(child, nodeOf(operation))));
  return value && /[^=]=\s*$/.test(text.slice(statement.start, value.start)) ? value : null;
}

/** Whether the lines that end here end with a comment that justifies what follows. */
function hasComment(above: string): boolean {
  const lines = above.split('\n').slice(0, -1);
  const first = lines.findLastIndex(line => !/^\s*\/\//.test(line)) + 1;
  return lines.slice(first).some(line => /^\s*\/\/+\s*SAFETY:/.test(line));
}

function wrap(code: string, indent: string): string {
  if (!code.includes('\n')) return `unsafe { ${code} }`;
  return `unsafe {\n${indent}    ${code.replace(/\n(?!\n)/g, '\n    ')}\n${indent}}`;
}
