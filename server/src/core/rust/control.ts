import type { SyntaxNode } from '../syntax/node';
import { bindPattern } from './patterns';
import { isComment, isExpression, type Typer } from './typer';
import { newVariable, type RustType, UNIT } from './types';
import { type Local, type Value, valueOf } from './value';

/** `if`, with `if let` chains: what a condition binds is known in the first arm. */
export function typeIf(typer: Typer, node: SyntaxNode, expected: RustType | null): Value {
  const condition = node.childForFieldName('condition');
  const consequence = node.childForFieldName('consequence');
  const alternative = node.childForFieldName('alternative');
  const result = expected ?? newVariable();
  const known = condition ? nullTest(typer, condition) : null;
  const arms = typer.scopes.within(() => {
    if (condition) typeCondition(typer, condition);
    const tested = known?.local.nullable ?? false;
    const assumeNull = (isNull: boolean) => {
      if (known) known.local.nullable = isNull === known.whenTrue && tested;
    };
    const taken = { value: null as Value | null };
    typer.scopes.branch([
      () => {
        assumeNull(true);
        if (consequence) taken.value = typer.infer(consequence, alternative ? result : null);
        return !leaves(consequence);
      },
      () => {
        assumeNull(false);
        const inner = alternative?.namedChildren.find(child => child && !isComment(child));
        if (inner) {
          const other = typer.infer(inner, result);
          if (leaves(consequence)) taken.value = other;
        }
        return !leaves(inner ?? null);
      },
    ]);
    // Past a test whose arm leaves, only the other answer is possible.
    if (known)
      known.local.nullable =
        tested && !(leaves(consequence) && known.whenTrue) && !leavesOther(alternative, known.whenTrue);
    return taken.value;
  });
  return alternative ? { ...(arms ?? valueOf(result)), type: result, local: null } : valueOf(UNIT);
}

export function typeMatch(typer: Typer, node: SyntaxNode, expected: RustType | null): Value {
  const value = typer.inferChild(node, 'value');
  typer.move(value);
  const result = expected ?? newVariable();
  let given: Value | null = null;
  const arms = (node.childForFieldName('body')?.namedChildren ?? []).filter(arm => arm?.type === 'match_arm');
  typer.scopes.branch(
    arms.map(
      arm => () =>
        typer.scopes.within(() => {
          const pattern = arm!.childForFieldName('pattern');
          if (pattern) bindPattern(typer, pattern, value);
          const guard = pattern?.childForFieldName('condition');
          if (guard) typeCondition(typer, guard);
          const body = arm!.childForFieldName('value');
          const inner = body ? typer.infer(body, leaves(body) ? null : result) : null;
          if (inner) typer.move(inner);
          if (!leaves(body)) given ??= inner;
          return !leaves(body);
        }),
    ),
  );
  return { ...((given as Value | null) ?? valueOf(result)), type: result, local: null };
}

export function typeWhile(typer: Typer, node: SyntaxNode): Value {
  typer.scopes.within(() => {
    const condition = node.childForFieldName('condition');
    if (condition) typeCondition(typer, condition);
    typer.inferChild(node, 'body');
  });
  return valueOf(node.type === 'loop_expression' ? newVariable() : UNIT);
}

export function typeFor(typer: Typer, node: SyntaxNode): Value {
  typer.inferChild(node, 'value');
  typer.scopes.within(() => {
    const pattern = node.childForFieldName('pattern');
    if (pattern) bindPattern(typer, pattern, valueOf(newVariable()));
    typer.inferChild(node, 'body', UNIT);
  });
  return valueOf(UNIT);
}

/** A condition, the patterns of which bind in what follows. */
function typeCondition(typer: Typer, node: SyntaxNode): void {
  if (node.type === 'let_condition') {
    const value = typer.inferChild(node, 'value');
    const pattern = node.childForFieldName('pattern');
    if (pattern) bindPattern(typer, pattern, value);
  } else if (node.type === 'let_chain') {
    for (const child of node.namedChildren) if (child && !isComment(child)) typeCondition(typer, child);
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

/** Whether control surely leaves: the last statement returns, breaks or goes on with a loop. */
function leaves(node: SyntaxNode | null): boolean {
  let last = node;
  while (last && /^(?:block|unsafe_block|expression_statement)$/.test(last.type))
    last = last.namedChildren.filter(child => child && !isComment(child)).at(-1) ?? null;
  return last !== null && /^(?:return|break|continue)_expression$/.test(last.type);
}

function leavesOther(alternative: SyntaxNode | null, whenTrue: boolean): boolean {
  const inner = alternative?.namedChildren.find(child => child && !isComment(child)) ?? null;
  return !whenTrue && leaves(inner);
}
