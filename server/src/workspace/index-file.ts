import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { FileContribution } from '../core/facade';
import { reasonOf } from './reading';
import { writeAtomically } from './writing';

/** A file that mentions an mm, as it was when it was read. */
export interface IndexedFile {
  /** Size and times: while they stay the same, so does the text. Empty when they do not tell. */
  readonly stamp: string;
  /** Of the text, so that a file that was only touched need not be read anew for the index. */
  readonly hash: string;
  /**
   * What it told in each round of building the index; the last one counts. Empty for a language that tells nothing, and
   * for a file that could not be read.
   */
  readonly rounds: readonly (FileContribution | null)[];
}

/** All that is remembered of a tree. Paths are relative to its root, with `/`. */
export interface IndexedTree {
  readonly files: ReadonlyMap<string, IndexedFile>;
  /** A digest of the names, sizes and times of the sources right in each folder. */
  readonly folders: ReadonlyMap<string, string>;
  /** The files told what their calls establish. */
  readonly withCalls: boolean;
}

/** Where the index of a tree is kept from one run to the next. Nothing here throws: a cache that fails is no cache. */
export class IndexFile {
  readonly #file: string;

  /** `key` names everything but the tree itself that the index depends on. */
  constructor(
    folder: string,
    root: string,
    readonly key: string,
  ) {
    this.#file = path.join(folder, `${digest(root)}.index`);
  }

  /** Null when there is none, or it is damaged or made by another version. */
  read(): IndexedTree | null {
    try {
      const text = readFileSync(this.#file, 'utf8');
      const end = text.indexOf('\n');
      const body = text.slice(end + 1);
      if (text.slice(0, end) !== this.#header(body)) return null;
      const { files, folders, withCalls } = JSON.parse(body);
      return { files: new Map(files), folders: new Map(folders), withCalls };
    } catch {
      return null;
    }
  }

  /** Returns why it could not be written, or null. */
  write({ files, folders, withCalls }: IndexedTree): string | null {
    const body = JSON.stringify({ files: [...files], folders: [...folders], withCalls });
    try {
      mkdirSync(path.dirname(this.#file), { recursive: true, mode: 0o700 });
      writeAtomically(this.#file, Buffer.from(`${this.#header(body)}\n${body}`), 0o600);
      return null;
    } catch (error) {
      return reasonOf(error);
    }
  }

  #header(body: string): string {
    return `mm-analyzer index ${digest(this.key)} ${digest(body)}`;
  }
}

/** The user's folder for caches; null where the environment names none. */
export function cacheFolder(environment: Readonly<Record<string, string | undefined>>): string | null {
  const { XDG_CACHE_HOME: xdg, LOCALAPPDATA: local, HOME: home } = environment;
  const base = xdg && path.isAbsolute(xdg) ? xdg : (local ?? (home && path.join(home, '.cache')));
  return base ? path.join(base, 'mm-analyzer') : null;
}

/** Short, and as good as unique. */
export function digest(text: string): string {
  return createHash('sha1').update(text).digest('base64url').slice(0, 20);
}
