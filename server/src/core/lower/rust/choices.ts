import { NEG, NONZERO, type Operand, POS, ZERO } from '../../ir/ir';
import { operand, ZERO_CONSTANT } from '../../ir/operand';
import { isDropped } from '../../rust/drops';
import { newVariable, type RustType, resolve } from '../../rust/types';
import type { SyntaxNode } from '../../syntax/node';
import { choose } from './calls';
import { isClosure, lowerInline } from './closures';
import { lowerBoolean } from './conditions';
import { insist, lowerBorrowed, lowerExpression, lowerTaken, payloadOf } from './expressions';
import { argumentNodes, type Lowering, plain, type Value } from './lowering';
import { choiceOf, isScalar } from './shapes';

const FAILURE = operand.constant('-#negative');

/** Methods of Option and Result that core defines; null for every other method, or receiver. */
export function lowerChoiceMethod(
  lowering: Lowering,
  node: SyntaxNode,
  receiver: SyntaxNode,
  name: string,
  type: RustType,
): Value | null {
  if (/^is_(?:some|none|ok|err|null)$/.test(name) && argumentNodes(node).length === 0)
    return plain(lowerBoolean(lowering, node), type);
  const choice = choiceOf(lowering.typeOf(receiver));
  if (!choice || !METHODS.has(name)) return null;
  const span = lowering.spanOf(node);
  const [argument, second] = argumentNodes(node);
  if (/^(?:as_ref|as_mut|as_deref|as_deref_mut|iter|copied)$/.test(name))
    return plain(lowerBorrowed(lowering, receiver).operand, type);
  if (name === 'take' || name === 'replace') {
    const place = lowerExpression(lowering, receiver);
    const taken = lowering.builder.hold(place.operand, span);
    const next = name === 'replace' && argument ? lowerTaken(lowering, argument) : ZERO_CONSTANT;
    if (place.operand.kind !== 'unknown' && place.operand.kind !== 'const')
      lowering.builder.assign(place.operand, next, span);
    if (place.local !== null) lowering.markEmptied(place.local);
    return owner(lowering, taken, type);
  }
  const failed = choice.kind === 'Option' ? ZERO : NEG;
  const value = lowerExpression(lowering, receiver);
  const whole = lowering.settled(lowering.take(value, receiver), span);
  switch (name) {
    case 'unwrap':
    case 'expect':
    case 'unwrap_unchecked':
      insist(lowering, whole, choice.kind === 'Option' ? NONZERO : POS | ZERO, node);
      return owner(lowering, payloadOf(lowering, whole, type, node), type);
    case 'ok_or':
    case 'ok_or_else': {
      const error = argument && !isClosure(argument) ? lowerTaken(lowering, argument) : FAILURE;
      const failure = error.kind === 'const' && error.text.startsWith('-') ? error : FAILURE;
      return owner(lowering, choose(lowering, whole, ZERO, node, failure, whole), type);
    }
    case 'ok':
      return owner(lowering, choose(lowering, whole, NEG, node, ZERO_CONSTANT, whole), type);
    case 'err':
      return plain(choose(lowering, whole, NEG, node, operand.constant('#some'), ZERO_CONSTANT), type);
    case 'map_err':
    case 'inspect_err':
      if (argument && isClosure(argument)) maybeRun(lowering, whole, NEG, node, argument, null);
      return owner(lowering, whole, type);
    case 'inspect':
      if (argument)
        maybeRun(
          lowering,
          whole,
          POS | (choice.kind === 'Result' ? ZERO : NEG),
          node,
          argument,
          plain(whole, choice.payload ?? newVariable()),
        );
      return owner(lowering, whole, type);
    case 'map':
    case 'and_then':
    case 'map_or':
    case 'is_some_and':
    case 'filter':
    case 'unwrap_or':
    case 'unwrap_or_else':
    case 'unwrap_or_default':
    case 'or':
    case 'or_else':
      break;
    default:
      return null;
  }
  return lowerMapping(
    lowering,
    node,
    { name, whole, failed, payload: choice.payload ?? newVariable(), owner: value },
    [argument, second],
    type,
  );
}

const METHODS: ReadonlySet<string> = new Set(
  'as_ref as_mut as_deref as_deref_mut iter copied take replace unwrap expect unwrap_unchecked ok_or ok_or_else ok err map_err inspect_err inspect map and_then map_or is_some_and filter unwrap_or unwrap_or_else unwrap_or_default or or_else'.split(
    ' ',
  ),
);

interface Mapping {
  readonly name: string;
  readonly whole: Operand;
  readonly failed: number;
  readonly payload: RustType;
  readonly owner: Value;
}

/** A closure, or a function, that runs in one of the two cases. */
function lowerMapping(
  lowering: Lowering,
  node: SyntaxNode,
  { name, whole, failed, payload, owner: from }: Mapping,
  [first, second]: readonly (SyntaxNode | undefined)[],
  type: RustType,
): Value {
  const { builder } = lowering;
  const span = lowering.spanOf(node);
  const result = builder.newTemporary();
  const [empty, full, join] = [builder.newBlock(), builder.newBlock(), builder.newBlock()];
  builder.branch(whole, span, empty, full, failed);
  const isOr = /^(?:unwrap_or|or)/.test(name);
  const given: Value = {
    operand: payloadOf(lowering, whole, payload, node),
    type: payload,
    local: null,
    fresh: from.fresh || isDropped(lowering.items, payload),
  };
  const mapped = name === 'map_or' ? second : first;
  const run = (argument: Value | null): Operand => {
    const value = mapped
      ? lowerInline(lowering, mapped, argument ? [argument] : [])
      : plain(lowering.unknown(node), newVariable());
    return wrap(value, type, name, lowering, node);
  };
  builder.moveTo(empty);
  const nothing = failed === ZERO ? ZERO_CONSTANT : whole;
  const orElse = isOr
    ? name === 'or' || name === 'unwrap_or'
      ? first && lowerTaken(lowering, first)
      : run(null)
    : undefined;
  const fallback =
    name === 'map_or' && first ? lowerTaken(lowering, first) : name === 'is_some_and' ? ZERO_CONSTANT : nothing;
  builder.assign(result, isOr ? (orElse ?? lowering.unknown(node)) : fallback, span);
  builder.jump(join);
  builder.moveTo(full);
  if (name === 'filter') {
    if (mapped) lowerInline(lowering, mapped, [{ ...given, fresh: false }]);
    const [kept, gone] = [builder.newBlock(), builder.newBlock()];
    lowering.either(node, kept, gone);
    builder.moveTo(gone);
    if (given.fresh) lowering.drop(given.operand, payload, span, span, false);
    builder.assign(result, ZERO_CONSTANT, span);
    builder.jump(join);
    builder.moveTo(kept);
    builder.assign(result, whole, span);
  } else builder.assign(result, isOr ? whole : run(given), span);
  builder.fallInto(join);
  return owner(lowering, result, type);
}

/** What a closure gives, as the method hands it on: `map` wraps it, `and_then` does not. */
function wrap(value: Value, type: RustType, name: string, lowering: Lowering, node: SyntaxNode): Operand {
  if (name !== 'map') return value.operand;
  const choice = choiceOf(type);
  if (!isScalar(value.type) && resolve(value.type).kind !== 'variable') return value.operand;
  return choice?.kind === 'Option' ? operand.constant('#some') : choice ? ZERO_CONSTANT : lowering.unknown(node);
}

/** Runs a closure only where the value is in the mask. */
function maybeRun(
  lowering: Lowering,
  whole: Operand,
  mask: number,
  node: SyntaxNode,
  closure: SyntaxNode,
  argument: Value | null,
): void {
  const { builder } = lowering;
  const [yes, no] = [builder.newBlock(), builder.newBlock()];
  builder.branch(whole, lowering.spanOf(node), yes, no, mask);
  builder.moveTo(yes);
  lowerInline(lowering, closure, argument ? [argument] : []);
  builder.fallInto(no);
}

function owner(lowering: Lowering, value: Operand, type: RustType): Value {
  return { operand: value, type, local: null, fresh: isDropped(lowering.items, type) };
}
