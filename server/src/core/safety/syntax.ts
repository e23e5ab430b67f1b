import type { Parser, SyntaxNode } from '../syntax/node';

/** A node as the composer reads it: plain data with its parent, comments left out, offsets of the file. */
export interface RustNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly parent: RustNode | null;
  readonly children: RustNode[];
}

/** How many nodes of one file are looked at; the largest Rust file of the kernel has a third of it. */
export const MAX_NODES = 400_000;

/** How many parents a question about a node climbs, and how deep an expression is peeled. */
export const MAX_DEPTH = 400;

export interface CopiedTree {
  readonly root: RustNode;
  /** Not all of the tree was copied. */
  readonly truncated: boolean;
}

/**
 * Copies a tree. Bodies of functions in which `isWanted` sees nothing are left empty. Macros that hold a wanted place are parsed anew,
 * innermost braces first, for their tokens have no structure.
 */
export function copyTree(
  root: SyntaxNode,
  text: string,
  parser: Parser,
  isWanted: (start: number, end: number) => boolean,
): CopiedTree {
  const copied = copyNode(root, null, 0);
  const open: { from: SyntaxNode; to: RustNode; base: number }[] = [{ from: root, to: copied, base: 0 }];
  let left = MAX_NODES;
  while (open.length > 0) {
    const { from, to, base } = open.pop()!;
    if (to.type === 'block' && to.parent?.type === 'function_item' && !isWanted(to.start, to.end)) continue;
    if (to.type === 'token_tree') {
      if (base === 0 && isWanted(to.start, to.end)) left -= copyMacro(to, text, parser, left);
      if (left <= 0) return { root: copied, truncated: true };
      continue;
    }
    for (const child of from.namedChildren) {
      if (!child || UNREAD.has(child.type)) continue;
      if (--left <= 0) return { root: copied, truncated: true };
      const made = copyNode(child, to, base);
      to.children.push(made);
      open.push({ from: child, to: made, base });
    }
  }
  return { root: copied, truncated: false };
}

/** Nodes that no question is about. */
const UNREAD: ReadonlySet<string> = new Set([
  'line_comment',
  'block_comment',
  'use_declaration',
  'attribute_item',
  'inner_attribute_item',
  'enum_item',
  'where_clause',
]);

function copyNode(node: SyntaxNode, parent: RustNode | null, base: number): RustNode {
  return { type: node.type, start: node.startIndex + base, end: node.endIndex + base, parent, children: [] };
}

/** Parses the closures and blocks of a macro's arguments that hold `unsafe`; returns how many nodes it made. */
function copyMacro(tokens: RustNode, text: string, parser: Parser, limit: number): number {
  let made = 0;
  for (const span of unsafeBodies(text, tokens)) {
    const head = 'fn f() { ';
    const tree = parser.parse('rust', `${head}${text.slice(span.start, span.end)} }`);
    if (!tree) continue;
    if (!tree.rootNode.hasError) {
      const base = span.start - head.length;
      const body = tree.rootNode.namedChildren[0]?.childForFieldName('body');
      const open: { from: SyntaxNode; to: RustNode }[] = body ? [{ from: body, to: tokens }] : [];
      while (open.length > 0 && made < limit) {
        const { from, to } = open.pop()!;
        for (const child of from.namedChildren) {
          if (!child || child.type === 'line_comment' || child.type === 'block_comment') continue;
          const node = copyNode(child, to, base);
          made++;
          to.children.push(node);
          open.push({ from: child, to: node });
        }
      }
    }
    tree.delete();
  }
  return made;
}

/** The closure, block or `unsafe` expression around each `unsafe` of a macro, outermost that is code. */
function unsafeBodies(text: string, tokens: RustNode): { start: number; end: number }[] {
  const found: { start: number; end: number }[] = [];
  const pattern = /"(?:[^"\\]|\\[\s\S])*"|\/\/[^\n]*|(?:(?:move\s*)?\|[^|{}();]*\|\s*)?\{|\bunsafe\s*\{/g;
  pattern.lastIndex = tokens.start + 1;
  for (let match = pattern.exec(text); match && match.index < tokens.end; match = pattern.exec(text)) {
    const isClosure = match[0].includes('|');
    const isUnsafe = match[0].startsWith('unsafe');
    if (!isClosure && !isUnsafe) continue;
    const end = closingBrace(text, pattern.lastIndex - 1, tokens.end);
    if (end < 0) continue;
    if (isUnsafe || /\bunsafe\s*\{/.test(text.slice(match.index, end))) {
      found.push({ start: match.index, end });
      pattern.lastIndex = end;
    }
  }
  return found;
}

/** Offset behind the brace that closes the one at `open`; -1 when there is none before `limit`. */
function closingBrace(text: string, open: number, limit: number): number {
  let depth = 0;
  for (let at = open; at < limit; at++) {
    const unit = text[at];
    if (unit === '{') depth++;
    else if (unit === '}' && --depth === 0) return at + 1;
    else if (unit === '/' && text[at + 1] === '/') at = text.indexOf('\n', at) < 0 ? limit : text.indexOf('\n', at);
  }
  return -1;
}

/** The node itself and everything below it, in order of the text. */
export function* descendants(node: RustNode, enter: (node: RustNode) => boolean = () => true): Generator<RustNode> {
  const open = [node];
  while (open.length > 0) {
    const next = open.pop()!;
    yield next;
    if (next === node || enter(next)) for (let i = next.children.length - 1; i >= 0; i--) open.push(next.children[i]!);
  }
}

/** The parents of a node, nearest first. */
export function* ancestors(node: RustNode): Generator<RustNode> {
  let left = MAX_DEPTH;
  for (let at = node.parent; at && left > 0; at = at.parent, left--) yield at;
}

/** How many statements before a place are asked for what they did; code further up proves nothing. */
const LOOK_BACK = 256;

/** The statements of a block before one of them, nearest first. */
export function* before(block: RustNode, statement: RustNode): Generator<RustNode> {
  const at = block.children.indexOf(statement);
  for (let i = at - 1; i >= Math.max(0, at - LOOK_BACK); i--) yield block.children[i]!;
}

export function childOfType(node: RustNode, ...types: string[]): RustNode | null {
  return node.children.find(child => types.includes(child.type)) ?? null;
}

export function textOf(node: RustNode, text: string): string {
  return text.slice(node.start, node.end);
}

/** White space and comments as one blank, none beside `.`. */
export function flatText(node: RustNode, text: string): string {
  return textOf(node, text)
    .replace(/\/\/[^\n]*/g, ' ')
    .replace(/\s+/g, ' ')
    .replace(/ ?\. ?(?=\w)/g, '.')
    .replace(/([([]) | ([)\]])/g, '$1$2');
}

/** A call `callee(args)` or `receiver.method(args)`. */
export interface CallParts {
  readonly node: RustNode;
  /** Path without generics, at most its last two segments: `bindings::mmget`, `ARef::from_raw`, `drop`. Empty for a method. */
  readonly path: string;
  /** `receiver.method(…)`: the method's name; empty for a path. */
  readonly method: string;
  readonly receiver: RustNode | null;
  readonly args: readonly RustNode[];
}

export function callParts(node: RustNode, text: string): CallParts | null {
  if (node.type !== 'call_expression') return null;
  let callee = node.children[0];
  if (callee?.type === 'generic_function') callee = callee.children[0];
  const args = childOfType(node, 'arguments')?.children ?? [];
  if (!callee) return null;
  if (callee.type === 'field_expression') {
    const name = callee.children.at(-1)!;
    return { node, path: '', method: textOf(name, text), receiver: callee.children[0]!, args };
  }
  return { node, path: pathOf(callee, text), method: '', receiver: null, args };
}

/** The last two segments of a path without generic arguments; `<T as Trait>::f` is `Trait::f`. Empty for other nodes. */
export function pathOf(node: RustNode, text: string): string {
  const segments: string[] = [];
  let at: RustNode | undefined = node;
  while (at && segments.length < 2) {
    if (at.type === 'scoped_identifier' || at.type === 'scoped_type_identifier') {
      const last: RustNode = at.children.at(-1)!;
      segments.unshift(textOf(last, text));
      at = at.children.length > 1 ? at.children[0] : undefined;
    } else if (at.type === 'generic_type' || at.type === 'generic_function') at = at.children[0];
    else if (at.type === 'bracketed_type') at = at.children[0];
    else if (at.type === 'qualified_type') at = at.children.at(-1);
    else if (/identifier$|^self$|^crate$|^super$/.test(at.type)) {
      segments.unshift(textOf(at, text));
      at = undefined;
    } else return segments.length > 0 ? segments.join('::') : '';
  }
  return segments.join('::');
}
