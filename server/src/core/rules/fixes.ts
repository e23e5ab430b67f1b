import type { Call } from '../ir/ir';
import type { Judged, View } from '../program/judged';
import type { Edit, Span } from '../text';
import type { Fix } from './rule';
import { Source } from './source';

/** The handle as an argument that can be written where it was seen: a variable that holds it, or a path. */
export function spellHandle(handle: View): string | null {
  if (handle.variable) return handle.variable;
  return /^&?[A-Za-z_]\w*(?:(?:->|\.)[A-Za-z_]\w*)+$/.test(handle.name) ? handle.name : null;
}

/** Calls `callee` instead, with the same arguments. */
export function replaceCallee(call: Call | null, callee: string, safe: boolean): Fix[] {
  if (!call || call.implicit || call.callee === callee) return [];
  return [{ title: `call ${callee}() instead`, safe, edits: [{ span: call.calleeSpan, text: callee }] }];
}

/** Writes `line` before the statement at `at`, with braces where the statement was the only body of an `if` or a loop. */
export function insertBefore(source: Source, at: Span, line: string): Edit[] | null {
  const statement = source.statementAt(at.start);
  if (!statement) return null;
  const indent = source.indentAt(statement.start);
  if (!source.isUnbracedBody(statement)) {
    if (!source.isInBlock(statement) && !source.isAlone(statement)) return null;
    return [{ span: { start: statement.start, end: statement.start }, text: `${line}\n${indent}` }];
  }
  if (!source.isAlone(statement)) return null;
  const head = source.before(statement.start) + 1;
  const outer = source.indentAt(head - 1);
  const next = source.after(statement.end);
  const hasElse = /^else\b/.test(source.code.slice(next, next + 5));
  return [
    { span: { start: head, end: head }, text: ' {' },
    { span: { start: statement.start, end: statement.start }, text: `${line}\n${indent}` },
    { span: { start: statement.end, end: hasElse ? next : statement.end }, text: `\n${outer}}${hasElse ? ' ' : ''}` },
  ];
}

/** Writes `line` after the statement that holds `at`. */
export function insertAfter(source: Source, at: Span, line: string): Edit[] | null {
  const start = findStatementStart(source, at.start);
  const statement = start === null ? null : source.statementAt(start);
  if (!statement || !source.isInBlock(statement)) return null;
  const indent = source.indentAt(statement.start);
  return [{ span: { start: statement.end, end: statement.end }, text: `\n${line.replace(/^/gm, indent)}` }];
}

/** Deletes a call that is a statement of its own, with its line. */
export function deleteStatement(judged: Judged, call: Call | null): Fix[] {
  const source = new Source(judged.text);
  const statement = spelledStatement(source, call);
  if (!statement || !source.isInBlock(statement) || !source.isAlone(statement)) return [];
  return [
    { title: `delete this ${call!.callee}()`, safe: true, edits: [{ span: wholeLine(source, statement), text: '' }] },
  ];
}

/** Exchanges two calls that are neighbouring statements of one block. */
export function swapStatements(judged: Judged, first: Call | null, second: Call | null): Fix[] {
  const source = new Source(judged.text);
  const one = spelledStatement(source, first);
  const two = spelledStatement(source, second);
  if (!one || !two || source.after(one.end) !== two.start || !source.isInBlock(one) || !source.isInBlock(two))
    return [];
  const edits = [
    { span: one, text: source.text.slice(two.start, two.end) },
    { span: two, text: source.text.slice(one.start, one.end) },
  ];
  return [{ title: `call ${second!.callee}() before ${first!.callee}()`, safe: true, edits }];
}

/** Moves a call behind a later statement, if nothing but straight code of the same block lies between. */
export function moveBehind(judged: Judged, call: Call | null, last: Span): Fix[] {
  const source = new Source(judged.text);
  const statement = spelledStatement(source, call);
  const start = findStatementStart(source, last.start);
  const target = start === null ? null : source.statementAt(start);
  if (!statement || !target || statement.end > target.start || !source.isAlone(statement)) return [];
  if (!source.isInBlock(statement) || !source.isInBlock(target)) return [];
  if (
    /[{}]|\b(?:return|goto|break|continue|case|default)\b|^\s*\w+:/m.test(source.code.slice(statement.end, target.end))
  )
    return [];
  const line = wholeLine(source, statement);
  const text = `\n${source.indentAt(target.start)}${source.text.slice(statement.start, statement.end)}`;
  const edits = [
    { span: line, text: '' },
    { span: { start: target.end, end: target.end }, text },
  ];
  return [{ title: `call ${call!.callee}() after the last use`, safe: true, edits }];
}

/** The whole statement `f(…);` that a call is; null when the call is a part of something else. */
export function spelledStatement(source: Source, call: Call | null): Span | null {
  if (!call || call.implicit || !call.discarded) return null;
  const end = source.after(call.span.end);
  return source.code[end] === ';' ? { start: call.span.start, end: end + 1 } : null;
}

/** Start of the statement that holds `offset`, by the bracket or semicolon before it; null inside a head or a `for`. */
function findStatementStart(source: Source, offset: number): number | null {
  let depth = 0;
  for (let at = offset - 1; at >= 0; at--) {
    const char = source.code[at]!;
    if (char === ')' || char === ']') depth++;
    else if (char === '(' || char === '[') depth--;
    else if (depth === 0 && ';{}'.includes(char)) return source.after(at + 1);
    if (depth < 0) return null;
  }
  return null;
}

/** The statement with its indentation and the end of its line. */
function wholeLine(source: Source, statement: Span): Span {
  const end = source.text.indexOf('\n', statement.end);
  return { start: source.lineStart(statement.start), end: end < 0 ? source.text.length : end + 1 };
}
