import type { Span } from '../text';
import { type Section, sectionsAbove } from './sections';
import { ancestors, childOfType, descendants, flatText, pathOf, type RustNode, textOf } from './syntax';

export interface FieldItem {
  readonly name: string;
  readonly type: string;
}

/** A struct of the file. */
export interface TypeItem {
  readonly name: string;
  readonly span: Span;
  readonly invariants: Section | null;
  /** The attribute, where there is one. */
  readonly transparent: Span | null;
  /** Fields of a tuple struct are named `0`, `1`. */
  readonly fields: readonly FieldItem[];
}

/** A function or method, with or without a body. */
export interface FunctionItem {
  readonly name: string;
  readonly node: RustNode;
  readonly nameSpan: Span;
  /** The type whose `impl` holds it, or the trait that declares it. */
  readonly owner: string | null;
  /** The trait whose `impl` holds it. */
  readonly trait: string | null;
  readonly declaredByTrait: boolean;
  readonly isUnsafe: boolean;
  readonly safety: Section | null;
  readonly self: { readonly kind: 'reference' | 'exclusive' | 'value'; readonly span: Span } | null;
  readonly params: readonly (FieldItem & { readonly span: Span })[];
  readonly returns: string;
  readonly body: RustNode | null;
}

/** What other files of the tree declare. */
export interface OtherItems {
  /** The unsafe function that a path of this file means. */
  unsafeFunction(path: string): FunctionItem | null;
  /** A type that states invariants, with its file. */
  type(name: string): { readonly item: TypeItem; readonly file: string } | null;
}

export interface Items {
  readonly types: ReadonlyMap<string, TypeItem>;
  readonly functions: readonly FunctionItem[];
  /** Functions by the node of their item. */
  readonly byNode: ReadonlyMap<RustNode, FunctionItem>;
  /** Null where the file stands alone. */
  readonly others: OtherItems | null;
}

/** The types and functions of a file, those inside functions too. */
export function collectItems(root: RustNode, text: string, others: OtherItems | null = null): Items {
  const types = new Map<string, TypeItem>();
  const byNode = new Map<RustNode, FunctionItem>();
  for (const node of descendants(root)) {
    if (node.type === 'struct_item') {
      const item = readType(node, text);
      if (item) types.set(item.name, item);
    } else if (node.type === 'function_item' || node.type === 'function_signature_item') {
      const item = readFunction(node, text);
      if (item) byNode.set(node, item);
    }
  }
  return { types, functions: [...byNode.values()], byNode, others };
}

/** The function around a node; closures belong to it. */
export function functionAround(node: RustNode, items: Items): FunctionItem | null {
  for (const parent of ancestors(node)) {
    const item = items.byNode.get(parent);
    if (item) return item;
  }
  return null;
}

function readType(node: RustNode, text: string): TypeItem | null {
  const name = childOfType(node, 'type_identifier');
  if (!name) return null;
  const { invariants, attributes } = sectionsAbove(text, node.start);
  const transparent = attributes.find(span => /\brepr\([^)]*\btransparent\b/.test(text.slice(span.start, span.end)));
  return {
    name: textOf(name, text),
    span: { start: name.start, end: name.end },
    invariants,
    transparent: transparent ?? null,
    fields: readFields(node, text),
  };
}

function readFields(node: RustNode, text: string): FieldItem[] {
  const named = childOfType(node, 'field_declaration_list');
  if (named) {
    return named.children.flatMap(field => {
      const name = childOfType(field, 'field_identifier');
      const type = field.children.at(-1);
      return name && type && type !== name ? [{ name: textOf(name, text), type: flatText(type, text) }] : [];
    });
  }
  const tuple = childOfType(node, 'ordered_field_declaration_list')?.children ?? [];
  return tuple
    .filter(child => child.type !== 'visibility_modifier' && child.type !== 'attribute_item')
    .map((child, index) => ({ name: String(index), type: flatText(child, text) }));
}

function readFunction(node: RustNode, text: string): FunctionItem | null {
  const name = childOfType(node, 'identifier');
  const parameters = childOfType(node, 'parameters');
  if (!name || !parameters) return null;
  const modifiers = childOfType(node, 'function_modifiers');
  const words = modifiers ? textOf(modifiers, text) : '';
  const container = [...ancestors(node)].find(({ type }) => /^(?:impl|trait|function)_item$/.test(type)) ?? null;
  const self = childOfType(parameters, 'self_parameter');
  const body = childOfType(node, 'block');
  const returns = node.children.find(child => child.start > parameters.end && child !== body);
  return {
    name: textOf(name, text),
    node,
    nameSpan: { start: name.start, end: name.end },
    ...readContainer(container, text),
    isUnsafe: /\bunsafe\b/.test(words) || (isForeign(node) && !/\bsafe\b/.test(words)),
    safety: sectionsAbove(text, node.start).safety,
    self: self ? readSelf(self, text) : readTypedSelf(parameters, text),
    params: parameters.children
      .filter(({ type }) => type === 'parameter')
      .flatMap(param => {
        const pattern = param.children.find(({ type }) => type === 'identifier');
        const type = param.children.at(-1)!;
        return pattern && pattern !== type
          ? [{ name: textOf(pattern, text), type: flatText(type, text), span: { start: param.start, end: param.end } }]
          : [];
      }),
    returns: returns && returns.type !== 'where_clause' ? flatText(returns, text) : '',
    body,
  };
}

/** A function that another language defines may do anything. */
export function isForeign(node: RustNode): boolean {
  return [...ancestors(node)].some(({ type }) => type === 'foreign_mod_item');
}

/** `impl Trait for Type`, `impl Type`, `trait Trait`: whose function it is. */
function readContainer(
  container: RustNode | null,
  text: string,
): Pick<FunctionItem, 'owner' | 'trait' | 'declaredByTrait'> {
  if (!container || container.type === 'function_item') return { owner: null, trait: null, declaredByTrait: false };
  if (container.type === 'trait_item') {
    const name = childOfType(container, 'type_identifier');
    return { owner: name && textOf(name, text), trait: null, declaredByTrait: true };
  }
  const { type, trait } = implParts(container, text);
  return { owner: type, trait, declaredByTrait: false };
}

/** The type and the trait of an `impl`, by their last segments. */
export function implParts(node: RustNode, text: string): { type: string; trait: string | null } {
  const names = node.children.filter(({ type }) => /type|identifier/.test(type) && type !== 'type_parameters');
  const last = (at: RustNode | undefined) => (at ? (pathOf(at, text).split('::').at(-1) ?? '') : '');
  const isTrait = names.length > 1 && /\bfor\s*$/.test(text.slice(names[0]!.end, names[1]!.start));
  return isTrait ? { trait: last(names[0]), type: last(names[1]) } : { trait: null, type: last(names[0]) };
}

function readSelf(self: RustNode, text: string): FunctionItem['self'] {
  const words = textOf(self, text);
  const kind = !words.startsWith('&') ? 'value' : /\bmut\b/.test(words) ? 'exclusive' : 'reference';
  return { kind, span: { start: self.start, end: self.end } };
}

/** `self: Pin<&mut Self>` and the like. */
function readTypedSelf(parameters: RustNode, text: string): FunctionItem['self'] {
  const param = parameters.children.find(
    child => child.type === 'parameter' && /^(?:mut )?self\b/.test(textOf(child, text)),
  );
  if (!param) return null;
  const words = textOf(param, text);
  const kind = /&\s*mut\b/.test(words) ? 'exclusive' : words.includes('&') ? 'reference' : 'value';
  return { kind, span: { start: param.start, end: param.end } };
}
