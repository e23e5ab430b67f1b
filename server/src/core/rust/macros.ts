import type { SyntaxNode } from '../syntax/node';
import { childrenOf, isExpression, lastChild } from './nodes';
import type { Typer } from './typer';
import { pointerTo, resolve } from './types';
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
  if (name === 'container_of' && tokens && values[0]) return typeContainer(typer, tokens, values[0]);
  // `dbg!(x)` gives what it is given; other macros have results of their own.
  return (name === 'dbg' && values[0]) || unknownValue();
}

/** `container_of!(pointer, Type, field)` points as the pointer does, at what the field is in. */
function typeContainer(typer: Typer, tokens: SyntaxNode, field: Value): Value {
  const pointer = resolve(field.type);
  const { start, end } = typer.spanOf(tokens);
  const [, written] = splitArguments(typer.context.text.slice(start + 1, end - 1));
  const isMutable = pointer.kind === 'pointer' && pointer.mutable;
  // A reference becomes `*const` on its way into the macro.
  if (written === undefined || (pointer.kind !== 'pointer' && pointer.kind !== 'reference')) return unknownValue();
  return makeValue(pointerTo(typer.items.readType(written), isMutable));
}

/** Arguments at their commas, outside of brackets. */
function splitArguments(text: string): string[] {
  const found: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!;
    if ('([{<'.includes(char)) depth++;
    else if (')]}'.includes(char) || (char === '>' && text[at - 1] !== '-')) depth--;
    else if (char === ',' && depth === 0) {
      found.push(text.slice(start, at));
      start = at + 1;
    }
  }
  return [...found, text.slice(start)];
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
