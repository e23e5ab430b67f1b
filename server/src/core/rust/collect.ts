import type { SyntaxNode } from '../syntax/node';
import { COUNTED_TRAIT, type FunctionItem, type Items, type TypeItem } from './items';
import { childrenOf } from './nodes';
import { parseType } from './parse-type';
import { pathType, type RustType, referenceTo, UNIT } from './types';
import { substitute } from './unify';

/** A function with a body, and what the impl or trait around it says. */
export interface FunctionSource {
  readonly node: SyntaxNode;
  readonly item: FunctionItem;
  /** The name that reports use: as written, with the type of the impl. */
  readonly name: string;
}

/** What the declarations of a file say. */
export interface Declarations {
  readonly functions: readonly FunctionSource[];
  readonly structs: readonly SyntaxNode[];
  /** Structs and everything else that has the name of a type. */
  readonly types: readonly SyntaxNode[];
  readonly macros: readonly SyntaxNode[];
}

interface Around {
  readonly owner: RustType | null;
  readonly generics: readonly string[];
  readonly counted: readonly string[];
  /** The trait that an impl is of. */
  readonly trait: string | null;
  readonly associated: ReadonlyMap<string, RustType>;
}

export const NOTHING_AROUND: Around = { owner: null, generics: [], counted: [], trait: null, associated: new Map() };

/** Reads the declarations of a file into `items`. Modules and impls are walked without recursion. */
export function collectItems(root: SyntaxNode, items: Items): Declarations {
  const functions: FunctionSource[] = [];
  const structs: SyntaxNode[] = [];
  const types: SyntaxNode[] = [];
  const macros: SyntaxNode[] = [];
  collectAliases(root, items);
  const open: [SyntaxNode, Around][] = [[root, NOTHING_AROUND]];
  for (let next = open.pop(); next; next = open.pop()) {
    const [node, around] = next;
    for (const child of [...node.namedChildren].reverse()) {
      if (!child) continue;
      switch (child.type) {
        case 'mod_item':
        case 'foreign_mod_item': {
          const body = child.childForFieldName('body');
          if (body) open.push([body, NOTHING_AROUND]);
          break;
        }
        case 'impl_item':
        case 'trait_item': {
          const body = child.childForFieldName('body');
          if (body) open.push([body, readAround(child, body, items)]);
          if (child.type === 'trait_item') types.push(child);
          break;
        }
        case 'enum_item':
          types.push(child);
          for (const variant of readVariants(child, items)) items.addType(variant);
          break;
        case 'static_item':
        case 'const_item': {
          const [name, type] = ['name', 'type'].map(field => child.childForFieldName(field));
          if (name && type) items.addStatic(name.text, items.expand(parseType(type.text), false));
          break;
        }
        case 'union_item':
        case 'type_item':
          types.push(child);
          break;
        case 'struct_item':
          structs.push(child);
          types.push(child);
          items.addType(readStruct(child, items));
          break;
        case 'macro_definition':
          macros.push(child);
          break;
        case 'function_item':
        case 'function_signature_item': {
          functions.push(readFunction(child, around, items));
          const body = child.childForFieldName('body');
          if (body && LOCAL_ITEM.test(body.text)) {
            const local = readLocalItems(body, items);
            open.push(...local.impls);
            structs.push(...local.structs);
            types.push(...local.structs);
          }
          break;
        }
      }
    }
  }
  return { functions: functions.reverse(), structs, types, macros };
}

const LOCAL_ITEM = /^\s*(?:impl|struct)\b/m;

/** A type that a function declares for itself, and its impls. Its inner functions come when its body is typed. */
function readLocalItems(body: SyntaxNode, items: Items) {
  const structs = childrenOf(body).filter(({ type }) => type === 'struct_item');
  for (const node of structs) {
    const item = readStruct(node, items);
    if (!items.ownTypes.some(({ name }) => name === item.name)) items.addType(item);
  }
  const impls = childrenOf(body).flatMap((node): [SyntaxNode, Around][] => {
    const inner = node.type === 'impl_item' ? node.childForFieldName('body') : null;
    return inner ? [[inner, readAround(node, inner, items)]] : [];
  });
  return { structs, impls };
}

/** Aliases first, for they may be used above their declaration. Those of an impl are its associated types. */
function collectAliases(root: SyntaxNode, items: Items): void {
  const open = [root];
  for (let node = open.pop(); node; node = open.pop()) {
    for (const child of childrenOf(node)) {
      const body = child.type === 'mod_item' ? child.childForFieldName('body') : null;
      if (body) open.push(body);
      const [name, target] =
        child.type === 'type_item' ? ['name', 'type'].map(field => child.childForFieldName(field)) : [];
      if (!name || !target) continue;
      const generics = childrenOf(child.childForFieldName('type_parameters') ?? child).flatMap(param => {
        const generic = param.type === 'type_parameter' ? param.childForFieldName('name') : null;
        const fallback = param.childForFieldName('default_type');
        return generic ? [{ name: generic.text, fallback: fallback && parseType(fallback.text) }] : [];
      });
      items.addAlias({ name: name.text, generics, target: parseType(target.text) });
    }
  }
}

/** Reads the signature of a function; `items` learns it. */
export function readFunction(node: SyntaxNode, around: Around, items: Items): FunctionSource {
  const name = node.childForFieldName('name')?.text ?? '';
  const own = readGenerics(node);
  const generics = [...around.generics, ...own.types];
  const self = new Map([...around.associated, ...own.targets]);
  if (around.owner) self.set('Self', around.owner);
  const read = (type: SyntaxNode | null): RustType =>
    type ? items.expand(substitute(parseType(type.text), self), false) : UNIT;
  const params = (node.childForFieldName('parameters')?.namedChildren ?? []).flatMap(param => {
    if (param?.type === 'self_parameter') return [{ name: 'self', type: selfType(param, around.owner) }];
    if (param?.type !== 'parameter') return [];
    return [{ name: param.childForFieldName('pattern')?.text ?? '', type: read(param.childForFieldName('type')) }];
  });
  const owner = around.owner;
  const ownerName = owner?.kind === 'path' ? owner.name : null;
  const path = ownerName ? `${ownerName}::${name}` : name;
  // What a trait's function does to references, its implementations do.
  const known = items.function(path) ?? (around.trait ? items.function(`${around.trait}::${name}`) : null);
  const item: FunctionItem = {
    name,
    path,
    owner,
    generics,
    counted: [...around.counted, ...own.counted],
    params,
    result: read(node.childForFieldName('return_type')),
    isUnsafe: childrenOf(node).some(child => child.type === 'function_modifiers' && /\bunsafe\b/.test(child.text)),
    calls: known?.calls ?? [],
    adopts: known?.adopts ?? null,
    releases: known?.releases ?? null,
    drops: known?.drops ?? null,
    forgets: known?.forgets ?? null,
    takes: known?.takes ?? false,
    model: known?.model,
    source: '',
  };
  items.addFunction(item);
  return { node, item, name: path };
}

function selfType(param: SyntaxNode, owner: RustType | null): RustType {
  const self = owner ?? pathType('Self');
  const { text } = param;
  return text.startsWith('&') ? referenceTo(self, /\bmut\b/.test(text)) : self;
}

function readAround(node: SyntaxNode, body: SyntaxNode, items: Items): Around {
  const name = node.childForFieldName(node.type === 'trait_item' ? 'name' : 'type');
  const owner = node.type === 'trait_item' ? pathType('Self') : name ? items.expand(parseType(name.text), false) : null;
  const associated = new Map<string, RustType>();
  for (const child of body.namedChildren) {
    if (child?.type !== 'type_item') continue;
    const type = child.childForFieldName('type');
    if (type)
      associated.set(`Self::${child.childForFieldName('name')?.text ?? ''}`, items.expand(parseType(type.text), false));
  }
  const target = associated.get('Self::Target');
  if (target && owner?.kind === 'path') items.setDeref(owner.name, target);
  const { types, counted } = readGenerics(node);
  const isTrait = node.type === 'trait_item';
  const trait = (isTrait ? name : node.childForFieldName('trait'))?.text.split('::').at(-1) ?? null;
  const self = isTrait && trait === COUNTED_TRAIT ? ['Self'] : [];
  return { owner, generics: types, counted: [...counted, ...self], trait, associated };
}

/** Each variant is a type of its own, `Enum::Variant`, as far as its fields are concerned. */
function readVariants(node: SyntaxNode, items: Items): TypeItem[] {
  const name = node.childForFieldName('name')?.text ?? '';
  const generics = readGenerics(node);
  return childrenOf(node.childForFieldName('body') ?? node).flatMap(variant => {
    if (variant.type !== 'enum_variant' || !variant.childForFieldName('body')) return [];
    const item = readStruct(variant, items, generics);
    return [{ ...item, name: `${name}::${item.name}` }];
  });
}

function readStruct(node: SyntaxNode, items: Items, { types, lifetimes } = readGenerics(node)): TypeItem {
  const fields = new Map<string, RustType>();
  const body = node.childForFieldName('body');
  let index = 0;
  for (const child of body?.namedChildren ?? []) {
    if (child?.type === 'field_declaration') {
      const type = child.childForFieldName('type');
      if (type) fields.set(child.childForFieldName('name')?.text ?? '', items.expand(parseType(type.text), false));
    } else if (child && body?.type === 'ordered_field_declaration_list' && /type|path|identifier/.test(child.type))
      fields.set(String(index++), items.expand(parseType(child.text), false));
  }
  return {
    name: node.childForFieldName('name')?.text ?? '',
    generics: types,
    lifetimes,
    fields,
    nullable: [],
    deref: null,
    handle: null,
    guard: null,
    drop: null,
    atomic: false,
    refcount: null,
    doc: '',
    source: '',
  };
}

const BOUND_TO_COUNT = new RegExp(`\\b${COUNTED_TRAIT}\\b`);

interface Generics {
  readonly types: readonly string[];
  /** Those that stand for something with a reference count. */
  readonly counted: readonly string[];
  readonly lifetimes: number;
  /** Those that are known to dereference to something: `T: Deref<Target = Mm>`. */
  readonly targets: readonly (readonly [string, RustType])[];
}

export function readGenerics(node: SyntaxNode): Generics {
  const types: string[] = [];
  const counted: string[] = [];
  const targets: [string, RustType][] = [];
  let lifetimes = 0;
  for (const child of childrenOf(node.childForFieldName('type_parameters') ?? node)) {
    if (child.type === 'lifetime_parameter') lifetimes++;
    if (child.type !== 'type_parameter') continue;
    const name = child.childForFieldName('name')?.text ?? '';
    types.push(name);
    const bounds = child.childForFieldName('bounds')?.text ?? '';
    if (BOUND_TO_COUNT.test(bounds)) counted.push(name);
    const target = /\bDeref(?:Mut)?<\s*Target\s*=\s*([^<>]+(?:<[^<>]*>)?)>/.exec(bounds)?.[1];
    if (target) targets.push([name, { kind: 'opaque', text: name, target: parseType(target) }]);
  }
  return { types, counted, lifetimes, targets };
}
