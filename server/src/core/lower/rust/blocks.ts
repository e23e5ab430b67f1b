import { isComment, isExpression, lastChild } from '../../rust/nodes';
import { type RustType, resolve, UNIT } from '../../rust/types';
import type { SyntaxNode } from '../../syntax/node';
import type { Span } from '../../text';
import { lowerIf, lowerMatch } from './control';
import { lowerBorrowed, lowerExpression, UNIT_VALUE } from './expressions';
import type { Leftovers, Lowering, Value } from './lowering';
import { bindPattern, dropRest, testPattern } from './patterns';
import { emptyAt } from './shapes';

/** A block and its value; what it declared is dropped at its end, the last first. */
export function lowerBlock(lowering: Lowering, node: SyntaxNode, type: RustType): Value {
  const { builder } = lowering;
  const end = lowering.endOf(node);
  // An unsafe block is a keyword before a block.
  const body = node.type === 'block' ? node : (lastChild(node) ?? node);
  if (body.type !== 'block') return lowerExpression(lowering, body);
  let scopes = 1;
  builder.enterScope();
  // Temporaries of the last expression outlive the locals.
  const leftover = lowering.newLeftovers();
  builder.addCleanup(exit => lowering.dropLeftover(leftover, exit));
  const final = lastChild(body);
  let result: Value = UNIT_VALUE;
  for (const child of body.namedChildren) {
    if (!child || isComment(child)) continue;
    const isFinal = child.startIndex === final?.startIndex;
    if (child.type === 'let_declaration') {
      // Each `let` is a scope of its own to the end of the block, for it may hide an earlier local of its name.
      builder.enterScope();
      scopes++;
      lowerLet(lowering, child);
    } else if (child.type === 'expression_statement') {
      const inner = lastChild(child);
      const isValue = isFinal && child.children.at(-1)?.type !== ';';
      if (inner && isValue) result = yieldValue(lowering, inner, leftover);
      else if (inner) lowerStatement(lowering, inner);
    } else if (isFinal && isExpression(child)) result = yieldValue(lowering, child, leftover);
    else if (isExpression(child)) lowerStatement(lowering, child);
  }
  for (; scopes > 0; scopes--) builder.leaveScope(end);
  return isUnknown(result.type) ? { ...result, type } : result;
}

/** The value of a block, read before its locals end. */
function yieldValue(lowering: Lowering, node: SyntaxNode, leftover: Leftovers): Value {
  const value = lowering.leavingTo(leftover, () => lowerExpression(lowering, node));
  const isOwner = lowering.isOwner(value);
  const given = lowering.settled(lowering.take(value, node), lowering.spanOf(node));
  return { operand: given, type: value.type, local: null, fresh: isOwner };
}

/** An expression for its effects: its temporaries end with it, and so does its value. */
function lowerStatement(lowering: Lowering, node: SyntaxNode): void {
  const { builder } = lowering;
  const span = lowering.spanOf(node);
  lowering.scoped(span, () => {
    if (node.type === 'if_expression') lowerIf(lowering, node, UNIT, false);
    else if (node.type === 'match_expression') lowerMatch(lowering, node, UNIT, false);
    else if (node.type === 'unsafe_block' || node.type === 'block') lowerBorrowedBlock(lowering, node);
    else {
      const value = lowerBorrowed(lowering, node);
      builder.evaluate(value.operand, span);
    }
  });
  builder.endStatement(span);
}

function lowerBorrowedBlock(lowering: Lowering, node: SyntaxNode): void {
  lowering.borrow(lowerBlock(lowering, node, lowering.typeOf(node)), node);
}

function lowerLet(lowering: Lowering, node: SyntaxNode): void {
  const { builder } = lowering;
  const span = lowering.spanOf(node);
  const pattern = node.childForFieldName('pattern');
  const initial = node.childForFieldName('value');
  const otherwise = node.childForFieldName('alternative');
  if (!pattern) return;
  if (!initial) {
    if (pattern.type === 'identifier')
      lowering.declare(pattern.text, lowering.spanOf(pattern), lowering.typeOf(pattern), null);
    return;
  }
  if (isExtended(initial)) {
    // `let guard = &take();` keeps the temporary as long as the local.
    bindPattern(lowering, pattern, lowerBorrowed(lowering, initial));
    builder.endStatement(span);
    return;
  }
  const taken = lowering.scoped(span, () => {
    const value = lowerExpression(lowering, initial);
    // What is taken apart keeps what the pattern leaves.
    if (/^(?:struct|tuple)_pattern$/.test(pattern.type) && value.local !== null && !otherwise) return value;
    if (!bindsName(pattern)) {
      // `_` takes nothing: a value that nobody has ends with the statement.
      lowering.borrow(value, initial);
      if (!otherwise) return null;
    }
    const held: Value = {
      operand: lowering.settled(lowering.take(value, initial), span),
      type: value.type,
      local: null,
      fresh: true,
    };
    if (otherwise) lowerElse(lowering, pattern, held, otherwise, span);
    return held;
  });
  if (taken) bindPattern(lowering, pattern, taken);
  if (taken?.fresh && taken.local === null)
    dropRest(lowering, pattern, taken, emptyAt({ start: span.end, end: span.end }));
  builder.endStatement(span);
}

/** `let ... else { ... }`: what follows runs only where the pattern matches. */
function lowerElse(lowering: Lowering, pattern: SyntaxNode, value: Value, otherwise: SyntaxNode, span: Span): void {
  const { builder } = lowering;
  const [matched, failed] = [builder.newBlock(), builder.newBlock()];
  testPattern(lowering, pattern, value, matched, failed);
  builder.moveTo(failed);
  builder.payScope(span);
  lowering.scoped(span, () => lowering.borrow(lowerExpression(lowering, otherwise), otherwise));
  lowering.stop(span);
  builder.moveTo(matched);
}

/** Whether a pattern gives anything a name, and so may take part of the value. */
function bindsName(pattern: SyntaxNode): boolean {
  return /(?:^|[^:\w])(?:[a-z]|_\w)\w*(?:$|[^:\w(])/.test(pattern.text);
}

function isExtended(node: SyntaxNode): boolean {
  return node.type === 'reference_expression';
}

function isUnknown(type: RustType): boolean {
  return resolve(type).kind === 'variable';
}
