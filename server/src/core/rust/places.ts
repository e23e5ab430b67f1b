import type { SyntaxNode } from '../syntax/node';
import { childrenOf, lastChild } from './nodes';
import type { Typer } from './typer';
import { isRaw, newVariable, pathType, pointerTo, type RustType, referenceTo, resolve, UNIT } from './types';
import { freshFor, substitute, unify } from './unify';
import { makeValue, type Part, unknownValue, type Value } from './value';

/** The local that a name denotes here; null when it is none. */
export function typeLocal(typer: Typer, node: SyntaxNode): Value | null {
  const local = typer.scopes.lookup(node.text);
  if (!local) return null;
  local.used = true;
  return { ...local.value, local };
}

export function typeField(typer: Typer, node: SyntaxNode): Value {
  const whole = typer.inferChild(node, 'value');
  const name = node.childForFieldName('field')?.text ?? '';
  const type = typer.items.field(whole.type, name) ?? newVariable();
  const denoted = isRaw(type) ? typer.items.handleIn(type) : null;
  const part = partOf(whole, name);
  if (!denoted) return { ...fieldValue(type), part };
  const holder = typer.items.handleIn(whole.type);
  const backing = whole.backing ?? (holder?.handle === 'raw' || holder === null ? null : holder.handle);
  // A task's mm is NULL for kernel threads; it has users as long as the task is current.
  const ofTask = typer.items.isNullableField(whole.type, name);
  return makeValue(type, { backing: ofTask ? 'users' : backing, owned: isNonNull(type), nullable: ofTask });
}

/** What a field promises by its type alone: a `NonNull` is how Rust writes a pointer with a reference in its care. */
export function fieldValue(type: RustType): Value {
  return makeValue(type, { owned: isNonNull(type) });
}

/** Nothing moves out through a reference. */
function partOf({ type, local, part }: Value, name: string): Part | null {
  if (!/^(?:path|tuple)$/.test(resolve(type).kind)) return null;
  if (local) return { of: local, path: [name] };
  return part && { of: part.of, path: [...part.path, name] };
}

export function typeReference(typer: Typer, node: SyntaxNode, expected: RustType | null): Value {
  const raw = node.children.some(child => child?.type === 'raw');
  const mutable = node.children.some(child => child?.type === 'mutable_specifier');
  const wanted = expected && resolve(expected);
  const inner = wanted?.kind === 'reference' || wanted?.kind === 'pointer' ? wanted.of : null;
  // What is expected guides `&*ptr.cast()`; `&self.mm` has a type of its own, which may yet be dereferenced.
  const place = typer.inferChild(node, 'value', inner && isDereference(node.childForFieldName('value')) ? inner : null);
  const backing = typer.items.handleIn(place.type)?.handle ?? null;
  if (raw) return makeValue(pointerTo(place.type, mutable), { backing: place.backing ?? backing, fromReference: true });
  return makeValue(referenceTo(place.type, mutable));
}

export function typeUnary(typer: Typer, node: SyntaxNode, expected: RustType | null): Value {
  const operand = lastChild(node);
  if (!operand) return unknownValue();
  if (node.children[0]?.type !== '*') return makeValue(typer.infer(operand).type);
  const value = typer.infer(operand);
  const found = resolve(value.type);
  if (found.kind === 'pointer') return makeValue(found.of, { backing: value.backing });
  return makeValue(typer.items.deref(value.type) ?? expected ?? newVariable());
}

export function typeCast(typer: Typer, node: SyntaxNode): Value {
  const type = node.childForFieldName('type');
  const value = typer.inferChild(node, 'value');
  const fromReference = value.fromReference || resolve(value.type).kind === 'reference';
  return { ...value, fromReference, type: type ? typer.items.readType(type.text) : newVariable(), local: null };
}

/** `place = value`: the local has what the value is from here on. */
export function typeAssignment(typer: Typer, node: SyntaxNode): Value {
  const left = typer.inferChild(node, 'left');
  const right = typer.inferChild(node, 'right', left.type);
  typer.move(right);
  if (left.local) {
    left.local.moved = false;
    left.local.value = { ...right, type: left.type, local: null };
  }
  return makeValue(UNIT);
}

/** A name that is no local: a constant, a function, or `None`. */
export function typePath(typer: Typer, node: SyntaxNode): Value {
  const name = node.text.split('::').at(-1);
  if (name === 'None') return makeValue(pathType('Option', [newVariable()]), { nullable: true });
  if (name === 'true' || name === 'false') return makeValue(pathType('bool'));
  if (name && /^E[A-Z0-9]+$/.test(name)) return makeValue(pathType('Error'));
  const known = node.type === 'identifier' ? typer.items.static(node.text) : null;
  if (known) return makeValue(known);
  const item = typer.items.declaredFunction(node.text);
  if (!item) return unknownValue();
  const generics = typer.items.instantiate(item, null);
  const params = item.params.map(({ type }) => substitute(type, generics));
  return makeValue({ kind: 'function', params, result: substitute(item.result, generics) });
}

/** `Guard { mm: self, .. }`: the name is where the value's fact stands. */
export function typeStruct(typer: Typer, node: SyntaxNode, expected: RustType | null): Value {
  const name = node.childForFieldName('name');
  const written = name ? typer.items.readType(name.text) : newVariable();
  const type = structType(typer, resolve(written));
  if (expected) unify(type, expected);
  for (const field of childrenOf(node.childForFieldName('body') ?? node)) {
    if (field.type === 'field_initializer') {
      const label = field.childForFieldName('field');
      const value = typer.inferChild(field, 'value', typer.items.field(type, label?.text ?? ''));
      typer.move(value);
      if (label) typer.record(label, { ...value, local: null });
    } else if (field.type === 'shorthand_field_initializer') {
      const label = childrenOf(field).find(child => child.type === 'identifier');
      if (label) typer.move(typer.infer(label, typer.items.field(type, label.text)));
    } else if (field.type === 'base_field_initializer') {
      const base = lastChild(field);
      if (base) typer.infer(base, type);
    }
  }
  if (name) typer.record(name, makeValue(type));
  return makeValue(type);
}

function structType(typer: Typer, written: RustType): RustType {
  if (written.kind !== 'path') return written;
  if (written.name === 'Self') return typer.self ?? written;
  const item = typer.items.declaredType(written.name);
  if (!item || written.args.length > 0) return written;
  return pathType(written.name, [...freshFor(item.generics).values()], item.lifetimes);
}

function isNonNull(type: RustType): boolean {
  return isRaw(type) && resolve(type).kind === 'path';
}

function isDereference(node: SyntaxNode | null): boolean {
  return node?.type === 'unary_expression' && node.children[0]?.type === '*';
}
