import type { SyntaxNode } from '../syntax/node';
import { NOTHING_AROUND, readFunction } from './collect';
import { dropGlue, endsHandle } from './drops';
import { elementsOf, isComment, isExpression, lastChild, returns } from './nodes';
import { bindPattern } from './patterns';
import { dropTemporaries } from './temporaries';
import type { Typer } from './typer';
import { newVariable, type RustType, UNIT } from './types';
import { makeValue, type Value } from './value';

/** A block and its value; what it declared and still has is dropped at its end. */
export function typeBlock(typer: Typer, node: SyntaxNode, expected: RustType | null): Value {
  return typer.scopes.within(
    () => {
      let last: Value = makeValue(UNIT);
      const final = lastChild(node);
      for (const child of node.namedChildren)
        if (child) last = typeStatement(typer, child, child.startIndex === final?.startIndex, expected);
      typer.move(last);
      return { ...last, local: null };
    },
    // A block that ends in `return` has dropped them there.
    ended => returns(node) || typer.dropAll(ended, typer.endOf(node)),
  );
}

function typeStatement(typer: Typer, node: SyntaxNode, isFinal: boolean, expected: RustType | null): Value {
  switch (node.type) {
    case 'let_declaration':
      typeLet(typer, node);
      return makeValue(UNIT);
    case 'expression_statement': {
      const inner = lastChild(node);
      if (!inner) return makeValue(UNIT);
      const isValue = isFinal && node.children.at(-1)?.type !== ';';
      const value = typer.infer(inner, isValue ? expected : null);
      if (isValue) return value;
      const [span, valueSpan] = [typer.spanOf(node), typer.spanOf(inner)];
      typer.events.push({ kind: 'discard', span, valueSpan, value, wildcard: false });
      dropTemporaries(typer, inner, span);
      return makeValue(UNIT);
    }
    case 'function_item':
      typer.nested(readFunction(node, NOTHING_AROUND, typer.items));
      return makeValue(UNIT);
    default:
      return isComment(node) || !isExpression(node) ? makeValue(UNIT) : typer.infer(node, expected);
  }
}

function typeLet(typer: Typer, node: SyntaxNode): void {
  const pattern = node.childForFieldName('pattern');
  const declared = node.childForFieldName('type');
  const type = declared ? typer.items.readType(declared.text) : null;
  const initial = node.childForFieldName('value');
  const value = initial ? typer.infer(initial, type) : makeValue(type ?? newVariable());
  const otherwise = node.childForFieldName('alternative');
  if (otherwise)
    typer.scopes.branch([
      () => {
        typer.infer(otherwise);
        return false;
      },
      () => true,
    ]);
  if (!pattern) return;
  if (initial) dropTemporaries(typer, initial, typer.spanOf(node));
  if (pattern.text === '_' && initial) {
    const [span, valueSpan] = [typer.spanOf(node), typer.spanOf(initial)];
    typer.events.push({ kind: 'discard', span, valueSpan, value, wildcard: true });
    return;
  }
  if (/^(?:struct|tuple)_pattern$/.test(pattern.type)) takeApart(typer, node, pattern, value, initial);
  else typer.move(value);
  bindPattern(typer, pattern, type ? { ...value, type } : value);
  const local = pattern.type === 'identifier' ? typer.scopes.lookup(pattern.text) : null;
  if (local && initial) typer.events.push({ kind: 'let', local, valueSpan: typer.spanOf(initial) });
  // `let mm;` has no value yet.
  else if (local) local.moved = true;
}

/** What the pattern leaves stays with a local; of a value without a name it ends here. */
function takeApart(
  typer: Typer,
  node: SyntaxNode,
  pattern: SyntaxNode,
  { local, part, type }: Value,
  initial: SyntaxNode | null,
): void {
  const names = namesIn(pattern, typer.items.sizeOf(type));
  if (local) local.parted.push(...names);
  if (local || part || !initial || /\bref\b/.test(pattern.text)) return;
  const [span, madeAt] = [typer.spanOf(node), typer.spanOf(initial)];
  const { arm } = typer.scopes;
  for (const { name, glue } of dropGlue(typer.items, type)?.fields ?? []) {
    if (names.some(([taken]) => taken === name) || !endsHandle(typer.items, glue.type)) continue;
    typer.events.push({ kind: 'drop', span, local: null, type: glue.type, madeAt, arm, isCall: false });
  }
}

function namesIn(pattern: SyntaxNode, size: number): string[][] {
  if (pattern.type === 'tuple_pattern')
    return elementsOf(pattern, size).flatMap(({ node, index }) => (node.text === '_' ? [] : [[String(index)]]));
  return pattern.namedChildren.flatMap(part => {
    const name = part?.type === 'field_pattern' ? part.childForFieldName('name') : null;
    return name && part?.childForFieldName('pattern')?.text !== '_' ? [[name.text]] : [];
  });
}
