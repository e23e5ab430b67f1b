import type { SyntaxNode } from '../syntax/node';

export function isComment(node: SyntaxNode): boolean {
  return node.type === 'line_comment' || node.type === 'block_comment';
}

/** Declarations and comments between statements have nothing to infer. */
export function isExpression(node: SyntaxNode): boolean {
  return !/_item$|_declaration$|comment$|^attribute|^label$|_specifier$|^empty_|^macro_definition$|_pattern$/.test(
    node.type,
  );
}

/** Named children that are not comments. */
export function childrenOf(node: SyntaxNode): SyntaxNode[] {
  return node.namedChildren.filter((child): child is SyntaxNode => child !== null && !isComment(child));
}

export function lastChild(node: SyntaxNode): SyntaxNode | null {
  return childrenOf(node).at(-1) ?? null;
}

/** Whether control surely leaves: the last statement returns, breaks or goes on with a loop. */
export function leaves(node: SyntaxNode | null): boolean {
  let last = node;
  while (last && /^(?:block|unsafe_block|expression_statement)$/.test(last.type)) last = lastChild(last);
  return last !== null && /^(?:return|break|continue)_expression$/.test(last.type);
}
