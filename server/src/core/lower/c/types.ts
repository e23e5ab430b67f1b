import type { Type } from '../../ir/ir';
import type { SyntaxNode } from '../../syntax/node';
import { type Lowering, partsOf } from './lowering';

/** What a declarator says: the name that it declares and how that derives from the type before it. */
export interface Declarator {
  readonly name: SyntaxNode | null;
  readonly pointers: number;
  readonly array: boolean;
  /** The innermost function part: of a definition, the one that has its parameters. */
  readonly function: SyntaxNode | null;
  /** It declares a pointer to a function, not a function. */
  readonly functionPointer: boolean;
}

export function readDeclarator(declarator: SyntaxNode | null): Declarator {
  let pointers = 0;
  let array = false;
  let functionPart: SyntaxNode | null = null;
  let functionPointer = false;
  let node = declarator;
  for (; node && !/identifier$/.test(node.type); node = innerDeclarator(node)) {
    if (node.type.endsWith('pointer_declarator')) {
      if (functionPart) functionPointer = true;
      else pointers++;
    } else if (node.type.endsWith('array_declarator')) array = true;
    else if (node.type.endsWith('function_declarator')) functionPart = node;
  }
  return { name: node, pointers, array, function: functionPart, functionPointer };
}

/** The type that a declarator gives to its name. Arrays of parameters are pointers. */
export function typeOf(base: BaseType, declarator: Declarator, isParameter: boolean): Type {
  if (declarator.function) return { name: 'function', pointers: 1, array: declarator.array, aggregate: false };
  const decays = isParameter && declarator.array;
  const pointers = declarator.pointers + (decays ? 1 : 0);
  return { name: base.name, pointers, array: declarator.array && !decays, aggregate: base.isRecord && pointers === 0 };
}

/** The part of a declaration before its declarators. */
export interface BaseType {
  /** Without `struct`; empty for an anonymous struct. */
  readonly name: string;
  /** A struct or a union. */
  readonly isRecord: boolean;
}

export function readBaseType(lowering: Lowering, specifier: SyntaxNode | null): BaseType {
  if (!specifier) return { name: '', isRecord: false };
  const isRecord = specifier.type === 'struct_specifier' || specifier.type === 'union_specifier';
  if (!isRecord && specifier.type !== 'enum_specifier')
    return { name: lowering.textOf(specifier).replace(/\s+/g, ' '), isRecord };
  const tag = specifier.childForFieldName('name');
  return { name: tag ? lowering.textOf(tag) : '', isRecord };
}

function innerDeclarator(node: SyntaxNode): SyntaxNode | null {
  return (
    node.childForFieldName('declarator') ??
    partsOf(node).find(part => /declarator$|identifier$/.test(part.type)) ??
    null
  );
}
