import { type AliasItem, expandAliases } from './aliases';
import { parseType } from './parse-type';
import { behindReferences, newVariable, type RustType, resolve } from './types';
import { freshFor, substitute, unify } from './unify';

/** What a value of a type guarantees of the mm that it denotes: its users, its struct, or nothing by itself. */
export type Handle = 'users' | 'count' | 'raw';

/** The C functions behind `ARef<T>`. */
export interface Refcount {
  readonly take: string;
  readonly drop: string;
  /** The associated function that leaves the last put to a kernel thread. */
  readonly defer?: string;
}

/** A struct, or a C struct as `bindings::name`. */
export interface TypeItem {
  readonly name: string;
  readonly generics: readonly string[];
  readonly lifetimes: number;
  readonly fields: ReadonlyMap<string, RustType>;
  /** Fields that may be NULL, and have users otherwise. */
  readonly nullable: readonly string[];
  /** What `Deref` leads to. */
  readonly deref: RustType | null;
  readonly handle: Handle | null;
  /** The C lock that a live value proves to be held. */
  readonly guard: 'mmap_read' | 'mmap_write' | 'vma_read' | null;
  /** The C function that `Drop` calls. */
  readonly drop: string | null;
  /** Sleeping is forbidden while a guard of this lock lives. */
  readonly atomic: boolean;
  /** The C struct that a value denotes. */
  readonly struct?: string;
  /** For the backend of a lock: the C function that its guard calls at last. */
  readonly unlock?: string;
  /** For types that `ARef` counts: the C functions that take and release a reference. */
  readonly refcount: Refcount | null;
  readonly doc: string;
  readonly source: string;
}

/** What a call is in terms of C, beside the C functions that it calls. */
export interface CallModel {
  /** What those are called with, where that is not what the Rust function is called with. */
  readonly with?: readonly string[];
  /** The result, as a slot: `arg0`, `current->mm`, `arg0 when ret true`. */
  readonly gives?: string;
  /** It calls the function that takes, or the one that drops, a reference to what its argument counts. */
  readonly counts?: 'take' | 'drop';
}

/** A function, method, or macro (`current!`). */
export interface FunctionItem {
  readonly name: string;
  /** `Mm::from_raw` for what an impl or trait holds, else the name. */
  readonly path: string;
  readonly owner: RustType | null;
  readonly generics: readonly string[];
  /** Generics that stand for something with a reference count. */
  readonly counted: readonly string[];
  readonly params: readonly { readonly name: string; readonly type: RustType }[];
  readonly result: RustType;
  readonly isUnsafe: boolean;
  /** C functions that it stands for, as far as an mm is concerned. */
  readonly calls: readonly string[];
  /** A raw parameter whose reference the callee takes over. */
  readonly adopts: string | null;
  /** A parameter whose reference leaves Rust's care in the result. */
  readonly releases: string | null;
  /** A parameter that is dropped at once. */
  readonly drops: string | null;
  /** A parameter whose value is never dropped. */
  readonly forgets: string | null;
  /** It takes a reference that no Rust value owns yet. */
  readonly takes: boolean;
  readonly model?: CallModel | undefined;
  readonly source: string;
}

/** A method found on a receiver: the item, its owner's type as the receiver has it, and its generics. */
export interface FoundMethod {
  readonly item: FunctionItem;
  readonly self: RustType;
  readonly generics: ReadonlyMap<string, RustType>;
}

/** The trait of what `ARef` counts. */
export const COUNTED_TRAIT = 'AlwaysRefCounted';

/** `Deref` chains of real types have four steps; a chain that goes on is a cycle. */
const MAX_DEREFS = 12;

/** What other files of the tree declare, as one file sees it. */
export interface OtherItems {
  type(name: string): TypeItem | null;
  function(path: string): FunctionItem | null;
  alias(name: string): AliasItem | null;
  /** Names of fields and functions by which a value of an accepted type comes from a file that this one names. */
  givers(accepts: (type: RustType) => boolean): readonly string[];
}

/**
 * The types and functions that a file can name: its own, and behind them those of the table. Where neither knows a name,
 * the file that declares it is asked.
 */
export class Items {
  readonly #types = new Map<string, TypeItem>();
  readonly #functions = new Map<string, FunctionItem>();
  readonly #aliases = new Map<string, AliasItem>();
  readonly #statics = new Map<string, RustType>();
  readonly #met = new Map<string, FunctionItem>();
  /** Items of other files, with what their aliases stand for. */
  readonly #expanded = new WeakMap<TypeItem | FunctionItem, TypeItem | FunctionItem>();

  constructor(
    private readonly base: Items | null,
    private readonly others: OtherItems | null = null,
  ) {}

  addType(item: TypeItem): void {
    this.#types.set(item.name, item);
  }

  /** The first of a name stays: several impls of one generic trait differ only in what is passed. */
  addFunction(item: FunctionItem): void {
    if (!this.#functions.has(item.path)) this.#functions.set(item.path, item);
  }

  /** `type Result<T> = core::result::Result<T>` is what it was. */
  addAlias(alias: AliasItem): void {
    const { target, name } = alias;
    if (target.kind !== 'path' || target.name !== name) this.#aliases.set(name, alias);
  }

  addStatic(name: string, type: RustType): void {
    this.#statics.set(name, type);
  }

  /** The type of a static or a constant of the file. */
  static(name: string): RustType | null {
    return this.#statics.get(name) ?? null;
  }

  get statics(): Iterable<readonly [string, RustType]> {
    return this.#statics;
  }

  /** What a variant of an enum holds, for a value of its type or by the path that names it. */
  variantFields(type: RustType, path: string): ReadonlyMap<string, RustType> | null {
    const [variant, owner] = path.split('::').reverse();
    const found = behindReferences(type);
    const name = found.kind === 'path' ? found.name : owner;
    const item = name && variant ? this.type(`${name}::${variant}`) : null;
    if (!item || found.kind !== 'path') return item?.fields ?? null;
    const by = argumentsOf(item, found);
    return new Map([...item.fields].map(([field, declared]) => [field, substitute(declared, by)]));
  }

  /** What a name of the file stands for. */
  alias(name: string): AliasItem | null {
    return this.#aliases.get(name) ?? null;
  }

  get aliases(): Iterable<AliasItem> {
    return this.#aliases.values();
  }

  /** A type with the aliases of the file replaced, and those of other files where it knows nothing else. */
  expand(type: RustType, asks = true): RustType {
    if (this.#aliases.size === 0 && (!asks || !this.others)) return type;
    return expandAliases(type, name => {
      const own = this.alias(name);
      if (own || !asks || !this.others || !/^[A-Z]\w*$/.test(name) || name === 'Self') return own;
      return this.type(name) ? null : this.others.alias(name);
    });
  }

  /** Reads a type as Rust spells it. */
  readType(text: string): RustType {
    return this.expand(parseType(text));
  }

  /** The same for a signature. */
  expandFunction(item: FunctionItem): FunctionItem {
    const known = this.#expanded.get(item) as FunctionItem | undefined;
    if (known) return known;
    const params = item.params.map(param => ({ ...param, type: this.expand(param.type) }));
    const whole = { ...item, params, result: this.expand(item.result) };
    this.#expanded.set(item, whole);
    return whole;
  }

  #expandType(item: TypeItem): TypeItem {
    const known = this.#expanded.get(item) as TypeItem | undefined;
    if (known) return known;
    const fields = new Map([...item.fields].map(([name, type]) => [name, this.expand(type)]));
    const whole = { ...item, fields, deref: item.deref && this.expand(item.deref) };
    this.#expanded.set(item, whole);
    return whole;
  }

  /** Types that the file declares. */
  get ownTypes(): TypeItem[] {
    return [...this.#types.values()];
  }

  /** Names by which a handle comes from files that this one names. */
  get otherGivers(): readonly string[] {
    return this.others?.givers(type => this.handleIn(type) !== null) ?? [];
  }

  /** Functions that the file declares. */
  get functions(): Iterable<FunctionItem> {
    return this.#functions.values();
  }

  setDeref(name: string, target: RustType): void {
    const known = this.#types.get(name) ?? this.base?.type(name);
    if (known) this.#types.set(name, { ...known, deref: target });
  }

  /** A struct of the file with what the table adds to its name. */
  type(name: string): TypeItem | null {
    const own = this.#types.get(name);
    const base = this.base?.type(name) ?? null;
    if (!own || !base) return own ?? base;
    return { ...base, ...declaredPart(own), deref: own.deref ?? base.deref };
  }

  /** Facts of the table that no declaration shows, with the declared types of the file. */
  function(path: string): FunctionItem | null {
    const own = this.#functions.get(path);
    const base = this.base?.function(path) ?? null;
    if (!own || !base) return own ?? base;
    const { calls, adopts, releases, drops, forgets, takes, model, source } = base;
    return { ...own, calls, adopts, releases, drops, forgets, takes, model, source };
  }

  /** What the file that declares it says of a type that is not known otherwise. */
  declaredType(name: string): TypeItem | null {
    const known = this.type(name);
    if (known) return known;
    const other = this.others?.type(name);
    return other ? this.#expandType(other) : null;
  }

  /** The same for a function. What its drops do is not asked of other files: that is in bodies. */
  declaredFunction(path: string): FunctionItem | null {
    const known = this.function(path);
    if (known || !this.others) return known;
    const found = this.others.function(path);
    const item = found && this.expandFunction(found);
    if (item && !this.#met.has(item.path)) this.#met.set(item.path, item);
    return item;
  }

  /** A function of another file that was asked for before, by its own path. */
  met(path: string): FunctionItem | null {
    return this.#met.get(path) ?? null;
  }

  /** Looks a method up as the compiler does: on the type, then on what it dereferences to. */
  method(receiver: RustType, name: string): FoundMethod | null {
    for (const self of this.derefs(receiver)) {
      const owner = ownerName(self);
      const item = owner === null ? null : this.declaredFunction(`${owner}::${name}`);
      if (item) return { item, self, generics: this.instantiate(item, self) };
    }
    // What is generic over its count has the methods of the trait.
    const item = this.function(`${COUNTED_TRAIT}::${name}`);
    return item && { item, self: resolve(receiver), generics: this.instantiate(item, null) };
  }

  /** Types whose `Deref` leads to `name`, in the order of the table. */
  typesOver(name: string): TypeItem[] {
    const found = new Map((this.base?.typesOver(name) ?? []).map(item => [item.name, item]));
    for (const own of this.#types.values()) {
      const chain = this.derefs({ kind: 'path', name: own.name, args: [], lifetimes: 0 }).slice(1);
      if (chain.some(at => at.kind === 'path' && at.name === name)) found.set(own.name, this.type(own.name)!);
    }
    return [...found.values()];
  }

  /** Generics of an item for one use of it. */
  instantiate(item: FunctionItem, self: RustType | null): Map<string, RustType> {
    const generics = freshFor(item.generics);
    const owner = item.owner && substitute(item.owner, generics);
    if (owner && self) unify(owner, self);
    generics.set('Self', self ?? owner ?? newVariable());
    return generics;
  }

  /** The type itself, and each type that it leads to through references and `Deref`. */
  derefs(type: RustType): RustType[] {
    const found: RustType[] = [];
    for (let at: RustType | null = resolve(type); at && found.length < MAX_DEREFS; at = this.deref(at)) found.push(at);
    return found;
  }

  /** What `*value` is for anything but a raw pointer. */
  deref(type: RustType): RustType | null {
    const found = resolve(type);
    if (found.kind === 'reference') return resolve(found.of);
    if (found.kind === 'opaque') return found.target && resolve(found.target);
    if (found.kind !== 'path') return null;
    const item = this.declaredType(found.name);
    if (!item?.deref) return null;
    // A pinned reference leads to what the reference leads to.
    const target = resolve(substitute(item.deref, argumentsOf(item, found)));
    return found.name === 'Pin' ? this.deref(target) : target;
  }

  field(type: RustType, name: string): RustType | null {
    for (const at of this.derefs(type)) {
      if (at.kind === 'tuple' && /^\d+$/.test(name)) return at.items[Number(name)] ?? null;
      const item = at.kind === 'path' ? this.declaredType(at.name) : null;
      const field = item?.fields.get(name);
      if (field && item && at.kind === 'path') return substitute(field, argumentsOf(item, at));
    }
    return null;
  }

  /** How many parts a tuple, or a struct with numbered fields, has. */
  sizeOf(type: RustType): number {
    const found = resolve(type);
    if (found.kind === 'tuple') return found.items.length;
    return found.kind === 'path' ? (this.declaredType(found.name)?.fields.size ?? 0) : 0;
  }

  isNullableField(type: RustType, name: string): boolean {
    return this.derefs(type).some(at => at.kind === 'path' && this.type(at.name)?.nullable.includes(name));
  }

  /** The first type in `type` that denotes an mm, a guard or a vma, wherever it is in it. */
  handleIn(type: RustType): TypeItem | null {
    return this.#firstIn(type, item => item.handle !== null);
  }

  /** The same for a task, which is where an mm is found: a C struct with an mm that may be NULL, or what wraps it. */
  taskIn(type: RustType): TypeItem | null {
    return this.#firstIn(type, ({ nullable, struct }) => {
      const fields = struct === undefined ? nullable : (this.type(`bindings::${struct}`)?.nullable ?? []);
      return fields.length > 0;
    });
  }

  #firstIn(type: RustType, accepts: (item: TypeItem) => boolean, depth = 0): TypeItem | null {
    const found = resolve(type);
    if (depth > MAX_DEREFS) return null;
    switch (found.kind) {
      case 'path': {
        const item = this.type(found.name);
        if (item && accepts(item)) return item;
        for (const arg of found.args) {
          const inside = this.#firstIn(arg, accepts, depth + 1);
          if (inside) return inside;
        }
        return null;
      }
      case 'reference':
      case 'pointer':
        return this.#firstIn(found.of, accepts, depth + 1);
      case 'opaque':
        return found.target && this.#firstIn(found.target, accepts, depth + 1);
      case 'tuple':
      case 'function':
      case 'variable':
        return null;
      default:
        return found satisfies never;
    }
  }
}

/** What a declaration says of a type that the table knows too. */
function declaredPart({ name, generics, lifetimes, fields, nullable, deref }: TypeItem) {
  return { name, generics, lifetimes, fields, nullable, deref };
}

/** The key of a type's methods: raw pointers have methods of their own. */
function ownerName(type: RustType): string | null {
  if (type.kind === 'path') return type.name;
  if (type.kind === 'pointer') return type.mutable ? '*mut' : '*const';
  return null;
}

function argumentsOf(item: TypeItem, type: RustType & { kind: 'path' }): Map<string, RustType> {
  return new Map(item.generics.map((name, i) => [name, type.args[i] ?? newVariable()]));
}
