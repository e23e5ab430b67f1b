import { readdirSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import type { RustTree } from '../core/facade';
import type { SourceReader } from './reading';
import { isInside } from './root';

interface Known {
  /** Size and time of the file; empty where there is none. */
  readonly stamp: string;
  readonly text: string | null;
}

/** The Rust files on disk below a root, each read once until it changes. Never throws. */
export class RustFiles implements RustTree {
  readonly #texts = new Map<string, Known>();
  readonly #folders = new Map<string, readonly string[]>();
  /** Files that were looked at since the last refresh. */
  readonly #fresh = new Set<string>();

  constructor(
    readonly root: string,
    private readonly reader: SourceReader,
  ) {}

  /** What is on disk may have changed. A run that judges a tree as it is needs this never. */
  refresh(): void {
    this.#folders.clear();
    this.#fresh.clear();
  }

  read(file: string): string | null {
    const known = this.#texts.get(file);
    if (known && this.#fresh.has(file)) return known.text;
    this.#fresh.add(file);
    const stamp = this.#exists(file) ? stampOf(path.join(this.root, file)) : '';
    if (known?.stamp === stamp) return known.text;
    const text = stamp === '' ? null : readInside(this.root, file, this.reader);
    this.#texts.set(file, { stamp, text });
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
}

function stampOf(file: string): string {
  try {
    const { size, mtimeMs, ctimeMs } = statSync(file);
    return `${size}:${mtimeMs}:${ctimeMs}`;
  } catch {
    return '';
  }
}

/** The names of the Rust files in a folder, sorted. */
function listRust(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter(name => name.endsWith('.rs'))
      .sort();
  } catch {
    return [];
  }
}

/** A file below a root; no link is followed out of it. */
function readInside(root: string, file: string, reader: SourceReader): string | null {
  const target = path.resolve(root, file);
  try {
    if (!isInside(root, target) || !isInside(realpathSync(root), realpathSync(target))) return null;
  } catch {
    return null;
  }
  const reading = reader.read(target);
  return reading.kind === 'source' ? reading.source.text : null;
}
