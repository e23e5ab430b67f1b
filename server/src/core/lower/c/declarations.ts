import type { Local, Operand } from '../../ir/ir';
import { operand } from '../../ir/operand';
import type { SyntaxNode } from '../../syntax/node';
import { addFreeCleanup } from './cleanups';
import { lowerEffects, lowerExpression } from './expressions';
import { type Lowering, partsOf, spanOf, variableAt } from './lowering';
import { readBaseType, readDeclarator, typeOf } from './types';

/** Registers the locals of a declaration and initialises them in order. */
export function lowerDeclaration(lowering: Lowering, declaration: SyntaxNode): void {
  const parts = partsOf(declaration);
  const storage = parts.filter(part => part.type === 'storage_class_specifier').map(part => lowering.textOf(part));
  if (storage.includes('extern') || storage.includes('typedef')) return;
  const base = readBaseType(lowering, declaration.childForFieldName('type'));
  const declarators = parts.filter(part => /declarator$|^identifier$/.test(part.type));
  for (const [i, part] of declarators.entries()) {
    const isInitialised = part.type === 'init_declarator';
    const written = isInitialised ? part.childForFieldName('declarator') : part;
    const declarator = readDeclarator(written);
    if (!written || !declarator.name || (declarator.function && !declarator.functionPointer)) continue;
    const local: Local = {
      type: typeOf(base, declarator, false),
      parameter: -1,
      static: storage.includes('static'),
      sourceName: lowering.textOf(declarator.name),
      span: spanOf(declarator.name),
    };
    const value = isInitialised ? part.childForFieldName('value') : null;
    const until = value?.startIndex ?? declarators[i + 1]?.startIndex ?? declaration.endIndex;
    declareVariable(lowering, local, declarator.name, part, value);
    addFreeCleanup(lowering, declarator.name, { start: written.endIndex, end: until });
  }
}

/** A struct, union or array written in place is a hidden local of its own. */
export function lowerCompoundLiteral(lowering: Lowering, node: SyntaxNode): Operand {
  const { builder } = lowering;
  const [written, value] = [node.childForFieldName('type'), node.childForFieldName('value')];
  const base = readBaseType(lowering, written?.childForFieldName('type') ?? null);
  const type = typeOf(base, readDeclarator(written?.childForFieldName('declarator') ?? null), false);
  const key = builder.declareHidden('literal', type, spanOf(node));
  if (value) initialiseWithList(lowering, key, node, value);
  return variableAt(key, node);
}

function declareVariable(
  lowering: Lowering,
  local: Local,
  name: SyntaxNode,
  declarator: SyntaxNode,
  value: SyntaxNode | null,
): void {
  const { builder } = lowering;
  const key = builder.declareLocal(local);
  if (local.static) return;
  if (!value) builder.emit({ op: 'declare', span: spanOf(name), name: key, zeroed: false });
  else if (value.type === 'initializer_list') initialiseWithList(lowering, key, name, value);
  else builder.assign(variableAt(key, name), lowerExpression(lowering, value), spanOf(declarator));
  builder.endStatement(spanOf(declarator));
}

function initialiseWithList(lowering: Lowering, key: string, name: SyntaxNode, list: SyntaxNode): void {
  const { array } = lowering.builder.locals.get(key)!.type;
  const zeroed = zeroesTheRest(lowering, list, array);
  lowering.builder.emit({ op: 'declare', span: spanOf(name), name: key, zeroed });
  lowerList(lowering, variableAt(key, name), list, array);
}

/** Whether all that the list does not name is zero: a value that goes by its position may land in any field. */
function zeroesTheRest(lowering: Lowering, list: SyntaxNode, isArray: boolean): boolean {
  const items = partsOf(list);
  const [only] = items.length === 1 ? items : [];
  if (only && /^\{*\s*(0|NULL|false)?\s*\}*$/.test(lowering.textOf(only))) return true;
  return items.every(item => {
    const value = item.type === 'initializer_pair' ? item.childForFieldName('value') : isArray ? item : null;
    if (value?.type !== 'initializer_list') return value !== null;
    return lowering.nested(
      value,
      () => zeroesTheRest(lowering, value, false),
      () => false,
    );
  });
}

function lowerList(lowering: Lowering, target: Operand, list: SyntaxNode, isArray: boolean): void {
  for (const [position, item] of partsOf(list).entries()) {
    if (item.type === 'initializer_pair') {
      const value = item.childForFieldName('value');
      const place = designate(lowering, target, item);
      if (value && place) initialise(lowering, place, value);
      else if (value) lowerEffects(lowering, value);
    } else if (isArray) {
      const index = operand.constant(String(position));
      initialise(lowering, operand.index(target, index, spanOf(item)), item);
    } else {
      lowerEffects(lowering, item);
    }
  }
}

function initialise(lowering: Lowering, place: Operand, value: SyntaxNode): void {
  if (value.type !== 'initializer_list') {
    lowering.builder.assign(place, lowerExpression(lowering, value), spanOf(value));
    return;
  }
  lowering.nested(
    value,
    () => lowerList(lowering, place, value, false),
    () => {},
  );
}

/** The place that `.a.b` or `[2].c` names in `target`; null for a range of indices. */
function designate(lowering: Lowering, target: Operand, pair: SyntaxNode): Operand | null {
  let place = target;
  for (const part of partsOf(pair)) {
    const [name] = partsOf(part);
    if (part.type === 'field_designator' && name) place = operand.member(place, lowering.textOf(name), spanOf(part));
    else if (part.type === 'subscript_designator' && name) {
      if (lowering.original.slice(part.startIndex, part.endIndex).includes('...')) return null;
      place = operand.index(place, lowerExpression(lowering, name), spanOf(part));
    } else if (!part.type.endsWith('_designator')) break;
  }
  return place;
}
