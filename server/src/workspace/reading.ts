import { isUtf8 } from 'node:buffer';
import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';

/** Largest source that is judged, in bytes. The largest file of the kernel that is not generated data is below 1.5 MB. */
export const SIZE_LIMIT = 16 * 1024 * 1024;

/** How far a larger file is searched, in bytes, to tell whether anybody should hear that it is skipped. */
const SEARCH_LIMIT = 16 * SIZE_LIMIT;

export type Encoding = 'utf-8' | 'latin1';

export interface Source {
  readonly text: string;
  /** Latin-1 only where the bytes are not valid UTF-8: some old drivers spell their authors so. */
  readonly encoding: Encoding;
}

export type Reading =
  | { readonly kind: 'source'; readonly source: Source }
  /** `accepts` said no. */
  | { readonly kind: 'unwanted' }
  | { readonly kind: 'skipped'; readonly reason: string };

/** A reading of a file, and the file's stamp; empty when it could not be opened. */
export type StampedReading = Reading & { readonly stamp: string };

/** Reads sources one after another into one buffer, which is what makes filtering a whole tree fast. */
export class SourceReader {
  #buffer = Buffer.allocUnsafe(1024 * 1024);

  /** Never throws. `accepts` sees the bytes as Latin-1 text, before they are decoded. */
  read(file: string, accepts: (latin1: string) => boolean = () => true): StampedReading {
    let descriptor: number;
    try {
      // Without O_NONBLOCK, opening a pipe that nobody writes to would wait for ever.
      descriptor = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    } catch (error) {
      return { kind: 'skipped', reason: reasonOf(error), stamp: '' };
    }
    try {
      const stat = fstatSync(descriptor);
      return { ...this.#readOpen(descriptor, stat, accepts), stamp: stampOf(stat) };
    } catch (error) {
      return { kind: 'skipped', reason: reasonOf(error), stamp: '' };
    } finally {
      closeSync(descriptor);
    }
  }

  #readOpen(descriptor: number, stat: Stats, accepts: (latin1: string) => boolean): Reading {
    if (!stat.isFile()) return { kind: 'skipped', reason: 'not a regular file' };
    if (stat.size > SIZE_LIMIT) {
      return this.#beginsWith(descriptor, accepts)
        ? { kind: 'skipped', reason: tooLarge(stat.size) }
        : { kind: 'unwanted' };
    }
    const bytes = this.#fill(descriptor, stat.size);
    if (bytes === null) return { kind: 'skipped', reason: tooLarge(SIZE_LIMIT + 1) };
    if (!accepts(bytes.toString('latin1'))) return { kind: 'unwanted' };
    return decode(bytes);
  }

  /** Whether a file that is too large is of interest at all: the tree has generated tables of that size. */
  #beginsWith(descriptor: number, accepts: (latin1: string) => boolean): boolean {
    for (let at = 0; at < SEARCH_LIMIT; ) {
      const length = readSync(descriptor, this.#buffer, 0, this.#buffer.length, at);
      if (accepts(this.#buffer.toString('latin1', 0, length))) return true;
      if (length < this.#buffer.length) return false;
      // Pieces overlap, so that no name is cut in two.
      at += length - 256;
    }
    return true;
  }

  /** Reads to the end, whatever the size was said to be: a file may grow or shrink meanwhile. Null over the limit. */
  #fill(descriptor: number, size: number): Buffer | null {
    let length = 0;
    for (;;) {
      if (this.#buffer.length < Math.max(size, length) + 1) this.#grow(Math.max(size, length) + 1);
      const read = readSync(descriptor, this.#buffer, length, this.#buffer.length - length, null);
      if (read === 0) return this.#buffer.subarray(0, length);
      length += read;
      if (length > SIZE_LIMIT) return null;
    }
  }

  #grow(needed: number): void {
    const larger = Buffer.allocUnsafe(Math.max(needed, this.#buffer.length * 2));
    this.#buffer.copy(larger);
    this.#buffer = larger;
  }
}

/** A file that changed this many milliseconds ago may change once more without a new time. */
const CLOCK_TICK = 100;

/** Tells one version of a file from another by its size and times; empty when they do not tell yet. */
export function stampOf({ size, mtimeMs, ctimeMs }: Stats): string {
  return Date.now() - Math.max(mtimeMs, ctimeMs) < CLOCK_TICK ? '' : `${size}.${mtimeMs}.${ctimeMs}`;
}

export function decode(bytes: Buffer): Exclude<Reading, { kind: 'unwanted' }> {
  if (bytes.length > SIZE_LIMIT) return { kind: 'skipped', reason: tooLarge(bytes.length) };
  if (bytes.includes(0)) return { kind: 'skipped', reason: 'binary (it holds a NUL byte)' };
  return isUtf8(bytes)
    ? { kind: 'source', source: { text: bytes.toString('utf8'), encoding: 'utf-8' } }
    : { kind: 'source', source: { text: bytes.toString('latin1'), encoding: 'latin1' } };
}

/** The bytes of a text as its file had them; null when the text has a character that the encoding lacks. */
export function encode(source: Source): Buffer | null {
  if (source.encoding === 'utf-8') return Buffer.from(source.text, 'utf8');
  const bytes = Buffer.from(source.text, 'latin1');
  return bytes.toString('latin1') === source.text ? bytes : null;
}

/** A system error in words: the message of Node repeats the code, the call and the path. */
export function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  switch (code) {
    case 'ENOENT':
      return 'no such file or folder';
    case 'EACCES':
    case 'EPERM':
      return 'permission denied';
    case 'EISDIR':
      return 'is a folder';
    case 'ENOTDIR':
      return 'a part of the path is not a folder';
    case 'ELOOP':
      return 'symbolic links that lead in a circle';
    case 'ENAMETOOLONG':
      return 'the name is too long';
    case 'EMFILE':
    case 'ENFILE':
      return 'too many open files';
    default:
      return error instanceof Error ? error.message : String(error);
  }
}

function tooLarge(bytes: number): string {
  return `${(bytes / (1024 * 1024)).toFixed(1)} MB is over the limit of ${SIZE_LIMIT / (1024 * 1024)} MB`;
}
