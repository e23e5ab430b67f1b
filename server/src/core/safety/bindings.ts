import type { FunctionItem, Items } from './items';
import { ancestors, childOfType, descendants, MAX_DEPTH, type RustNode, textOf } from './syntax';

/** Where a local name gets its value. */
export type Binding =
  | { readonly kind: 'value'; readonly node: RustNode; readonly value: RustNode | null; readonly mutable: boolean }
  | { readonly kind: 'param'; readonly type: string; readonly node: RustNode; readonly of: FunctionItem | null }
  | { readonly kind: 'loop'; readonly node: RustNode; readonly range: RustNode };

/** The binding of `name` that is in force at `node`. */
export function findBinding(node: RustNode, name: string, text: string, items: Items): Binding | null {
  let below = node;
  for (const parent of ancestors(node)) {
    const found = bindingIn(parent, below, name, text, items);
    if (found) return found;
    if (parent.type === 'function_item') return null;
    below = parent;
  }
  return null;
}

function bindingIn(parent: RustNode, below: RustNode, name: string, text: string, items: Items): Binding | null {
  switch (parent.type) {
    case 'block': {
      for (let i = parent.children.indexOf(below) - 1; i >= 0; i--) {
        const found = letBinding(parent.children[i]!, name, text);
        if (found) return found;
      }
      return null;
    }
    case 'function_item': {
      const of = items.byNode.get(parent) ?? null;
      const param = of?.params.find(one => one.name === name);
      return param ? { kind: 'param', type: param.type, node: parent, of } : null;
    }
    case 'closure_expression': {
      const params = childOfType(parent, 'closure_parameters');
      const param = params?.children.find(child => binds(child, name, text));
      if (!param) return null;
      const type = param.type === 'parameter' ? textOf(param.children.at(-1)!, text) : '';
      return { kind: 'param', type, node: param, of: null };
    }
    case 'for_expression': {
      const [pattern, range] = parent.children;
      const inBody = below === parent.children.at(-1);
      return inBody && pattern && range && binds(pattern, name, text) ? { kind: 'loop', node: parent, range } : null;
    }
    case 'match_arm': {
      const pattern = childOfType(parent, 'match_pattern');
      const scrutinee = parent.parent?.parent?.children[0] ?? null;
      return pattern && below !== pattern && binds(pattern, name, text)
        ? { kind: 'value', node: pattern, value: scrutinee, mutable: false }
        : null;
    }
    case 'if_expression':
    case 'while_expression': {
      if (below !== childOfType(parent, 'block')) return null;
      for (const condition of descendants(parent.children[0]!)) {
        if (condition.type !== 'let_condition') continue;
        const [pattern, value] = condition.children;
        if (pattern && value && binds(pattern, name, text))
          return { kind: 'value', node: condition, value, mutable: /\bmut\b/.test(textOf(pattern, text)) };
      }
      return null;
    }
    default:
      return null;
  }
}

function letBinding(node: RustNode, name: string, text: string): Binding | null {
  if (node.type !== 'let_declaration') return null;
  const parts = node.children.filter(({ type }) => type !== 'mutable_specifier');
  const pattern = parts[0];
  if (!pattern || !binds(pattern, name, text)) return null;
  const value = parts.find((part, at) => at > 0 && /=\s*$/.test(text.slice(parts[at - 1]!.end, part.start))) ?? null;
  const mutable = node.children[0]!.type === 'mutable_specifier';
  return { kind: 'value', node, value, mutable };
}

/** The pattern binds `name`, to the whole value or to what a variant such as `Some(name)` wraps. */
function binds(pattern: RustNode, name: string, text: string): boolean {
  let left = MAX_DEPTH;
  for (const node of descendants(pattern)) {
    if (--left < 0) return false;
    if (node.type === 'identifier' && textOf(node, text) === name) return true;
    if (node.type === 'shorthand_field_identifier' && textOf(node, text) === name) return true;
  }
  return false;
}

/** Conditions that hold at `node` because of the branch it is in or of an early exit before it, nearest first. */
export function* knownConditions(node: RustNode, text: string): Generator<{ condition: RustNode; holds: boolean }> {
  let below = node;
  for (const parent of ancestors(node)) {
    if (parent.type === 'if_expression') {
      const [condition, consequence] = parent.children;
      if (condition && below === consequence) yield* split(condition, true, text);
      else if (condition && below.type === 'else_clause') yield* split(condition, false, text);
    } else if (parent.type === 'block') {
      for (let i = parent.children.indexOf(below) - 1; i >= 0; i--) {
        const statement = parent.children[i]!;
        const test = statement.type === 'expression_statement' ? statement.children[0] : statement;
        if (test?.type === 'if_expression') {
          const [condition, consequence, otherwise] = test.children;
          if (condition && consequence && !otherwise && diverges(consequence, text))
            yield* split(condition, false, text);
        } else if (test?.type === 'macro_invocation') yield* asserted(test, text);
      }
    }
    if (parent.type === 'function_item') return;
    below = parent;
  }
}

/** `a && b` that holds means both; `a || b` that does not hold means neither. */
function* split(condition: RustNode, holds: boolean, text: string): Generator<{ condition: RustNode; holds: boolean }> {
  const open = [condition];
  for (let left = MAX_DEPTH; open.length > 0 && left > 0; left--) {
    const next = open.pop()!;
    const [a, b] = next.children;
    const operator = a && b ? text.slice(a.end, b.start).trim() : '';
    if (next.type === 'binary_expression' && operator === (holds ? '&&' : '||')) open.push(a!, b!);
    else if (next.type === 'parenthesized_expression') open.push(a!);
    else if (next.type === 'unary_expression' && text[next.start] === '!') yield { condition: a!, holds: !holds };
    else yield { condition: next, holds };
  }
}

/** `assert!(a <= b)` holds behind it; its tokens are read as the text that they are. */
function* asserted(macro: RustNode, text: string): Generator<{ condition: RustNode; holds: boolean }> {
  if (/^assert!\s*\(/.test(text.slice(macro.start, macro.end))) yield { condition: macro, holds: true };
}

/** Control does not reach the end of the block. */
function diverges(block: RustNode, text: string): boolean {
  const last = block.children.at(-1);
  const expression = last?.type === 'expression_statement' ? last.children[0] : last;
  if (!expression) return false;
  return (
    /^(?:return|break|continue)_expression$/.test(expression.type) ||
    /^(?:panic|unreachable)!/.test(text.slice(expression.start, expression.end))
  );
}

/** The binding still has its first value at `node`: it is not mutable, or nothing before `node` assigns to it. */
export function keepsValue(binding: Binding): boolean {
  return binding.kind !== 'value' || !binding.mutable;
}

/** The last `drop(name)` or assignment to `name` on the way to `node`; what is in other branches does not count. */
export function lastChange(node: RustNode, name: string, text: string): 'dropped' | 'assigned' | null {
  const drops = new RegExp(`^(?:\\w+::)*(?:drop|forget)\\(\\s*${name}\\s*\\)`);
  const assigns = new RegExp(`^${name}\\s*=[^=]`);
  const binds = new RegExp(`^let (?:mut )?${name}\\b`);
  let below = node;
  for (const parent of ancestors(node)) {
    if (parent.type === 'block') {
      for (let i = parent.children.indexOf(below) - 1; i >= 0; i--) {
        const words = text.slice(parent.children[i]!.start, parent.children[i]!.end);
        if (drops.test(words)) return 'dropped';
        if (assigns.test(words)) return 'assigned';
        if (binds.test(words)) return null;
      }
    }
    if (parent.type === 'function_item') return null;
    below = parent;
  }
  return null;
}
