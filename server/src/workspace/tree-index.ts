import { statSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { version } from '../../../package.json';
import type { Configuration } from './configuration';
import { type IndexedTree, IndexFile } from './index-file';
import { type Filtered, isSameTree, type Labour, refreshTree } from './index-store';
import { isInside, relativePath } from './root';

/** A tree to be indexed. */
export interface Indexable {
  readonly root: string;
  readonly configuration: Configuration;
  /** Where the index is kept between runs; null when it is not. */
  readonly cacheFolder: string | null;
  /** The program itself, whose builds do not share an index; null when it does not run from one file. */
  readonly script: string | null;
  /** Facts and hovers will be asked for, which read what calls establish. */
  readonly wantsCalls: boolean;
}

export interface UpdatedTree {
  readonly tree: IndexedTree;
  /** Sources that mention an mm but cannot be read; relative to the root. */
  readonly skipped: Filtered['skipped'];
  /** Why the index was not kept for the next run. */
  readonly failure: string | null;
}

/**
 * Brings the index of a tree up to what is on disk, and keeps it. `before` is what is in memory of it; without, it is
 * read from the cache. `chooseSources` names the files (absolute) to look at anew, given what is remembered.
 */
export async function updateTree(
  { root, configuration, cacheFolder, script, wantsCalls }: Indexable,
  before: IndexedTree | null,
  chooseSources: (remembered: IndexedTree | null) => readonly string[],
  labour: Labour,
): Promise<UpdatedTree> {
  const key = JSON.stringify([version, buildOf(script), configuration.api, configuration.exclude]);
  const file = cacheFolder === null ? null : new IndexFile(cacheFolder, root, key);
  const remembered = before ?? file?.read() ?? null;
  const sources = chooseSources(remembered).filter(source => isInTree(root, source));
  const { tree, skipped } = await refreshTree(
    root,
    sources.map(source => relativePath(root, source)),
    remembered,
    labour,
    wantsCalls,
  );
  const failure = file && !isSameTree(remembered, tree) ? file.write(tree) : null;
  return { tree, skipped, failure };
}

/** A stray file has its folder for a root, which may be all that a user has: that is no tree to be indexed. */
export function isIndexable(root: string): boolean {
  return root !== path.parse(root).root && root !== homedir();
}

/** Whether a file (absolute) may belong to the program: one in a hidden folder is judged only when it is named. */
export function isInTree(root: string, file: string): boolean {
  return isInside(root, file) && !/(?:^|\/)(?:\.|node_modules\/)/.test(relativePath(root, file));
}

/** Tells apart two builds of one version, as they are common while the program is worked on. */
function buildOf(script: string | null): string {
  const stat = script === null ? undefined : statSync(script, { throwIfNoEntry: false });
  return stat ? `${stat.size}.${stat.mtimeMs}` : '';
}
