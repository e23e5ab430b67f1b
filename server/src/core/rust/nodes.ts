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

/** The patterns of a tuple, or of a variant, with the place of each; those behind a `..` count from the end. */
export function elementsOf(pattern: SyntaxNode, size: number): { readonly node: SyntaxNode; readonly index: number }[] {
  const type = pattern.childForFieldName('type');
  // `_` is a token without a name, and has a place all the same.
  const nodes = pattern.children.filter(
    (child): child is SyntaxNode =>
      child !== null && !isComment(child) && !/^[(),]$/.test(child.type) && child.startIndex !== type?.startIndex,
  );
  const rest = nodes.findIndex(node => node.type === 'remaining_field_pattern');
  return nodes.flatMap((node, i) => {
    if (i === rest) return [];
    return [{ node, index: rest < 0 || i < rest ? i : Math.max(i, size - (nodes.length - i)) }];
  });
}

export function lastChild(node: SyntaxNode): SyntaxNode | null {
  return childrenOf(node).at(-1) ?? null;
}

/** Whether control surely leaves: the last statement returns, breaks or goes on with a loop. */
export function leaves(node: SyntaxNode | null): boolean {
  return /^(?:return|break|continue)_expression$/.test(finalOf(node)?.type ?? '');
}

/** Whether the last statement returns. */
export function returns(node: SyntaxNode): boolean {
  return finalOf(node)?.type === 'return_expression';
}

/** The last expression, through blocks. */
function finalOf(node: SyntaxNode | null): SyntaxNode | null {
  let last = node;
  while (last && /^(?:block|unsafe_block|expression_statement)$/.test(last.type)) last = lastChild(last);
  return last;
}

/** `a.b()` and `a.b::<T>()`. */
export function isMethod(callee: SyntaxNode | null): boolean {
  const named = callee?.type === 'generic_function' ? callee.childForFieldName('function') : callee;
  return named?.type === 'field_expression';
}

/** A comparison, or a lazy operator. */
export function isTest(node: SyntaxNode): boolean {
  return /^(?:[=!]=|[<>]=?|&&|\|\|)$/.test(node.childForFieldName('operator')?.text ?? '');
}
