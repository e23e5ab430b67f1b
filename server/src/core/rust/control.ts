import type { SyntaxNode } from '../syntax/node';
import { childrenOf, isExpression, lastChild, leaves, returns } from './nodes';
import { bindPattern } from './patterns';
import type { Typer } from './typer';
import { newVariable, type RustType, UNIT } from './types';
import { type Local, makeValue, type Value } from './value';

/** `if`, with `if let` chains: what a condition binds is known in the first arm. */
export function typeIf(typer: Typer, node: SyntaxNode, expected: RustType | null): Value {
  const condition = node.childForFieldName('condition');
  const consequence = node.childForFieldName('consequence');
  const alternative = node.childForFieldName('alternative');
  const result = expected ?? newVariable();
  const known = condition ? nullTest(typer, condition) : null;
  const arms = typer.scopes.within(() => {
    const outside = typer.scopes.last;
    if (condition) typeCondition(typer, condition);
    const bound = typer.scopes.nearest(Number.POSITIVE_INFINITY, outside);
    const tested = known?.local.value.nullable ?? false;
    const assumeNull = (isNull: boolean) => {
      if (known) setNullable(known.local, isNull === known.whenTrue && tested);
    };
    const taken = { value: null as Value | null };
    typer.scopes.branch([
      () => {
        assumeNull(true);
        if (consequence) taken.value = typer.infer(consequence, alternative ? result : null);
        const kept = bound.filter(({ moved }) => !moved);
        if (consequence && !returns(consequence)) typer.dropAll(kept, typer.endOf(consequence));
        return !leaves(consequence);
      },
      () => {
        // What the condition binds is not there when it fails.
        for (const local of bound) local.moved = true;
        assumeNull(false);
        const inner = alternative ? lastChild(alternative) : null;
        if (inner) {
          const other = typer.infer(inner, result);
          if (leaves(consequence)) taken.value = other;
        }
        return !leaves(inner ?? null);
      },
    ]);
    // Past a test whose arm leaves, only the other answer is possible.
    if (known)
      setNullable(
        known.local,
        tested && !(leaves(consequence) && known.whenTrue) && !leavesOther(alternative, known.whenTrue),
      );
    return taken.value;
  });
  return alternative ? { ...(arms ?? makeValue(result)), type: result, local: null } : makeValue(UNIT);
}

export function typeMatch(typer: Typer, node: SyntaxNode, expected: RustType | null): Value {
  const value = typer.inferChild(node, 'value');
  typer.move(value);
  const result = expected ?? newVariable();
  let given: Value | null = null;
  const arms = (node.childForFieldName('body')?.namedChildren ?? []).filter(arm => arm?.type === 'match_arm');
  typer.scopes.branch(
    arms.map(arm => () => {
      const body = arm!.childForFieldName('value');
      return typer.scopes.within(
        () => {
          const pattern = arm!.childForFieldName('pattern');
          if (pattern) bindPattern(typer, pattern, value);
          const guard = pattern?.childForFieldName('condition');
          if (guard) typeCondition(typer, guard);
          const inner = body ? typer.infer(body, leaves(body) ? null : result) : null;
          if (inner) typer.move(inner);
          if (!leaves(body)) given ??= inner;
          return !leaves(body);
        },
        ended => body && !returns(body) && typer.dropAll(ended, typer.endOf(body)),
      );
    }),
  );
  return { ...((given as Value | null) ?? makeValue(result)), type: result, local: null };
}

export function typeWhile(typer: Typer, node: SyntaxNode): Value {
  const body = node.childForFieldName('body');
  const result = node.type === 'loop_expression' ? newVariable() : UNIT;
  typer.loops.push(result);
  typer.scopes.within(
    () => {
      const condition = node.childForFieldName('condition');
      if (condition) typeCondition(typer, condition);
      if (body) typer.infer(body);
    },
    ended => body && !returns(body) && typer.dropAll(ended, typer.endOf(body)),
  );
  typer.loops.pop();
  return makeValue(result);
}

export function typeFor(typer: Typer, node: SyntaxNode): Value {
  typer.inferChild(node, 'value');
  typer.scopes.within(() => {
    const pattern = node.childForFieldName('pattern');
    if (pattern) bindPattern(typer, pattern, makeValue(newVariable()));
    typer.inferChild(node, 'body', UNIT);
  });
  return makeValue(UNIT);
}

/** A condition, the patterns of which bind in what follows. */
function typeCondition(typer: Typer, node: SyntaxNode): void {
  if (node.type === 'let_condition') {
    const value = typer.inferChild(node, 'value');
    const pattern = node.childForFieldName('pattern');
    typer.move(value);
    if (pattern) bindPattern(typer, pattern, value);
  } else if (node.type === 'let_chain') {
    for (const child of childrenOf(node)) typeCondition(typer, child);
  } else if (isExpression(node)) typer.infer(node);
}

/** `p.is_null()` or `!p.is_null()` on a local. */
function nullTest(typer: Typer, condition: SyntaxNode): { readonly local: Local; readonly whenTrue: boolean } | null {
  const match = /^(!?)\s*(\w+)\.is_null\(\)$/.exec(
    condition.endIndex - condition.startIndex < 100 ? condition.text : '',
  );
  const local = match && typer.scopes.lookup(match[2]!);
  return local ? { local, whenTrue: match[1] === '' } : null;
}

function leavesOther(alternative: SyntaxNode | null, whenTrue: boolean): boolean {
  const inner = (alternative ? lastChild(alternative) : null) ?? null;
  return !whenTrue && leaves(inner);
}

function setNullable(local: Local, nullable: boolean): void {
  local.value = { ...local.value, nullable };
}
