import type { Span } from '../text';
import type { Branch } from './branch';
import { insertBefore } from './fixes';
import type { Fix } from './rule';
import type { Source } from './source';

/**
 * Releases on a branch that jumps past the release: goes to the label right before it that does nothing but `call`, or
 * writes `call` before the `goto`. Empty when the branch does not end in a `goto`.
 */
export function releaseBeforeGoto(source: Source, branch: Branch, call: string): Fix[] {
  const jump = findGoto(source, branch);
  if (!jump) return [];
  const better = findLabelBefore(source, jump.label, call);
  if (better) {
    const edit = { span: jump.label.name, text: better };
    return [{ title: `go to ${better}, which calls ${call.slice(0, -1)}`, safe: true, edits: [edit] }];
  }
  const edits = insertBefore(source, jump.statement, call);
  return edits ? [{ title: `call ${call.slice(0, -1)} before this goto`, safe: true, edits }] : [];
}

interface Label {
  /** Its name in the `goto`. */
  readonly name: Span;
  /** Offset of the label itself. */
  readonly at: number;
}

/** The `goto` that ends the body of the `if` around the condition, if the branch is that body. */
function findGoto(source: Source, branch: Branch): { readonly statement: Span; readonly label: Label } | null {
  const head = findHead(source, branch.condition.start);
  if (head < 0) return null;
  const body = source.after(source.skipBrackets(head));
  const end = source.code[body] === '{' ? source.skipBrackets(body) : (source.statementAt(body)?.end ?? -1);
  const match = /\bgoto\s+(\w+)\s*;\s*\}?$/.exec(source.code.slice(body, end));
  if (!match) return null;
  const start = body + match.index;
  const at = findLabel(source, match[1]!);
  // The way leads into the body, or, if the body is the jump alone, straight to the label.
  const isBody =
    (branch.leadsTo >= body && branch.leadsTo < end) ||
    (start === source.after(body + (source.code[body] === '{' ? 1 : 0)) && branch.leadsTo >= at);
  if (at < end || !isBody) return null;
  const name = source.code.indexOf(match[1]!, start + 'goto'.length);
  return { statement: { start, end }, label: { name: { start: name, end: name + match[1]!.length }, at } };
}

/** Offset of the bracket that opens the head of the `if` around `offset`; -1 when it is not in one. */
function findHead(source: Source, offset: number): number {
  let depth = 0;
  for (let at = offset - 1; at >= 0; at--) {
    const char = source.code[at]!;
    if (char === ')') depth++;
    else if (char === '(' && depth-- === 0) {
      if (/\bif\s*$/.test(source.code.slice(Math.max(0, at - 8), at))) return at;
      depth = 0;
    } else if (';{}'.includes(char)) return -1;
  }
  return -1;
}

function findLabel(source: Source, name: string): number {
  return new RegExp(`(?<=[;{}:]\\s*)\\b${name}\\s*:(?!:)`).exec(source.code)?.index ?? -1;
}

/** A label whose code up to `label` is exactly `call`: the path then releases what it holds and nothing more. */
function findLabelBefore(source: Source, label: Label, call: string): string | null {
  const match = /(\w+)\s*:\s*([^:{}]*)$/.exec(source.code.slice(0, label.at));
  return match && match[2]!.trim() === call ? match[1]! : null;
}
