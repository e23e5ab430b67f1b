import type { Draft } from '../../ir/block-order';
import { CfgBuilder } from '../../ir/builder';
import type { Incomplete, Operand } from '../../ir/ir';
import { operand } from '../../ir/operand';
import type { SyntaxNode } from '../../syntax/node';
import type { Span } from '../../text';
import type { Cleanups } from './templates';

/** Statements and expressions nested deeper than this are not lowered. The deepest of 26,000 kernel functions is at 20. */
const MAX_DEPTH = 400;
/** Reasons beyond these add nothing for the reader. */
const MAX_REASONS = 10;

/** A switch being lowered: its dispatch is written once all its cases are known. */
export interface Switch {
  readonly cases: { readonly tests: readonly Operand[]; readonly block: Draft }[];
  readonly value: Operand;
  default: Draft | null;
}

/** What every part of the lowering of one C function shares. */
export class Lowering {
  readonly builder = new CfgBuilder();
  readonly incomplete: Incomplete[] = [];
  readonly switches: Switch[] = [];
  #defines: ReadonlyMap<string, readonly string[]> | null = null;
  #depth = 0;

  /** `original` is the source as written, `text` the same length as the parser saw it. */
  constructor(
    readonly original: string,
    readonly text: string,
    readonly cleanups: Cleanups,
  ) {}

  textOf(node: SyntaxNode): string {
    return this.text.slice(node.startIndex, node.endIndex);
  }

  /** Descends one level into `node`; where that would be too deep, `otherwise` stands for what is there. */
  nested<T>(node: SyntaxNode, body: () => T, otherwise: () => T): T {
    if (this.#depth >= MAX_DEPTH) {
      this.giveUp(spanOf(node), `nested more than ${MAX_DEPTH} levels deep`);
      return otherwise();
    }
    this.#depth++;
    const result = body();
    this.#depth--;
    return result;
  }

  /** The names that `#define`s in the body let `name` stand for; the parser does not see those lines. */
  meaningsOf(name: string): readonly string[] {
    this.#defines ??= readDefines(this.original);
    return this.#defines.get(name) ?? [];
  }

  /** Records why the function cannot be judged. */
  giveUp(span: Span, reason: string): void {
    if (this.incomplete.length >= MAX_REASONS || this.incomplete.some(known => known.reason === reason)) return;
    this.incomplete.push({ span, reason });
  }
}

function readDefines(text: string): ReadonlyMap<string, readonly string[]> {
  const defines = new Map<string, string[]>();
  for (const [, name = '', meaning = ''] of text.matchAll(/^[ \t]*#[ \t]*define[ \t]+(\w+)[ \t]+(\w+)[ \t]*$/gm)) {
    const known = defines.get(name);
    if (known) known.push(meaning);
    else defines.set(name, [meaning]);
  }
  return defines;
}

export function spanOf(node: SyntaxNode): Span {
  return { start: node.startIndex, end: node.endIndex };
}

/** The span from the start of one node to the end of another. */
export function spanBetween(first: SyntaxNode, last: SyntaxNode): Span {
  return { start: first.startIndex, end: last.endIndex };
}

/** The named children, without comments. */
export function partsOf(node: SyntaxNode): SyntaxNode[] {
  const parts: SyntaxNode[] = [];
  for (const child of node.namedChildren) if (child && child.type !== 'comment') parts.push(child);
  return parts;
}

/** The expression in parentheses, however many; a statement expression keeps its own. */
export function withoutParentheses(node: SyntaxNode): SyntaxNode {
  let inner = node;
  while (inner.type === 'parenthesized_expression') {
    const child = partsOf(inner)[0];
    if (!child || child.type === 'compound_statement') break;
    inner = child;
  }
  return inner;
}

/** The name of the function or macro that a call names; null when it calls through an expression. */
export function calledName(lowering: Lowering, call: SyntaxNode): string | null {
  const callee = call.childForFieldName('function');
  return callee?.type === 'identifier' ? lowering.textOf(callee) : null;
}

export function argumentsOf(call: SyntaxNode): SyntaxNode[] {
  const list = call.childForFieldName('arguments');
  return list ? partsOf(list) : [];
}

export function variableAt(key: string, node: SyntaxNode): Operand {
  return operand.variable(key, spanOf(node));
}
