import { lstatSync } from 'node:fs';
import { digest, type IndexedTree } from './index-file';
import { stampOf } from './reading';

/** The sources of a tree that may concern an mm, and what changed of them. */
export interface Scan {
  /** Stamps of the files that are known to mention an mm, by their path relative to the root. */
  readonly known: ReadonlyMap<string, string>;
  /** Files that must be read to tell. */
  readonly unknown: readonly string[];
  /** States of the folders that did not change. */
  readonly folders: ReadonlyMap<string, string>;
}

/**
 * Compares sources (relative to the root) with what is remembered, by their sizes and times only. What is remembered of
 * other folders stays, as long as the files are still there. Nobody looks at a folder that nothing is remembered of:
 * whoever reads its files learns their stamps.
 */
export function scanSources(root: string, sources: readonly string[], before: IndexedTree | null): Scan {
  const known = new Map<string, string>();
  const unknown: string[] = [];
  const folders = new Map(before?.folders);
  const scanned = groupByFolder(sources);
  const knownIn = groupByFolder(before?.files.keys() ?? []);
  const stampIn = (folder: string, name: string) => stampOfFile(`${root}/${join(folder, name)}`);
  for (const [folder, names] of scanned) {
    const stamps = folders.has(folder) ? names.map(name => stampIn(folder, name) ?? '') : null;
    const state = stamps && stateOf(names, stamps);
    if (stamps && state !== '' && folders.get(folder) === state) {
      const remembered = new Set(knownIn.get(folder));
      for (const [index, name] of names.entries())
        if (remembered.has(name)) known.set(join(folder, name), stamps[index]!);
    } else {
      folders.delete(folder);
      for (const name of names) unknown.push(join(folder, name));
    }
  }
  for (const [folder, names] of knownIn) {
    if (scanned.has(folder)) continue;
    for (const name of names) {
      const stamp = stampIn(folder, name);
      if (stamp !== null) known.set(join(folder, name), stamp);
    }
  }
  return { known, unknown, folders };
}

/** States of whole folders, by the stamps of their files. */
export function foldersOf(stamps: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return new Map(
    [...groupByFolder(stamps.keys())].map(([folder, names]) => [
      folder,
      stateOf(
        names,
        names.map(name => stamps.get(join(folder, name))!),
      ),
    ]),
  );
}

/** Empty for a folder with a file that may yet change within the same tick of the clock: it is looked at again. */
function stateOf(names: readonly string[], stamps: readonly string[]): string {
  return stamps.includes('') ? '' : digest(names.map((name, index) => `${name}/${stamps[index]}`).join('/'));
}

/** Null when there is no such file. */
function stampOfFile(file: string): string | null {
  try {
    return stampOf(lstatSync(file));
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
