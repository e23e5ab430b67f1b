import type { Parser } from '../../syntax/node';
import { RustModule } from './module';

/** The other Rust files of a tree, where an open document lies over its file. Paths are relative to the root, with `/`. */
export interface RustTree {
  /** The text of a file; null where there is none. */
  read(path: string): string | null;
  /** The names of the Rust files in a folder; none where there is no such folder. */
  list(folder: string): readonly string[];
}

/** Files that are kept at most, so that a whole tree that is judged does not stay in memory. */
const MAX_KEPT = 256;

/** Keeps what files declare as long as their text is the same: most files of a run ask for the same few. */
export class RustModules {
  readonly #modules = new Map<string, RustModule>();

  constructor(private readonly parser: Parser) {}

  module(path: string, text: string): RustModule {
    const known = this.#modules.get(path);
    if (known?.text === text) return known;
    const made = new RustModule(path, text, this.parser);
    this.#modules.delete(path);
    if (this.#modules.size >= MAX_KEPT) this.#modules.delete(this.#modules.keys().next().value!);
    this.#modules.set(path, made);
    return made;
  }
}
