import { readdirSync, realpathSync } from 'node:fs';
import path from 'node:path';
import type { RustTree } from '../core/facade';
import type { SourceReader } from './reading';
import { isInside } from './root';

/** The Rust files on disk below a root, each read once: for a run that judges a tree as it is. Never throws. */
export class RustFiles implements RustTree {
  readonly #texts = new Map<string, string | null>();
  readonly #folders = new Map<string, readonly string[]>();

  constructor(
    readonly root: string,
    private readonly reader: SourceReader,
  ) {}

  read(file: string): string | null {
    let text = this.#texts.get(file);
    if (text === undefined) {
      text = this.#exists(file) ? this.#read(file) : null;
      this.#texts.set(file, text);
    }
    return text;
  }

  list(folder: string): readonly string[] {
    let names = this.#folders.get(folder);
    if (!names) {
      names = listRust(path.join(this.root, folder));
      this.#folders.set(folder, names);
    }
    return names;
  }

  /** A folder is listed once, so that the many files that there might be are not asked for one by one. */
  #exists(file: string): boolean {
    return this.list(path.posix.dirname(file)).includes(path.posix.basename(file));
  }

  #read(file: string): string | null {
    return readInside(this.root, file, this.reader);
  }
}

/** The names of the Rust files in a folder, sorted. */
export function listRust(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter(name => name.endsWith('.rs'))
      .sort();
  } catch {
    return [];
  }
}

/** A file below a root; no link is followed out of it. */
export function readInside(root: string, file: string, reader: SourceReader): string | null {
  const target = path.resolve(root, file);
  try {
    if (!isInside(root, target) || !isInside(realpathSync(root), realpathSync(target))) return null;
  } catch {
    return null;
  }
  const reading = reader.read(target);
  return reading.kind === 'source' ? reading.source.text : null;
}
