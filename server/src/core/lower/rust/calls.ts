import { NONZERO, type Operand, POS } from '../../ir/ir';
import { operand, ZERO_CONSTANT } from '../../ir/operand';
import { parseSlot } from '../../knowledge/slot';
import { dropCalls, dropGlue, isDropped } from '../../rust/drops';
import type { CallModel, FunctionItem } from '../../rust/items';
import { isRaw, type RustType, resolve } from '../../rust/types';
import type { RustCall } from '../../rust/value';
import type { SyntaxNode } from '../../syntax/node';
import type { Span } from '../../text';
import { lowerChoiceMethod } from './choices';
import { lowerScopeGuard } from './closures';
import { lowerExpression } from './expressions';
import { argumentNodes, type Lowering, plain, type Value } from './lowering';
import { choiceOf, emptyAt, isScalar, structOf } from './shapes';

/** What a call is made with: the receiver of a method comes first. */
interface Arguments {
  readonly isMethod: boolean;
  readonly nodes: readonly SyntaxNode[];
  readonly values: readonly Value[];
  readonly operands: readonly Operand[];
}

export function lowerCall(lowering: Lowering, node: SyntaxNode, type: RustType): Value {
  const callee = calleeOf(node);
  const receiver = callee?.type === 'field_expression' ? callee.childForFieldName('value') : null;
  const name = (receiver ? callee?.childForFieldName('field') : callee)?.text.split('::').at(-1) ?? '';
  if (!receiver && /^(?:Some|Ok|Err)$/.test(name)) return lowerVariant(lowering, node, name, type);
  const call = lowering.callAt(node);
  const deferred = lowerScopeGuard(lowering, node, receiver, name, type);
  if (deferred) return deferred;
  if (receiver) {
    const chosen = lowerChoiceMethod(lowering, node, receiver, name, type);
    if (chosen) return chosen;
  }
  const args = lowerArguments(lowering, node, receiver, call);
  if (call && call.binding !== null) return lowerBinding(lowering, node, call.binding, args, type);
  if (call?.item) return lowerKnown(lowering, node, call, call.item, args, type);
  return lowerUnknown(lowering, node, name, args, type);
}

function calleeOf(node: SyntaxNode): SyntaxNode | null {
  const callee = node.childForFieldName('function');
  return callee?.type === 'generic_function' ? callee.childForFieldName('function') : callee;
}

/** Owners that are passed by value leave their locals; a receiver does where the method takes `self`. */
function lowerArguments(
  lowering: Lowering,
  node: SyntaxNode,
  receiver: SyntaxNode | null,
  call: RustCall | null,
): Arguments {
  const nodes = [...(receiver ? [receiver] : []), ...argumentNodes(node)];
  const values = nodes.map((arg, i) => {
    const value = lowerExpression(lowering, arg);
    if (receiver && i === 0 && !takesSelf(call, value.type)) return lowering.borrow(value, arg);
    const taken = lowering.take(value, arg);
    const mayChange = nodes.slice(i + 1).some(later => !isPlain(later));
    return {
      ...value,
      operand: mayChange ? lowering.settled(taken, lowering.spanOf(arg)) : taken,
      local: null,
      partOf: null,
    };
  });
  return { isMethod: receiver !== null, nodes, values, operands: values.map(({ operand: value }) => value) };
}

/** Evaluating it changes nothing that was evaluated before. */
function isPlain(node: SyntaxNode): boolean {
  return /^(?:identifier|self|scoped_identifier|field_expression|\w+_literal)$/.test(node.type);
}

/** `self` by value of the receiver's own type, and not of what it dereferences to. */
function takesSelf(call: RustCall | null, type: RustType): boolean {
  const self = call?.item?.params.find(({ name }) => name === 'self');
  const wanted = self && resolve(self.type);
  const given = resolve(type);
  return wanted?.kind === 'path' && given.kind === 'path' && wanted.name === given.name;
}

/** `Some(x)` and `Ok(x)` are what they hold; `None` is zero, `Err` negative. */
function lowerVariant(lowering: Lowering, node: SyntaxNode, name: string, type: RustType): Value {
  const [arg] = argumentNodes(node);
  if (!arg) return plain(ZERO_CONSTANT, type);
  const value = lowerExpression(lowering, arg);
  const given = lowering.take(value, arg);
  const isOwner = lowering.isOwner(value);
  if (name === 'Err')
    return plain(given.kind === 'const' && given.text.startsWith('-') ? given : operand.constant('-#negative'), type);
  const isUnit = structOf(lowering.items, value.type) === null && given.kind === 'const' && given.text === '0';
  if (name === 'Ok' && isUnit) return plain(ZERO_CONSTANT, type);
  if (isScalar(value.type)) return plain(name === 'Ok' ? lowering.unknown(node) : operand.constant('#some'), type);
  return { operand: given, type, local: null, fresh: isOwner };
}

/** A C function. */
function lowerBinding(lowering: Lowering, node: SyntaxNode, name: string, args: Arguments, type: RustType): Value {
  const item = lowering.items.function(`bindings::${name}`);
  if (item?.model?.gives) return plain(slotOf(lowering, item.model.gives, args.operands, null, node), type);
  return plain(emitCall(lowering, node, name, args), type);
}

function emitCall(lowering: Lowering, node: SyntaxNode, callee: string, args: Arguments): Operand {
  const target = calleeOf(node) ?? node;
  return lowering.builder.call({
    span: lowering.spanOf(node),
    callee,
    calleeSpan: lowering.spanOf(target),
    args: args.operands,
    argSpans: args.nodes.map(arg => lowering.spanOf(arg)),
  });
}

/** A function of the table is what its row says; one of the file is called by its path. */
function lowerKnown(
  lowering: Lowering,
  node: SyntaxNode,
  call: RustCall,
  item: FunctionItem,
  args: Arguments,
  type: RustType,
): Value {
  const { model = {} } = item;
  const self = item.params.findIndex(({ name }) => name === item.drops);
  const dropped = args.values[self];
  const span = lowering.spanOf(node);
  if (item.drops !== null && dropped) {
    const asks = lowering.spanOf(calleeOf(node) ?? node);
    lowering.drop(args.operands[self] ?? ZERO_CONSTANT, dropped.type, span, asks, false);
    return plain(ZERO_CONSTANT, type);
  }
  if (item.forgets !== null) return plain(ZERO_CONSTANT, type);
  if (model.counts) return lowerCounted(lowering, node, model.counts, args, type);
  const isOwner = isDropped(lowering.items, type);
  if (item.calls.length > 0 || model.gives !== undefined)
    return { operand: lowerModel(lowering, node, item.calls, model, args, type), type, local: null, fresh: isOwner };
  if (item.source === '')
    return { operand: emitCall(lowering, node, nameOf(item), args), type, local: null, fresh: isOwner };
  const same = sameObject(lowering, args, type);
  if (same !== null && item.isUnsafe && !isRaw(type) && args.values[0] && isRaw(args.values[0].type))
    touch(lowering, same, node);
  return same !== null
    ? { operand: same, type, local: null, fresh: isOwner || (call.receiver === null && args.values[0]?.fresh === true) }
    : lowerUnknown(lowering, node, item.name, args, type);
}

/** A reference, or an owner, is made of a raw pointer: the object has to be there. */
export function touch(lowering: Lowering, pointer: Operand, node: SyntaxNode): void {
  const span = lowering.spanOf(node);
  lowering.builder.hold(operand.dereference(pointer, span), span);
}

/** How a Rust function is called in the IR, so that it is never taken for a C function of its name. */
export function nameOf({ path }: FunctionItem): string {
  return path.includes('::') ? path : `crate::${path}`;
}

/** A conversion: the first argument that denotes what the result denotes is the result. */
function sameObject(lowering: Lowering, { values, operands }: Arguments, type: RustType): Operand | null {
  const struct = structOf(lowering.items, type);
  const [first] = values;
  if (struct === null || !first || !operands[0]) return null;
  const given = structOf(lowering.items, first.type);
  return given === struct || given === null || isOpaque(type) ? operands[0] : null;
}

/** `.cast()` leads to whatever is expected. */
function isOpaque(type: RustType): boolean {
  const found = resolve(type);
  return found.kind === 'pointer' && resolve(found.of).kind === 'variable';
}

/** Takes or drops a reference to what an argument or the result counts. */
function lowerCounted(
  lowering: Lowering,
  node: SyntaxNode,
  counts: NonNullable<CallModel['counts']>,
  args: Arguments,
  type: RustType,
): Value {
  const refcount = refcountIn(lowering, type) ?? refcountIn(lowering, args.values[0]?.type ?? type);
  if (refcount) emitCall(lowering, node, counts === 'take' ? refcount.take : refcount.drop, args);
  return { operand: args.operands[0] ?? lowering.unknown(node), type, local: null, fresh: true };
}

function refcountIn({ items }: Lowering, type: RustType) {
  return items.handleIn(type)?.refcount ?? null;
}

/** The C functions that a row names, and what it says of the result. */
function lowerModel(
  lowering: Lowering,
  node: SyntaxNode,
  calls: readonly string[],
  model: CallModel,
  args: Arguments,
  type: RustType,
): Operand {
  const { builder } = lowering;
  const span = lowering.spanOf(node);
  const given = model.with?.map(slot => slotOf(lowering, slot, args.operands, null, node));
  const run = (): Operand => {
    const passed = given ? { ...args, operands: given, nodes: given.map(() => node) } : args;
    let result: Operand | null = null;
    for (const name of calls) result = emitCall(lowering, node, name, passed);
    const [slot, condition] = (model.gives ?? 'ret').split(' when ret ');
    if (condition === undefined) return slotOf(lowering, slot ?? 'ret', args.operands, result, node);
    return choose(
      lowering,
      result ?? lowering.unknown(node),
      NONZERO,
      node,
      slotOf(lowering, slot!, args.operands, result, node),
      ZERO_CONSTANT,
    );
  };
  const [only] = given ?? [];
  if (!only || choiceOf(type) === null) return run();
  // What it is called with may be NULL: then it gives nothing.
  const [some, none, join] = [builder.newBlock(), builder.newBlock(), builder.newBlock()];
  const result = builder.newTemporary();
  builder.branch(only, span, some, none, POS);
  builder.moveTo(some);
  builder.assign(result, run(), span);
  builder.jump(join);
  builder.moveTo(none);
  builder.assign(result, ZERO_CONSTANT, span);
  builder.fallInto(join);
  return result;
}

/** One of two values, as the mask of a third decides. */
export function choose(
  lowering: Lowering,
  value: Operand,
  mask: number,
  node: SyntaxNode,
  inside: Operand,
  outside: Operand,
): Operand {
  const { builder } = lowering;
  const span = lowering.spanOf(node);
  const result = builder.newTemporary();
  const [yes, no, join] = [builder.newBlock(), builder.newBlock(), builder.newBlock()];
  builder.branch(value, span, yes, no, mask);
  builder.moveTo(yes);
  builder.assign(result, inside, span);
  builder.jump(join);
  builder.moveTo(no);
  builder.assign(result, outside, span);
  builder.fallInto(join);
  return result;
}

function slotOf(
  lowering: Lowering,
  written: string,
  args: readonly Operand[],
  result: Operand | null,
  node: SyntaxNode,
): Operand {
  const span = emptyAt(lowering.spanOf(node));
  const [base = '', ...fields] = (parseSlot(written) ?? '').split('.');
  let value: Operand | null | undefined;
  if (base === 'current') value = operand.variable('current', span);
  else value = base === 'ret' ? result : args[Number(base.slice('arg'.length))];
  if (!value) return lowering.unknown(node);
  return fields.reduce((at, field) => operand.field(at, field, lowering.spanOf(node)), value);
}

/** Nothing is known of the callee. A guard that is passed by value ends in it, or goes into its result. */
function lowerUnknown(lowering: Lowering, node: SyntaxNode, name: string, args: Arguments, type: RustType): Value {
  const { items } = lowering;
  const span = lowering.spanOf(node);
  const conversion = lowerConversion(lowering, node, name, args, type);
  if (conversion) return conversion;
  const result = emitCall(lowering, node, `*${name}`, args);
  for (const [i, value] of args.values.entries()) {
    if (args.isMethod && i === 0) continue;
    const guards = dropCalls(dropGlue(items, value.type)).filter(part => items.handleIn(part.type)?.guard);
    if (guards.length === 0) continue;
    const passed = { operand: args.operands[i]!, span: lowering.spanOf(args.nodes[i]!) };
    if (isScalar(type) || isDiscarded(node)) lowering.drop(passed.operand, value.type, span, passed.span, true);
    else
      for (const { path } of guards)
        keep(
          lowering,
          path.reduce((at, field) => operand.field(at, field, emptyAt(span)), passed.operand),
          span,
        );
  }
  return { operand: result, type, local: null, fresh: isDropped(items, type) };
}

/** Nobody has the result: what is in it ends with the statement. */
function isDiscarded(node: SyntaxNode): boolean {
  const around = node.parent?.type === 'try_expression' ? node.parent.parent : node.parent;
  return around?.type === 'expression_statement' && around.children.at(-1)?.type === ';';
}

/** Takes one argument, which somebody has from then on. */
export const KEEP = '@keep';

function keep(lowering: Lowering, value: Operand, span: Span): void {
  const at = emptyAt(span);
  lowering.builder.call({
    span,
    callee: KEEP,
    calleeSpan: at,
    args: [value],
    argSpans: [at],
    discarded: true,
    implicit: true,
  });
}

/** `clone()`, `into()` and `to_owned()` of core, and `deref()`: what they lead to is in the types. */
function lowerConversion(
  lowering: Lowering,
  node: SyntaxNode,
  name: string,
  args: Arguments,
  type: RustType,
): Value | null {
  const { items } = lowering;
  const [first] = args.values;
  const [given] = args.operands;
  if (!first || !given || args.values.length !== 1) return null;
  if (/^(?:clone|into|from|to_owned)$/.test(name)) {
    const isOwner = isDropped(items, type);
    const refcount = isOwner && !isDropped(items, first.type) ? refcountIn(lowering, type) : null;
    const isClone = name === 'clone' && isOwner ? refcountIn(lowering, type) : null;
    const taken = refcount ?? isClone;
    if (taken) emitCall(lowering, node, taken.take, args);
    return { operand: given, type, local: null, fresh: isOwner };
  }
  if (/^(?:deref|deref_mut|as_ref|as_mut|borrow|cast|as_ptr|as_mut_ptr)$/.test(name)) return plain(given, type);
  return null;
}
