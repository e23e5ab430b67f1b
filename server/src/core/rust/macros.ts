import type { SyntaxNode } from '../syntax/node';
import { isComment, isExpression, type Typer } from './typer';
import type { RustType } from './types';
import { UNKNOWN_VALUE, type Value } from './value';

/** A function around re-parsed text, so that the grammar takes it for an expression. */
const LEAD = 'fn f(){';

/**
 * A macro's arguments are tokens to the parser. Those that read as expressions are typed as such; the rest, such as a
 * format string, gives nothing.
 */
export function typeMacro(typer: Typer, node: SyntaxNode, expected: RustType | null): Value {
  const name = node.childForFieldName('macro')?.text.split('::').at(-1) ?? '';
  const tokens = node.namedChildren.find(child => child?.type === 'token_tree');
  const known = typer.items.function(`${name}!`);
  if (known) return { ...UNKNOWN_VALUE(), type: known.result };
  const values = tokens ? typeTokens(typer, tokens) : [];
  // `dbg!(x)` and initialisers give what they are given; other macros have results of their own.
  const [value] = values;
  if (value && values.length === 1 && /^(?:dbg|unsafe_precondition|stack_pin_init)$/.test(name)) return value;
  if (name === 'container_of') return UNKNOWN_VALUE();
  return expected ? { ...UNKNOWN_VALUE() } : UNKNOWN_VALUE();
}

/** Types the expressions in a token tree, at their own places in the file. */
export function typeTokens(typer: Typer, tokens: SyntaxNode): Value[] {
  const { start, end } = typer.spanOf(tokens);
  if (end - start > MAX_TOKENS) return [];
  const isBlock = typer.context.text[start] === '{';
  const wrap = (text: string) => `${LEAD}${isBlock ? text : `(${plain(text.slice(1, -1))},)`}}`;
  const root = typer.context.reparse(start, end, text => wrap(isBlock ? plain(text) : text));
  const body = root?.namedChildren[0]?.childForFieldName('body');
  if (!body) return [];
  const outer = typer.base;
  typer.base = start - LEAD.length;
  const values = body.namedChildren.flatMap(child => {
    if (!child || isComment(child)) return [];
    if (child.type === 'tuple_expression')
      return child.namedChildren.flatMap(item => (item && isExpression(item) ? [typer.infer(item)] : []));
    return isExpression(child) ? [typer.infer(child)] : [];
  });
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
