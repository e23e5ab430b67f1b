import type { SyntaxNode } from '../syntax/node';
import { childrenOf, isExpression, lastChild } from './nodes';
import type { Typer } from './typer';
import { makeValue, unknownValue, type Value } from './value';

/** A function around re-parsed text, so that the grammar takes it for an expression. */
const LEAD = 'fn f(){';

/**
 * A macro's arguments are tokens to the parser. Those that read as expressions are typed as such; the rest, such as a
 * format string, gives nothing.
 */
export function typeMacro(typer: Typer, node: SyntaxNode): Value {
  const name = node.childForFieldName('macro')?.text.split('::').at(-1) ?? '';
  const known = typer.items.function(`${name}!`);
  if (known) return makeValue(known.result);
  const tokens = childrenOf(node).find(child => child.type === 'token_tree');
  const values = tokens ? typeTokens(typer, tokens) : [];
  // `dbg!(x)` gives what it is given; other macros have results of their own.
  return (name === 'dbg' && values[0]) || unknownValue();
}

/** Types the expressions in a token tree, at their own places in the file. */
export function typeTokens(typer: Typer, tokens: SyntaxNode): Value[] {
  const { start, end } = typer.spanOf(tokens);
  if (end - start > MAX_TOKENS) return [];
  const isBlock = typer.context.text[start] === '{';
  const root = typer.context.reparse(start, end, text =>
    isBlock ? `${LEAD}${plain(text)}}` : `${LEAD}(${plain(text.slice(1, -1))},)}`,
  );
  const body = root?.namedChildren[0]?.childForFieldName('body');
  if (!body) return [];
  const outer = typer.base;
  typer.base = start - LEAD.length;
  const nodes = childrenOf(body).flatMap(child => {
    const inner = child.type === 'expression_statement' ? (lastChild(child) ?? child) : child;
    return (inner.type === 'tuple_expression' ? childrenOf(inner) : [inner]).filter(isExpression);
  });
  const values = nodes.map(node => typer.infer(node));
  typer.notes.noteMacro({ start, end }, { nodes, base: typer.base });
  typer.base = outer;
  return values;
}

/** Arguments of kernel macros are a screenful at most; a body passed whole to a macro is not typed. */
const MAX_TOKENS = 20_000;

/** Text of the same length that the grammar reads: `<-` of initialisers, `$crate` and `$name` of macro rules. */
function plain(text: string): string {
  return text
    .replace(/<-/g, ': ')
    .replace(/\$(?=\w)/g, ' ')
    .replace(/&this in /g, match => ' '.repeat(match.length));
}
