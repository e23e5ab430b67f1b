import type { SyntaxNode } from '../syntax/node';
import { childrenOf, elementsOf } from './nodes';
import type { Typer } from './typer';
import { newVariable, pathType, type RustType, referenceTo, resolve } from './types';
import { unify } from './unify';
import { makeValue, type Value } from './value';

/** Declares what a pattern binds, given the value that it is matched against. */
export function bindPattern(typer: Typer, pattern: SyntaxNode, value: Value): void {
  typer.within(() => bind(typer, pattern, value));
}

function bind(typer: Typer, pattern: SyntaxNode, value: Value): void {
  switch (pattern.type) {
    case 'identifier':
    case 'shorthand_field_identifier':
    case 'self':
      // A capital first letter is a constant or a unit variant.
      if (!/^[A-Z]/.test(pattern.text)) typer.declare(pattern.text, pattern, value);
      return;
    case 'mut_pattern':
    case 'match_pattern':
    case 'captured_pattern':
    case 'or_pattern':
      for (const child of patternsOf(pattern)) if (!isCondition(pattern, child)) bindPattern(typer, child, value);
      return;
    case 'ref_pattern':
      bindAll(typer, pattern, makeValue(referenceTo(value.type)));
      return;
    case 'reference_pattern': {
      const found = resolve(value.type);
      bindAll(typer, pattern, makeValue(found.kind === 'reference' ? found.of : newVariable()));
      return;
    }
    case 'tuple_pattern': {
      const found = resolve(value.type);
      const items = found.kind === 'tuple' ? found.items : [];
      for (const { node, index } of elementsOf(pattern, items.length))
        bindPattern(typer, node, makeValue(items[index] ?? newVariable()));
      return;
    }
    case 'tuple_struct_pattern':
      bindVariant(typer, pattern, value);
      return;
    case 'struct_pattern':
      bindStruct(typer, pattern, value);
      return;
    default:
      return;
  }
}

/** `Some(x)`, `Ok(x)`, `Err(x)`, or a struct of the file with numbered fields. */
function bindVariant(typer: Typer, pattern: SyntaxNode, value: Value): void {
  const path = pattern.childForFieldName('type')?.text ?? '';
  const name = path.split('::').at(-1) ?? '';
  const fields = typer.items.variantFields(value.type, path);
  const payload = payloadOf(name, value.type);
  for (const { node, index } of elementsOf(pattern, fields?.size ?? typer.items.sizeOf(value.type))) {
    const type = (index === 0 ? payload : null) ?? fieldOf(typer, value.type, String(index), fields);
    bindPattern(typer, node, { ...value, type, nullable: false, local: null });
  }
}

/** What a variant of Option or Result holds; matching through a reference binds references. */
export function payloadOf(variant: string, type: RustType): RustType | null {
  let found = resolve(type);
  let references = 0;
  while (found.kind === 'reference') {
    found = resolve(found.of);
    references++;
  }
  if (found.kind === 'variable') {
    const item = newVariable();
    if (variant === 'Some') unify(found, pathType('Option', [item]));
    else if (variant === 'Ok') unify(found, pathType('Result', [item]));
    else return null;
    return item;
  }
  if (found.kind !== 'path') return null;
  const index = variant === 'Err' ? 1 : 0;
  if (!/^(?:Some|Ok|Err)$/.test(variant)) return null;
  const item = found.args[index] ?? (variant === 'Ok' ? null : newVariable());
  if (!item) return null;
  return references > 0 ? referenceTo(item) : item;
}

/** Matching through a reference binds references. */
function fieldOf(
  typer: Typer,
  type: RustType,
  name: string,
  variant: ReadonlyMap<string, RustType> | null = null,
): RustType {
  const field = variant?.get(name) ?? typer.items.field(type, name) ?? newVariable();
  return resolve(type).kind === 'reference' ? referenceTo(field) : field;
}

function bindStruct(typer: Typer, pattern: SyntaxNode, value: Value): void {
  const variant = typer.items.variantFields(value.type, pattern.childForFieldName('type')?.text ?? '');
  for (const part of pattern.namedChildren) {
    if (part?.type !== 'field_pattern') continue;
    const name = part.childForFieldName('name');
    if (!name) continue;
    const type = fieldOf(typer, value.type, name.text, variant);
    const inner = part.childForFieldName('pattern');
    bindPattern(typer, inner ?? name, makeValue(type));
  }
}

function bindAll(typer: Typer, pattern: SyntaxNode, value: Value): void {
  for (const child of patternsOf(pattern)) bindPattern(typer, child, value);
}

function patternsOf(pattern: SyntaxNode): SyntaxNode[] {
  return childrenOf(pattern).filter(child => child.type !== 'mutable_specifier');
}

function isCondition(pattern: SyntaxNode, child: SyntaxNode): boolean {
  const condition = pattern.childForFieldName('condition');
  return condition !== null && condition.startIndex === child.startIndex;
}
