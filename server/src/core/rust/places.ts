import type { SyntaxNode } from '../syntax/node';
import { parseType } from './parse-type';
import type { Typer } from './typer';
import { newVariable, pathType, type RustType, resolve } from './types';
import { freshFor, substitute, unify } from './unify';
import { UNKNOWN_VALUE, type Value, valueOf } from './value';

/** A name that is no local: a constant, a function, or `None`. */
export function typePath(typer: Typer, node: SyntaxNode): Value {
  const name = node.text.split('::').at(-1);
  if (name === 'None') return valueOf(pathType('Option', [newVariable()]), { nullable: true });
  if (name === 'true' || name === 'false') return valueOf(pathType('bool'));
  const item = typer.items.function(node.text);
  if (!item) return UNKNOWN_VALUE();
  const generics = typer.items.instantiate(item, null);
  const params = item.params.map(({ type }) => substitute(type, generics));
  return valueOf({ kind: 'function', params, result: substitute(item.result, generics) });
}

/** `Guard { mm: self, .. }`: the name is where the value's fact stands. */
export function typeStruct(typer: Typer, node: SyntaxNode, expected: RustType | null): Value {
  const name = node.childForFieldName('name');
  const written = name ? parseType(name.text) : newVariable();
  const type = structType(typer, resolve(written));
  if (expected) unify(type, expected);
  for (const field of node.childForFieldName('body')?.namedChildren ?? []) {
    if (field?.type === 'field_initializer') {
      const label = field.childForFieldName('field')?.text ?? '';
      const value = typer.inferChild(field, 'value', typer.items.field(type, label));
      typer.move(value);
    } else if (field?.type === 'shorthand_field_initializer') {
      const label = field.namedChildren.find(child => child?.type === 'identifier');
      if (label) typer.move(typer.infer(label, typer.items.field(type, label.text)));
    } else if (field?.type === 'base_field_initializer') {
      const base = field.namedChildren[0];
      if (base) typer.infer(base, type);
    }
  }
  if (name) typer.record(name, valueOf(type));
  return valueOf(type);
}

function structType(typer: Typer, written: RustType): RustType {
  if (written.kind !== 'path') return written;
  if (written.name === 'Self') return typer.self ?? written;
  const item = typer.items.type(written.name);
  if (!item || written.args.length > 0) return written;
  return pathType(written.name, [...freshFor(item.generics).values()], item.lifetimes);
}
