import type { SyntaxNode } from '../syntax/node';
import type { Span } from '../text';
import { bindingSignature } from './bindings';
import type { FunctionItem } from './items';
import { childrenOf } from './nodes';
import { payloadOf } from './patterns';
import type { Typer } from './typer';
import { behindReferences, carriesRaw, newVariable, pathType, type RustType, referenceTo, resolve } from './types';
import { freshFor, substitute, unify } from './unify';
import { makeValue, unknownValue, type Value } from './value';

/** `receiver.method(args)`, looked up through `Deref`. */
export function typeMethodCall(typer: Typer, node: SyntaxNode, expected: RustType | null): Value {
  const { callee, turbofish } = splitTurbofish(typer, node);
  const receiverNode = callee?.childForFieldName('value') ?? null;
  const nameNode = callee?.childForFieldName('field') ?? null;
  if (!receiverNode || !nameNode) return unknownValue();
  const receiver = typer.infer(receiverNode);
  const found = typer.items.method(receiver.type, nameNode.text);
  if (!found) {
    const args = inferArguments(typer, node, []);
    const type = methodOfAny(typer, nameNode.text, receiver.type) ?? newVariable();
    const result = makeValue(type);
    pushCall(typer, node, nameNode, { item: null, binding: null, receiver, receiverNode, args, result });
    return result;
  }
  const { item, generics } = found;
  bindTurbofish(item, turbofish, generics);
  const result = substitute(item.result, generics);
  if (expected) unify(result, expected);
  const params = item.params.filter(({ name }) => name !== 'self').map(({ type }) => substitute(type, generics));
  const takesSelf = item.params.find(({ name }) => name === 'self');
  if (takesSelf && resolve(takesSelf.type).kind === 'path' && found.self === resolve(receiver.type))
    typer.move(receiver);
  const args = inferArguments(typer, node, params);
  const value = throughPointer(typer, result, receiver);
  pushCall(typer, node, nameNode, { item, binding: null, receiver, receiverNode, args, result: value });
  return value;
}

/** `path(args)`: a function, an associated function, a constructor, or a C function through `bindings`. */
export function typeCall(typer: Typer, node: SyntaxNode, expected: RustType | null): Value {
  const { callee, turbofish } = splitTurbofish(typer, node);
  if (!callee) return unknownValue();
  const { text } = callee;
  const name = text.split('::').at(-1)!;
  if (/^(?:Some|Ok|Err)$/.test(name)) return typeVariant(typer, node, name, expected);
  if (/(?:^|::)bindings::\w+$/.test(text)) return typeBinding(typer, node, callee, name);
  const local = callee.type === 'identifier' ? typer.scopes.lookup(text) : null;
  if (local) {
    const type = resolve(local.value.type);
    inferArguments(typer, node, type.kind === 'function' ? type.params : []);
    return makeValue(type.kind === 'function' ? type.result : newVariable());
  }
  const { item, self } = findFunction(typer, callee, text, name);
  if (!item) {
    const variant = variantOf(typer, text);
    const constructed = variant?.type ?? tupleStruct(typer, text);
    const args = inferArguments(typer, node, variant?.params ?? []);
    const result = makeValue(constructed ?? newVariable());
    pushCall(typer, node, callee, { item: null, binding: null, receiver: null, receiverNode: null, args, result });
    return result;
  }
  const generics = typer.items.instantiate(item, self);
  bindTurbofish(item, turbofish, generics);
  const type = substitute(item.result, generics);
  if (expected) unify(type, expected);
  const args = inferArguments(
    typer,
    node,
    item.params.map(param => substitute(param.type, generics)),
    item,
  );
  const first = args[0] ?? null;
  const value = throughPointer(typer, type, first, item.releases !== null);
  pushCall(typer, node, callee, { item, binding: null, receiver: null, receiverNode: null, args, result: value });
  const dropped = args[item.params.findIndex(param => param.name === item.drops)];
  if (dropped) typer.drop(dropped, typer.spanOf(node));
  return value;
}

interface CallParts {
  readonly item: FunctionItem | null;
  readonly binding: string | null;
  readonly receiver: Value | null;
  readonly receiverNode: SyntaxNode | null;
  readonly args: readonly Value[];
  readonly result: Value;
}

function pushCall(typer: Typer, node: SyntaxNode, callee: SyntaxNode, parts: CallParts): void {
  const { receiverNode, ...rest } = parts;
  typer.events.push({
    kind: 'call',
    span: typer.spanOf(node),
    calleeSpan: typer.spanOf(callee),
    name: callee.text.split('::').at(-1)!,
    receiverSpan: receiverNode && typer.spanOf(receiverNode),
    arm: typer.scopes.arm,
    argSpans: argumentNodes(node).map((arg): Span => typer.spanOf(arg)),
    ...rest,
  });
}

function typeVariant(typer: Typer, node: SyntaxNode, name: string, expected: RustType | null): Value {
  const item = newVariable();
  const type =
    name === 'Some'
      ? pathType('Option', [item])
      : pathType('Result', name === 'Ok' ? [item, newVariable()] : [newVariable(), item]);
  if (expected) unify(type, expected);
  const [value] = inferArguments(typer, node, [item]);
  return { ...(value ?? makeValue(type)), type: expectedResult(type, expected), local: null };
}

/** `Result` without arguments means `Result<()>`, and is printed as it is written. */
function expectedResult(type: RustType, expected: RustType | null): RustType {
  const wanted = expected && resolve(expected);
  return wanted?.kind === 'path' && type.kind === 'path' && wanted.name === type.name ? wanted : type;
}

function typeBinding(typer: Typer, node: SyntaxNode, callee: SyntaxNode, name: string): Value {
  const summary = typer.context.table.lookup(name);
  const declared = typer.items.function(`bindings::${name}`);
  const signature = declared
    ? { params: declared.params.map(({ type }) => type), result: declared.result }
    : bindingSignature(summary);
  const args = inferArguments(typer, node, signature?.params ?? []);
  for (const effect of summary?.outcomes.flatMap(({ effects }) => effects) ?? [])
    if (effect.kind === 'lock') typer.noteLock(effect.to);
  const type = signature?.result ?? newVariable();
  const isPointer = resolve(type).kind === 'pointer';
  const result = makeValue(type, {
    backing: isPointer ? 'users' : null,
    nullable: isPointer && summary !== undefined && summary.convention !== 'none',
    owned: isPointer && summary?.returns === 'mm' && summary.acquires,
  });
  pushCall(typer, node, callee, { item: null, binding: name, receiver: null, receiverNode: null, args, result });
  return result;
}

/** An associated function of a type, by the type's last name; else a free function. */
function findFunction(
  typer: Typer,
  callee: SyntaxNode,
  text: string,
  name: string,
): { readonly item: FunctionItem | null; readonly self: RustType | null } {
  const path = callee.childForFieldName('path');
  if (!path) return { item: typer.items.declaredFunction(text), self: null };
  const written = resolve(typer.items.readType(path.text));
  const isSelf = written.kind === 'path' && written.name === 'Self' && typer.self !== null;
  const owner = isSelf ? resolve(typer.self!) : written;
  if (owner.kind !== 'path') return { item: null, self: null };
  const item =
    typer.items.function(`${owner.name}::${name}`) ??
    typer.items.function(name) ??
    typer.items.declaredFunction(isSelf ? `${owner.name}::${name}` : `${bare(path.text)}::${name}`);
  const known = typer.items.declaredType(owner.name);
  // `ARef::from_raw` leaves the arguments of `ARef` to inference.
  const self = owner.args.length > 0 || isSelf || !known || known.generics.length === 0 ? owner : null;
  return { item, self: item?.owner && /^[A-Z]/.test(owner.name) ? self : null };
}

/** A path without generic arguments. */
const bare = (path: string) => path.replace(/(?:::)?<.*>/s, '');

/** `Kind::Held(mm)` gives a `Kind`. */
function variantOf(
  typer: Typer,
  text: string,
): { readonly type: RustType; readonly params: readonly RustType[] } | null {
  const [variant, written] = text.split('::').reverse();
  const owner = written === 'Self' && typer.self?.kind === 'path' ? typer.self.name : written;
  const item = owner && variant ? typer.items.type(`${owner}::${variant}`) : null;
  if (!item || !owner) return null;
  const generics = freshFor(item.generics);
  const params = [...item.fields.values()].map(field => substitute(field, generics));
  return { type: pathType(owner, [...generics.values()], item.lifetimes), params };
}

function tupleStruct(typer: Typer, text: string): RustType | null {
  const name = text.split('::').at(-1)!;
  const known = typer.items.type(name);
  return known && known.generics.length === 0 ? pathType(name, [], known.lifetimes) : null;
}

/** Raw pointers keep through casts what keeps their object, and the reference that they may carry. */
function throughPointer(typer: Typer, type: RustType, from: Value | null, releases = false): Value {
  if (!carriesRaw(type) || !from) return makeValue(type);
  const handle = typer.items.handleIn(from.type)?.handle ?? null;
  const backing = from.backing ?? (handle === 'raw' ? null : handle);
  const fromReference = !releases && (from.fromReference || !carriesRaw(from.type));
  const owned = releases || from.owned;
  const source = owned ? null : (from.source ?? from.local);
  return makeValue(type, { backing, fromReference, owned, nullable: from.nullable, source });
}

/** Methods whose result depends on what the receiver dereferences to. */
function methodOfAny(typer: Typer, name: string, receiver: RustType): RustType | null {
  if (name === 'clone') return cloneOf(receiver);
  if (name !== 'as_deref') return null;
  const held = payloadOf('Some', receiver);
  const target = held && typer.items.deref(behindReferences(held));
  return target && pathType('Option', [referenceTo(target)]);
}

function cloneOf(type: RustType): RustType {
  const found = resolve(type);
  return found.kind === 'reference' ? found.of : found;
}

function splitTurbofish(
  typer: Typer,
  node: SyntaxNode,
): {
  readonly callee: SyntaxNode | null;
  readonly turbofish: readonly RustType[];
} {
  const callee = node.childForFieldName('function');
  if (callee?.type !== 'generic_function') return { callee, turbofish: [] };
  const list = childrenOf(callee.childForFieldName('type_arguments') ?? callee);
  return {
    callee: callee.childForFieldName('function'),
    turbofish: list.flatMap(arg => (arg.type === 'lifetime' ? [] : [typer.items.readType(arg.text)])),
  };
}

/** The written type arguments are those of the function's own generics, the last ones of the list. */
function bindTurbofish(
  item: FunctionItem,
  turbofish: readonly RustType[],
  generics: ReadonlyMap<string, RustType>,
): void {
  const owners = new Set(item.owner ? namesIn(item.owner) : []);
  const own = item.generics.filter(name => !owners.has(name));
  turbofish.forEach((type, i) => {
    const variable = generics.get(own[i] ?? '');
    if (variable) unify(variable, type);
  });
}

function namesIn(type: RustType): string[] {
  const found = resolve(type);
  if (found.kind === 'path') return [found.name, ...found.args.flatMap(namesIn)];
  return found.kind === 'pointer' || found.kind === 'reference' ? namesIn(found.of) : [];
}

function argumentNodes(node: SyntaxNode): SyntaxNode[] {
  return childrenOf(node.childForFieldName('arguments') ?? node).filter(child => child.type !== 'attribute_item');
}

function inferArguments(
  typer: Typer,
  node: SyntaxNode,
  params: readonly RustType[],
  item: FunctionItem | null = null,
): Value[] {
  return argumentNodes(node).map((arg, i) => {
    const before = typer.expressions.length;
    const value = typer.infer(arg, params[i] ?? null);
    typer.move(value);
    const adopted = item?.adopts !== null && item !== null && item.params[i]?.name === item.adopts;
    if (!adopted) return value;
    // The reference that the callee adopts is in the pointer's care when the call is made.
    const last = typer.expressions.at(-1);
    if (last && typer.expressions.length > before)
      typer.expressions[typer.expressions.length - 1] = { ...last, value: { ...last.value, owned: true } };
    return value;
  });
}
