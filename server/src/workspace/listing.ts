import * as fs from 'node:fs';
import path from 'node:path';
import { fdir } from 'fdir';
import ignore from 'ignore';
import { languageOf } from './languages';
import { reasonOf } from './reading';
import { isInside, relativePath } from './root';

export interface Listing {
  /** Absolute paths, sorted by code unit so that every machine sees one order. */
  readonly files: readonly string[];
  readonly unreadable: readonly { readonly path: string; readonly reason: string }[];
}

/**
 * The sources below an absolute folder. Symbolic links are not followed, as by git and grep: a walk can neither leave
 * the tree nor run in a circle. Hidden folders and `node_modules` hold no kernel sources.
 */
export function listSources(folder: string, root: string, exclude: readonly string[]): Listing {
  const isExcluded = createExcluder(root, exclude);
  const unreadable: { path: string; reason: string }[] = [];
  const files = new fdir({ excludeSymlinks: true, fs: { ...fs, readdirSync: recordFailures(unreadable) } })
    .withFullPaths()
    .exclude((name, directory) => name.startsWith('.') || name === 'node_modules' || isExcluded(directory, true))
    .filter(file => languageOf(file) !== null && !isExcluded(file, false))
    .crawl(folder)
    .sync();
  return { files: files.sort(), unreadable };
}

/** Tells whether an absolute path is excluded by patterns in the form of .gitignore, relative to the root. */
export function createExcluder(root: string, patterns: readonly string[]): (file: string, folder: boolean) => boolean {
  if (patterns.length === 0) return () => false;
  const matcher = ignore().add([...patterns]);
  return (file, folder) => {
    if (!isInside(root, file) || file === root) return false;
    const relative = relativePath(root, file).replace(/\/$/, '');
    return relative !== '' && matcher.ignores(folder ? `${relative}/` : relative);
  };
}

/** fdir stays silent about folders that it cannot read, or stops at the first: this notes them all and goes on. */
function recordFailures(into: { path: string; reason: string }[]): typeof fs.readdirSync {
  return ((folder: string, options: { withFileTypes: true }) => {
    try {
      return fs.readdirSync(folder, options);
    } catch (error) {
      into.push({ path: path.resolve(folder), reason: reasonOf(error) });
      throw error;
    }
  }) as typeof fs.readdirSync;
}
