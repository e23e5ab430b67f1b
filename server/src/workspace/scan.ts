import { lstatSync } from 'node:fs';
import { digest, type IndexedTree } from './index-file';

/** The sources of a tree that may concern an mm, and what changed of them. */
export interface Scan {
  /** Stamps of the files that are known to mention an mm, by their path relative to the root. */
  readonly known: ReadonlyMap<string, string>;
  /** Stamps of files that must be read to tell. */
  readonly unknown: ReadonlyMap<string, string>;
  readonly folders: ReadonlyMap<string, string>;
}

/**
 * Compares sources (relative to the root) with what is remembered, by their sizes and times only. What is remembered of
 * other folders stays, as long as the files are still there.
 */
export function scanSources(root: string, sources: readonly string[], before: IndexedTree | null): Scan {
  const now = Date.now();
  const known = new Map<string, string>();
  const unknown = new Map<string, string>();
  const folders = new Map(before?.folders);
  const scanned = groupByFolder(sources);
  const knownIn = groupByFolder(before?.files.keys() ?? []);
  for (const [folder, names] of scanned) {
    const stamps = names.map(name => stampOf(`${root}/${join(folder, name)}`, now) ?? '');
    // A folder with a file that may yet change within the same tick of the clock is looked at again.
    const state = stamps.includes('') ? '' : digest(names.map((name, index) => `${name}/${stamps[index]}`).join('/'));
    const isUnchanged = state !== '' && before?.folders.get(folder) === state;
    const remembered = new Set(isUnchanged ? knownIn.get(folder) : []);
    for (const [index, name] of names.entries()) {
      const file = join(folder, name);
      if (!isUnchanged) unknown.set(file, stamps[index]!);
      else if (remembered.has(name)) known.set(file, stamps[index]!);
    }
    folders.set(folder, state);
  }
  for (const [folder, names] of knownIn) {
    if (scanned.has(folder)) continue;
    for (const name of names) {
      const stamp = stampOf(`${root}/${join(folder, name)}`, now);
      if (stamp !== null) known.set(join(folder, name), stamp);
    }
  }
  return { known, unknown, folders };
}

/** A file that changed this many milliseconds ago may change once more without a new time. */
const CLOCK_TICK = 100;

/** Size and times of a file; empty when they do not tell yet, null when there is no such file. */
function stampOf(file: string, now: number): string | null {
  try {
    const { size, mtimeMs, ctimeMs } = lstatSync(file);
    return now - Math.max(mtimeMs, ctimeMs) < CLOCK_TICK ? '' : `${size}.${mtimeMs}.${ctimeMs}`;
  } catch {
    return null;
  }
}

/** Names of files by the folder that they lie in. */
function groupByFolder(files: Iterable<string>): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const file of files) {
    const cut = file.lastIndexOf('/');
    const folder = file.slice(0, Math.max(cut, 0));
    const group = groups.get(folder);
    if (group) group.push(file.slice(cut + 1));
    else groups.set(folder, [file.slice(cut + 1)]);
  }
  return groups;
}

const join = (folder: string, name: string): string => (folder === '' ? name : `${folder}/${name}`);
