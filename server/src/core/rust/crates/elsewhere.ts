import type { AliasItem } from '../aliases';
import type { FunctionItem, OtherItems, TypeItem } from '../items';
import { mentionsHandles } from '../mentions';
import { pathType, type RustType, resolve } from '../types';
import { substitute } from '../unify';
import type { RustModule } from './module';
import { crateOf, type Names } from './names';

/** What the other files of the tree declare, as one file sees it. */
export class Elsewhere implements OtherItems {
  /** Where the name of a type is to be understood, for names that came with a declaration. */
  readonly #scopes = new Map<string, RustModule>();
  readonly #types = new Map<string, TypeItem | null>();
  readonly #functions = new Map<string, FunctionItem | null>();
  readonly #aliases = new Map<string, AliasItem | null>();
  #givers: readonly string[] | null = null;

  constructor(
    readonly names: Names,
    /** Names that mean the same in all files: those of the table. */
    private readonly isCommon: (name: string) => boolean,
  ) {}

  type(name: string): TypeItem | null {
    const known = this.#types.get(name);
    if (known !== undefined) return known;
    const found = this.#resolve(name);
    const item = found?.name ? (found.module.declared.items.type(found.name) ?? null) : null;
    const adopted = item && found ? this.#adoptType(item, found.module) : null;
    this.#types.set(name, adopted);
    return adopted;
  }

  /** A function, or an associated function, by a path of the file or by the name of a type that came with a declaration. */
  function(path: string): FunctionItem | null {
    const known = this.#functions.get(path);
    if (known !== undefined) return known;
    const found = this.placeOf(path);
    const item = found?.module.declared.items.function(found.key) ?? null;
    const adopted = item && found ? this.#adoptFunction(item, found.module) : null;
    this.#functions.set(path, adopted);
    return adopted;
  }

  alias(name: string): AliasItem | null {
    const known = this.#aliases.get(name);
    if (known !== undefined) return known;
    const found = this.#resolve(name);
    const item = found?.name ? found.module.declared.items.alias(found.name) : null;
    const by =
      item && found
        ? this.#reader(
            [item.target],
            item.generics.map(generic => generic.name),
            found.module,
          )
        : null;
    const adopted = item && by ? { ...item, target: substitute(item.target, by) } : null;
    this.#aliases.set(name, adopted);
    return adopted;
  }

  givers(accepts: (type: RustType) => boolean): readonly string[] {
    this.#givers ??= [...this.names.neighbours(name => !this.isCommon(name))].flatMap(({ text, declared }) => {
      if (!mentionsHandles(text)) return [];
      const { aliases, functions, ownTypes } = declared.items;
      const named = [...aliases].flatMap(({ name, target }) => (accepts(target) ? [name] : []));
      const given = [
        ...[...functions].flatMap(({ name, result }) => (accepts(result) ? [name] : [])),
        ...ownTypes.flatMap(({ fields }) => [...fields].flatMap(([name, type]) => (accepts(type) ? [name] : []))),
      ].filter(name => /^[a-z_]/.test(name));
      return [...named, ...given];
    });
    return this.#givers;
  }

  /** The file that declares what a path of a type or a function means, and its name there. */
  placeOf(path: string): { readonly module: RustModule; readonly key: string } | null {
    const segments = path.split('::');
    const last = segments.at(-1)!;
    if (!segments.every(segment => /^\w+$/.test(segment))) return null;
    if (segments.length === 1) {
      const found = this.#resolve(last);
      return found?.name ? { module: found.module, key: found.name } : null;
    }
    const owner = segments.slice(0, -1);
    const around = owner.length === 1 ? this.#resolve(owner[0]!) : this.names.resolve(this.names.own, owner);
    if (around?.name) return { module: around.module, key: `${around.name}::${last}` };
    const found = around ? this.names.resolve(around.module, [last]) : null;
    return found?.name ? { module: found.module, key: found.name } : null;
  }

  /** The same for modules, whose key is null. */
  find(path: string): { readonly module: RustModule; readonly key: string | null } | null {
    const place = this.placeOf(path);
    if (place) return place;
    const { own } = this.names;
    const found = this.names.resolve(own, path.split('::'));
    return found?.name === null && found.module !== own ? { module: found.module, key: null } : null;
  }

  /** A function of the table in the file that its row names: the file need not import what it calls methods of. */
  inSource({ path, source }: FunctionItem): { readonly module: RustModule; readonly key: string } | null {
    const file = /^rust\/kernel\/(.+)\.rs$/.exec(source)?.[1];
    const module = file && this.names.resolve(this.names.own, ['kernel', ...file.split('/')])?.module;
    return module && module !== this.names.own && module.declared.places.has(path) ? { module, key: path } : null;
  }

  #resolve(name: string) {
    const { own } = this.names;
    const found = this.names.resolve(this.#scopes.get(name) ?? own, [name]);
    return found?.module === own ? null : found;
  }

  #adoptType(item: TypeItem, module: RustModule): TypeItem {
    const known = this.#reader([...item.fields.values(), ...(item.deref ? [item.deref] : [])], item.generics, module);
    if (known.size === 0) return item;
    const fields = new Map([...item.fields].map(([name, type]) => [name, substitute(type, known)]));
    return { ...item, fields, deref: item.deref && substitute(item.deref, known) };
  }

  #adoptFunction(item: FunctionItem, module: RustModule): FunctionItem {
    const known = this.#reader([item.result, ...item.params.map(({ type }) => type)], item.generics, module);
    if (known.size === 0) return item;
    const params = item.params.map(param => ({ ...param, type: substitute(param.type, known) }));
    return { ...item, params, result: substitute(item.result, known) };
  }

  /** Names of types that mean something else here than where they were written, with names that nothing else has. */
  #reader(types: readonly RustType[], generics: readonly string[], module: RustModule): Map<string, RustType> {
    const others = new Map<string, RustType>();
    for (const name of new Set(types.flatMap(type => namesIn(type, 0)))) {
      if (generics.includes(name) || name === 'Self' || name.startsWith('bindings::')) continue;
      const scope = this.#scopes.get(name) ?? this.names.own;
      if (scope === module) continue;
      const meant = this.names.resolve(module, [name]);
      if (this.isCommon(name)) {
        // A driver may have a type of its own with a name of the kernel's.
        if (meant && !crateOf(meant.module.path)) others.set(name, pathType(`${module.path}::${name}`));
        continue;
      }
      if (!meant) continue;
      const here = this.names.resolve(scope, [name]);
      if (!here) this.#scopes.set(name, module);
      else if (here.module !== meant.module || here.name !== meant.name)
        others.set(name, pathType(`${module.path}::${name}`));
    }
    return others;
  }
}

function namesIn(type: RustType, depth: number): string[] {
  const found = resolve(type);
  if (depth > MAX_DEPTH) return [];
  const go = (inner: RustType) => namesIn(inner, depth + 1);
  switch (found.kind) {
    case 'path':
      return [found.name, ...found.args.flatMap(go)];
    case 'reference':
    case 'pointer':
      return go(found.of);
    case 'tuple':
      return found.items.flatMap(go);
    case 'function':
      return [...found.params, found.result].flatMap(go);
    case 'opaque':
      return found.target ? go(found.target) : [];
    case 'variable':
      return [];
    default:
      return found satisfies never;
  }
}

const MAX_DEPTH = 32;
