import type { RustModule } from './module';
import type { RustModules, RustTree } from './modules';

/** What a path leads to: an item of a module, or (null) the module itself. */
export interface Found {
  readonly module: RustModule;
  readonly name: string | null;
}

/** What one file may cause to be read: the names of a driver lead to a dozen files. */
const MAX_FILES = 64;
const MAX_UNITS = 4_000_000;

/** A name that goes through more modules than this is not followed. */
const MAX_STEPS = 8;

/** Crates that are not part of the tree. */
const ELSEWHERE: ReadonlySet<string> = new Set(['alloc', 'core', 'macros', 'std']);

/** A folder of modules; the file that heads it may be unknown. */
interface Folder {
  readonly folder: string;
}

/**
 * Follows `use` and `mod` from one file to the files of its tree. Missing files, and more than the limits allow, mean
 * that fewer names are found.
 */
export class Names {
  readonly #read = new Map<string, RustModule | null>();
  readonly #found = new Map<string, Found | null>();
  readonly own: RustModule;
  #units = 0;

  constructor(
    private readonly modules: RustModules,
    private readonly tree: RustTree,
    path: string,
    text: string,
  ) {
    this.own = modules.module(path, text);
    this.#read.set(path, this.own);
  }

  /** What a path means in a module: `Mm`, `mm::Mm`, `crate::mm::Mm`. */
  resolve(module: RustModule, segments: readonly string[], steps = 0): Found | null {
    if (steps > MAX_STEPS || segments.length === 0) return null;
    const key = `${module.path}\0${segments.join('::')}`;
    const known = this.#found.get(key);
    if (known !== undefined) return known;
    // A path that leads back to itself leads nowhere.
    this.#found.set(key, null);
    const found = this.#resolve(module, segments, steps);
    this.#found.set(key, found);
    return found;
  }

  /** Modules that a file names in its `use` and `mod` declarations, for names that are wanted, each once. */
  *neighbours(isWanted: (name: string) => boolean): Generator<RustModule> {
    const seen = new Set([this.own]);
    const { imports, modules } = this.own.uses;
    const wanted = imports.filter(({ name }) => name !== '*' && isWanted(name));
    const paths = [...[...modules.keys()].map(name => ['self', name]), ...wanted.map(({ path }) => path)];
    for (const path of paths) {
      const module = this.resolve(this.own, path)?.module;
      if (!module || seen.has(module)) continue;
      seen.add(module);
      yield module;
    }
  }

  #resolve(module: RustModule, segments: readonly string[], steps: number): Found | null {
    const [first = '', ...rest] = segments;
    if (ELSEWHERE.has(first) && !module.uses.modules.has(first)) return null;
    switch (first) {
      case 'crate':
        return this.#walk(crateOf(module.path) ?? this.#driverOf(module), rest, steps);
      case 'kernel':
        return this.#walk(this.#kernelFor(module.path), rest, steps);
      case 'self':
        return rest.length === 0 ? { module, name: null } : this.#within(module, rest, steps);
      case 'super':
        return this.#walk(this.#parentOf(module), rest, steps);
      default:
        return this.#within(module, segments, steps);
    }
  }

  /** A path that begins with a name that the module itself knows. */
  #within(module: RustModule, segments: readonly string[], steps: number): Found | null {
    const [first = '', ...rest] = segments;
    // A module within the file counts as the file.
    if (rest.length > 0 && new RegExp(`^\\s*(?:pub(?:\\([^)]*\\))?\\s+)?mod ${first}\\s*\\{`, 'm').test(module.text))
      return this.#within(module, rest[0] === 'self' ? rest.slice(1) : rest, steps + 1);
    const child = this.#child(module, first);
    if (child) return rest.length === 0 ? { module: child, name: null } : this.#within(child, rest, steps + 1);
    const found = this.#named(module, first, steps, module === this.own) ?? this.#qualified(module, segments, steps);
    if (!found || rest.length === 0) return found;
    return found.name === null ? this.#within(found.module, rest, steps + 1) : null;
  }

  /** A name that a module declares or imports; of others only what they pass on. */
  #named(module: RustModule, name: string, steps: number, seesPrivate: boolean): Found | null {
    if (module.declares(name)) return { module, name };
    const { imports } = module.uses;
    for (const one of imports) {
      if (one.name !== name || (one.path.length === 1 && one.path[0] === name)) continue;
      const found = this.resolve(module, one.path, steps + 1);
      if (found) return found;
    }
    for (const one of imports) {
      if (one.name !== '*' || !(seesPrivate || one.isPublic || steps === 0)) continue;
      const from = this.resolve(module, one.path, steps + 1);
      const found = from?.name === null && from.module !== module && this.resolve(from.module, [name], steps + 1);
      if (found) return found;
    }
    return null;
  }

  /** Types keep their last name only: `mm::Mm` in the text tells where `Mm` is to be looked for. */
  #qualified(module: RustModule, segments: readonly string[], steps: number): Found | null {
    const [name = ''] = segments;
    if (segments.length > 1 || !/^[A-Z]/.test(name)) return null;
    for (const path of module.pathsTo(name)) {
      const found = this.resolve(module, path, steps + 1);
      if (found) return found;
    }
    return null;
  }

  #walk(start: RustModule | Folder | null, segments: readonly string[], steps: number): Found | null {
    if (!start) return null;
    if (!('folder' in start))
      return segments.length === 0 ? { module: start, name: null } : this.#within(start, segments, steps + 1);
    const [first, ...rest] = segments;
    if (first === undefined) return null;
    const child = this.#fileIn(start.folder, first);
    if (child) return rest.length === 0 ? { module: child, name: null } : this.#within(child, rest, steps + 1);
    const head = this.#headOf(start.folder);
    return head && this.#within(head, segments, steps + 1);
  }

  /** `mod name;` of a module. */
  #child(module: RustModule, name: string): RustModule | null {
    const file = module.uses.modules.get(name);
    if (file === undefined) return null;
    const folder = folderOf(module.path);
    if (file !== null) return this.#open(joined(folder, file));
    const stem = stemOf(module.path);
    const below = /^(?:lib|mod)$/.test(stem) ? null : this.#fileIn(joined(folder, stem), name);
    return below ?? this.#fileIn(folder, name);
  }

  #parentOf(module: RustModule): RustModule | Folder | null {
    const folder = folderOf(module.path);
    const isHead = stemOf(module.path) === 'mod';
    const above = isHead ? folderOf(folder) : folder;
    if (above === crateOf(module.path)?.folder) return { folder: above };
    const named = isHead ? null : (this.#open(joined(folder, 'mod.rs')) ?? this.#open(`${folder}.rs`));
    return named ?? { folder: above };
  }

  /** The crate of a driver: its own folder, or the one whose modules its folder holds. */
  #driverOf(module: RustModule): RustModule | Folder {
    let folder = folderOf(module.path);
    for (let left = MAX_STEPS; left > 0 && folder !== ''; left--) {
      const head = this.#open(joined(folder, 'mod.rs')) ?? this.#open(`${folder}.rs`);
      if (!head) break;
      folder = folderOf(folder);
    }
    return { folder };
  }

  /** The file of a crate's folder that declares its modules. */
  #headOf(folder: string): RustModule | null {
    const names = this.tree.list(folder);
    if (names.includes('lib.rs')) return this.#open(joined(folder, 'lib.rs'));
    if (folderOf(this.own.path) === folder && this.own.uses.modules.size > 0) return this.own;
    const stem = stemOf(this.own.path);
    for (const name of names) {
      const file = this.#open(joined(folder, name));
      if (file && file.uses.modules.size > 0 && (file.uses.modules.has(stem) || folderOf(this.own.path) !== folder))
        return file;
    }
    return null;
  }

  /** The nearest `rust/kernel` upward: a tree may lie in another. */
  #kernelFor(path: string): Folder | null {
    const own = crateOf(path);
    if (own) return own;
    let at = path;
    for (let left = 2 * MAX_STEPS; at !== '' && left > 0; left--) {
      at = folderOf(at);
      const folder = joined(at, KERNEL);
      if (this.tree.list(folder).length > 0) return { folder };
    }
    return null;
  }

  #fileIn(folder: string, name: string): RustModule | null {
    return this.#open(joined(folder, `${name}.rs`)) ?? this.#open(joined(folder, `${name}/mod.rs`));
  }

  #open(path: string): RustModule | null {
    const known = this.#read.get(path);
    if (known !== undefined) return known;
    const text = this.#read.size <= 4 * MAX_FILES && this.#opened < MAX_FILES ? this.tree.read(path) : null;
    const fits = text !== null && this.#units + text.length <= MAX_UNITS;
    if (fits) {
      this.#opened++;
      this.#units += text.length;
    }
    const module = fits ? this.modules.module(path, text) : null;
    this.#read.set(path, module);
    return module;
  }

  #opened = 0;
}

const KERNEL = 'rust/kernel';

/** Files of `rust/kernel` are one crate. */
export function crateOf(path: string): Folder | null {
  const at = `/${path}`.lastIndexOf(`/${KERNEL}/`);
  return at < 0 ? null : { folder: path.slice(0, at + KERNEL.length) };
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

function stemOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/\.rs$/, '');
}

/** `..` in the `path` of a `mod` goes up, but not out of the tree. */
function joined(folder: string, name: string): string {
  const parts = folder === '' ? [] : folder.split('/');
  for (const part of name.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}
