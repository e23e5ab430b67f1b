import type { SyntaxNode } from '../syntax/node';
import type { Span } from '../text';
import { endsHandle } from './drops';
import { childrenOf, lastChild } from './nodes';
import type { Typer } from './typer';
import { type RustType, resolve } from './types';
import type { RustCall } from './value';

interface Temporary {
  readonly type: RustType;
  readonly madeAt: Span;
}

/** What a statement made and only looked at ends with it, and where a `?` of it leaves. */
export function dropTemporaries(typer: Typer, node: SyntaxNode, span: Span): void {
  const { arm } = typer.scopes;
  for (const made of temporariesIn(typer, node))
    typer.events.push({ kind: 'drop', span, local: null, ...made, arm, isCall: false });
}

/** Calls that one statement chains: no kernel statement has so many. */
const MAX_NODES = 200;

/**
 * Values that the calls of a statement make, and other calls of it only look at: `ARef::from(mm)` of
 * `ARef::from(mm).as_raw();`. The last that is made ends first. What is inside of blocks and closures ends there.
 */
function temporariesIn(typer: Typer, statement: SyntaxNode): Temporary[] {
  const found: Temporary[] = [];
  /** With what looks at the value: a method call, or a `&`. */
  const open: { readonly node: SyntaxNode; readonly by: SyntaxNode | null }[] = [{ node: statement, by: null }];
  const note = (node: SyntaxNode, by: SyntaxNode | null) => open.push({ node, by });
  for (let seen = 0; open.length > 0 && seen < MAX_NODES; seen++) {
    const { node, by } = open.pop()!;
    if (by && /^(?:call|try)_expression$/.test(node.type)) {
      const type = typer.notes.typeAt(typer.spanOf(node));
      if (type && endsHandle(typer.items, type) && looksAt(typer, by)) found.push({ type, madeAt: typer.spanOf(node) });
    }
    switch (node.type) {
      case 'call_expression': {
        // What runs first comes off the stack last, so that the list has the order of the drops.
        const receiver = receiverOf(node);
        if (receiver) note(receiver, node);
        for (const arg of childrenOf(node.childForFieldName('arguments') ?? node))
          if (arg.type !== 'attribute_item') note(arg, null);
        break;
      }
      case 'parenthesized_expression':
      case 'try_expression':
      case 'reference_expression': {
        const inner = lastChild(node);
        // `let guard = &take();` keeps the value as long as the local.
        if (inner)
          note(inner, node.type === 'reference_expression' && node.startIndex !== statement.startIndex ? node : null);
        break;
      }
    }
  }
  return found;
}

function receiverOf(node: SyntaxNode): SyntaxNode | null {
  let callee = node.childForFieldName('function');
  if (callee?.type === 'generic_function') callee = callee.childForFieldName('function');
  return callee?.type === 'field_expression' ? callee.childForFieldName('value') : null;
}

/** Whether a method that is known leaves its receiver where it is. */
function looksAt(typer: Typer, node: SyntaxNode): boolean {
  if (node.type === 'reference_expression') return true;
  const { start, end } = typer.spanOf(node);
  const call = typer.events.findLast(
    (event): event is RustCall => event.kind === 'call' && event.span.start === start && event.span.end === end,
  );
  const self = call?.item?.params.find(({ name }) => name === 'self');
  const given = call?.receiver && resolve(call.receiver.type);
  const wanted = self && resolve(self.type);
  if (!wanted || given?.kind !== 'path') return false;
  return (
    wanted.kind === 'reference' || (wanted.kind === 'path' && wanted.name !== given.name && wanted.name !== 'Self')
  );
}
