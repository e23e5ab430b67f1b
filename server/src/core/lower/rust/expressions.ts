import { ANY, NEG, type Operand, ZERO } from '../../ir/ir';
import { ONE_CONSTANT, operand, ZERO_CONSTANT } from '../../ir/operand';
import { isDropped } from '../../rust/drops';
import { childrenOf, isExpression, lastChild } from '../../rust/nodes';
import { isRaw, newVariable, type RustType, resolve, UNIT } from '../../rust/types';
import type { SyntaxNode } from '../../syntax/node';
import { lowerBlock } from './blocks';
import { lowerCall, touch } from './calls';
import { lowerClosure } from './closures';
import { lowerBoolean } from './conditions';
import { lowerFor, lowerIf, lowerJump, lowerLoop, lowerMatch, lowerWhile } from './control';
import { type Lowering, plain, type Value } from './lowering';
import { lowerMacro } from './macros';
import { choiceOf, isScalar, keptBy, structOf } from './shapes';

export const UNIT_VALUE: Value = plain(ZERO_CONSTANT, UNIT);

/** Lowers an expression. Who asks decides with `take` or `borrow` what becomes of its value. */
export function lowerExpression(lowering: Lowering, node: SyntaxNode): Value {
  return lowering.nested(
    node,
    () => lower(lowering, node),
    () => plain(lowering.unknown(node), newVariable()),
  );
}

/** The value of an expression that is only looked at. */
export function lowerBorrowed(lowering: Lowering, node: SyntaxNode): Value {
  return lowering.borrow(lowerExpression(lowering, node), node);
}

/** The value of an expression that goes to a new owner. */
export function lowerTaken(lowering: Lowering, node: SyntaxNode): Operand {
  return lowering.take(lowerExpression(lowering, node), node);
}

function lower(lowering: Lowering, node: SyntaxNode): Value {
  const type = lowering.typeOf(node);
  switch (node.type) {
    case 'identifier':
    case 'self':
      return lowerName(lowering, node, type);
    case 'scoped_identifier':
      return plain(constantOf(lowering, node), type);
    case 'integer_literal':
      return plain(operand.constant(/^\d+/.exec(node.text.replace(/_/g, ''))?.[0] ?? '0'), type);
    case 'unit_expression':
      return UNIT_VALUE;
    case 'boolean_literal':
      return plain(node.text === 'true' ? ONE_CONSTANT : ZERO_CONSTANT, type);
    case 'field_expression':
      return lowerField(lowering, node, type);
    case 'call_expression':
      return lowerCall(lowering, node, type);
    case 'reference_expression':
      return lowerReference(lowering, node, type);
    case 'unary_expression':
      return lowerUnary(lowering, node, type);
    case 'try_expression':
      return lowerTry(lowering, node, type);
    case 'struct_expression':
      return lowerStruct(lowering, node, type);
    case 'type_cast_expression': {
      const value = node.childForFieldName('value');
      return value ? { ...lowerBorrowed(lowering, value), type } : unknown(lowering, node, type);
    }
    case 'parenthesized_expression': {
      const inner = lastChild(node);
      return inner ? lowerExpression(lowering, inner) : UNIT_VALUE;
    }
    case 'block':
    case 'unsafe_block':
    case 'const_block':
      return lowering.builder.withinExpression(() => lowerBlock(lowering, node, type));
    case 'if_expression':
      return lowerIf(lowering, node, type, true);
    case 'match_expression':
      return lowerMatch(lowering, node, type, true);
    case 'while_expression':
      return lowerWhile(lowering, node);
    case 'loop_expression':
      return lowerLoop(lowering, node, type);
    case 'for_expression':
      return lowerFor(lowering, node);
    case 'closure_expression':
      return lowerClosure(lowering, node, type);
    case 'macro_invocation':
      return lowerMacro(lowering, node, type);
    case 'return_expression':
    case 'break_expression':
    case 'continue_expression':
      return lowerJump(lowering, node);
    case 'assignment_expression':
      return lowerAssignment(lowering, node);
    case 'compound_assignment_expr':
      return lowerCompound(lowering, node);
    case 'binary_expression':
      return lowerBinary(lowering, node, type);
    case 'tuple_expression':
    case 'array_expression':
      return lowerParts(lowering, node, type);
    case 'index_expression': {
      const [whole, index] = childrenOf(node);
      if (!whole || !index) return unknown(lowering, node, type);
      const base = lowerBorrowed(lowering, whole);
      const at = lowerBorrowed(lowering, index);
      return plain(operand.index(base.operand, at.operand, lowering.spanOf(node)), type);
    }
    default:
      for (const child of childrenOf(node)) if (isExpression(child)) lowerBorrowed(lowering, child);
      return unknown(lowering, node, type);
  }
}

function unknown(lowering: Lowering, node: SyntaxNode, type: RustType): Value {
  return plain(lowering.unknown(node), type);
}

function lowerName(lowering: Lowering, node: SyntaxNode, type: RustType): Value {
  const key = lowering.builder.resolve(node.text);
  if (key === null) return plain(constantOf(lowering, node), type);
  return { operand: operand.variable(key, lowering.spanOf(node)), type, local: key, fresh: false };
}

/** `None`, an error number, or a constant of C or Rust. */
function constantOf(lowering: Lowering, node: SyntaxNode): Operand {
  const name = node.text.split('::').at(-1) ?? '';
  if (name === 'None') return ZERO_CONSTANT;
  if (/^E[A-Z0-9]+$/.test(name)) return operand.constant(`-${name}`);
  if (/^[A-Z_][A-Z0-9_]+$/.test(name)) return operand.constant(name);
  return lowering.unknown(node);
}

/** A field that wraps what its struct wraps is the same pointer: `self.mm` of a guard, `self.0` of a new type. */
function lowerField(lowering: Lowering, node: SyntaxNode, type: RustType): Value {
  const whole = node.childForFieldName('value');
  const field = node.childForFieldName('field');
  if (!whole || !field) return unknown(lowering, node, type);
  const base = lowerBorrowed(lowering, whole);
  return memberOf(lowering, base, field.text, type, node);
}

/** A field of a value that somebody has: it may move out alone. */
export function memberOf(lowering: Lowering, base: Value, field: string, type: RustType, node: SyntaxNode): Value {
  const value = plain(fieldOf(lowering, base, field, type, node), type);
  const whole = base.local ?? base.partOf ?? null;
  const isPlace = /^(?:path|tuple)$/.test(resolve(base.type).kind) && value.operand.kind === 'field';
  return whole !== null && isPlace ? { ...value, partOf: whole } : value;
}

function fieldOf(lowering: Lowering, base: Value, field: string, type: RustType, node: SyntaxNode): Operand {
  const { items } = lowering;
  const outer = structOf(items, base.type);
  if (outer !== null && isHandle(outer) && outer === structOf(items, type)) return base.operand;
  const kept = keptBy(items, type);
  if (kept && outer !== null) lowering.keeps.set(`${outer}.${field}`, kept);
  return operand.field(base.operand, field, lowering.spanOf(node));
}

function isHandle(struct: string): boolean {
  return /^(?:mm|vm_area|task)_struct$/.test(struct);
}

function lowerReference(lowering: Lowering, node: SyntaxNode, type: RustType): Value {
  const inner = node.childForFieldName('value');
  if (!inner) return unknown(lowering, node, type);
  const value = lowerBorrowed(lowering, inner);
  if (isOfPointer(lowering, inner) && !node.children.some(child => child?.type === 'raw'))
    touch(lowering, value.operand, node);
  // A number that is borrowed has a place of its own; so has an owner that others may empty.
  const isChanged = node.children.some(child => child?.type === 'mutable_specifier') && choiceOf(value.type) !== null;
  const { local } = value;
  if (local === null || !(isScalar(value.type) || (isChanged && isDropped(lowering.items, value.type))))
    return plain(value.operand, type);
  if (isChanged) lowering.markEmptied(local);
  return plain(operand.address(operand.variable(local, lowering.spanOf(inner))), type);
}

/** `*pointer`, of which `&` makes a reference. */
function isOfPointer(lowering: Lowering, node: SyntaxNode): boolean {
  const inner = node.type === 'unary_expression' && node.children[0]?.type === '*' ? lastChild(node) : null;
  return inner !== null && isRaw(lowering.typeOf(inner));
}

function lowerUnary(lowering: Lowering, node: SyntaxNode, type: RustType): Value {
  const inner = lastChild(node);
  if (!inner) return unknown(lowering, node, type);
  switch (node.children[0]?.type) {
    case '*': {
      const { operand: base } = lowerBorrowed(lowering, inner);
      return plain(isScalar(type) ? operand.dereference(base, lowering.spanOf(node)) : base, type);
    }
    case '!':
      return isBoolean(lowering, inner)
        ? plain(lowerBoolean(lowering, node), type)
        : plain(operand.operator('~', lowerBorrowed(lowering, inner).operand), type);
    default: {
      const { operand: value } = lowerBorrowed(lowering, inner);
      const isNumber = value.kind === 'const' && /^\w/.test(value.text);
      return plain(isNumber ? operand.constant(`-${value.text}`) : operand.operator('neg', value), type);
    }
  }
}

function isBoolean(lowering: Lowering, node: SyntaxNode): boolean {
  const type = resolve(lowering.typeOf(node));
  return type.kind === 'path' ? type.name === 'bool' : type.kind === 'variable';
}

/** `value?`: leaves with what failed, or goes on with what is inside. */
function lowerTry(lowering: Lowering, node: SyntaxNode, type: RustType): Value {
  const { builder } = lowering;
  const inner = lastChild(node);
  if (!inner) return unknown(lowering, node, type);
  const value = lowerExpression(lowering, inner);
  const whole = lowering.settled(lowering.take(value, inner), lowering.spanOf(node));
  const isOption = choiceOf(value.type)?.kind === 'Option';
  const [failed, passed] = [builder.newBlock(), builder.newBlock()];
  const span = lowering.spanOf(node);
  builder.branch(whole, span, failed, passed, isOption ? ZERO : NEG);
  builder.moveTo(failed);
  lowering.leave(isOption ? ZERO_CONSTANT : whole, span);
  builder.moveTo(passed);
  return { operand: payloadOf(lowering, whole, type, node), type, local: null, fresh: true };
}

/** What an Option or Result holds: the same pointer; of a number only the case is known. */
export function payloadOf(lowering: Lowering, whole: Operand, payload: RustType, node: SyntaxNode): Operand {
  return isScalar(payload) ? lowering.unknown(node) : whole;
}

/** A guard or a wrapper around a handle is that handle; every other value is an object of its own. */
function lowerStruct(lowering: Lowering, node: SyntaxNode, type: RustType): Value {
  const { builder, items } = lowering;
  const span = lowering.spanOf(node);
  const fields = childrenOf(node.childForFieldName('body') ?? node).flatMap(field => {
    const value = field.childForFieldName('value') ?? lastChild(field);
    const name = field.childForFieldName('field') ?? value;
    return value && name && isExpression(value) ? [{ name: name.text, value }] : [];
  });
  const struct = structOf(items, type);
  const taken = fields.map(({ name, value }) => {
    const lowered = lowerExpression(lowering, value);
    return { name, value, type: lowered.type, operand: lowering.take(lowered, value) };
  });
  const wrapped = taken.find(
    ({ type: inner }) => struct !== null && isHandle(struct) && structOf(items, inner) === struct,
  );
  if (wrapped) return { operand: wrapped.operand, type, local: null, fresh: true };
  const made = makeObject(lowering, node);
  for (const { name, operand: value } of taken) builder.assign(operand.field(made, name, span), value, span);
  return { operand: made, type, local: null, fresh: true };
}

function makeObject(lowering: Lowering, node: SyntaxNode): Operand {
  const span = lowering.spanOf(node);
  return lowering.builder.call({ span, callee: '@new', calleeSpan: span, args: [], argSpans: [] });
}

function lowerParts(lowering: Lowering, node: SyntaxNode, type: RustType): Value {
  const parts = childrenOf(node)
    .filter(isExpression)
    .map(child => lowerTaken(lowering, child));
  if (parts.length === 0) return { ...UNIT_VALUE, type };
  const made = makeObject(lowering, node);
  const span = lowering.spanOf(node);
  for (const [i, part] of parts.entries()) lowering.builder.assign(operand.field(made, String(i), span), part, span);
  return { ...plain(made, type), fresh: isDropped(lowering.items, type) };
}

/** `place = value`: what was there before is dropped. */
function lowerAssignment(lowering: Lowering, node: SyntaxNode): Value {
  const { builder } = lowering;
  const [left, right] = [node.childForFieldName('left'), node.childForFieldName('right')];
  if (!left || !right) return UNIT_VALUE;
  const span = lowering.spanOf(node);
  const value = lowerTaken(lowering, right);
  if (left.type === '_' || left.text === '_') return UNIT_VALUE;
  const { operand: place, type } = placeOf(lowering, left);
  // Which lock an old guard holds is not known where it comes from elsewhere.
  const isOwn = place.kind === 'variable' || lowering.items.handleIn(type)?.guard == null;
  const endsOld = isDropped(lowering.items, type) && isOwn;
  const held = endsOld ? lowering.settled(value, span) : value;
  if (endsOld) lowering.drop(place, type, span, lowering.spanOf(left), true);
  if (place.kind !== 'unknown' && place.kind !== 'const') builder.assign(place, held, span);
  return UNIT_VALUE;
}

/** Where an assignment goes: `*x = value` leaves the local `x` as it is. */
function placeOf(lowering: Lowering, node: SyntaxNode): Value {
  const inner = node.type === 'unary_expression' && node.children[0]?.type === '*' ? lastChild(node) : null;
  if (!inner) return lowerExpression(lowering, node);
  const base = lowerBorrowed(lowering, inner);
  return plain(operand.dereference(base.operand, lowering.spanOf(node)), lowering.typeOf(node));
}

function lowerCompound(lowering: Lowering, node: SyntaxNode): Value {
  const [left, right] = [node.childForFieldName('left'), node.childForFieldName('right')];
  if (!left || !right) return UNIT_VALUE;
  const { operand: change } = lowerBorrowed(lowering, right);
  const { operand: place } = lowerBorrowed(lowering, left);
  const operator = (node.childForFieldName('operator')?.text ?? '').replace(/=$/, '');
  if (place.kind === 'variable' || place.kind === 'field' || place.kind === 'dereference')
    lowering.builder.assign(place, operand.operator(operator, place, change), lowering.spanOf(node));
  return UNIT_VALUE;
}

function lowerBinary(lowering: Lowering, node: SyntaxNode, type: RustType): Value {
  const operator = node.childForFieldName('operator')?.text ?? '';
  if (operator === '&&' || operator === '||') return plain(lowerBoolean(lowering, node), type);
  const [left, right] = [node.childForFieldName('left'), node.childForFieldName('right')];
  if (!left || !right) return unknown(lowering, node, type);
  const a = lowering.settled(lowerBorrowed(lowering, left).operand, lowering.spanOf(left));
  const b = lowerBorrowed(lowering, right).operand;
  return plain(operand.operator(operator, a, b), type);
}

/** Goes on only where the value is in the mask: the rest panics. */
export function insist(lowering: Lowering, value: Operand, mask: number, node: SyntaxNode): void {
  if (mask !== ANY) lowering.builder.emit({ op: 'assume', span: lowering.spanOf(node), value, mask });
}
