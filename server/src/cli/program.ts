import { statSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { version } from '../../../package.json';
import { cacheFolder, type IndexedTree, IndexFile } from '../workspace/index-file';
import { type Filtered, isSameTree, refreshTree } from '../workspace/index-store';
import { listSources } from '../workspace/listing';
import { isInside, relativePath } from '../workspace/root';
import type { Arguments } from './args';
import type { Host } from './host';
import type { Tree } from './tree';
import type { Workshop } from './work';

/** How a command comes to know the rest of the program. */
export interface ProgramOptions {
  /** Without an index, each file is judged alone. */
  readonly index: boolean;
  /** Null when nothing is to be kept. */
  readonly cacheFolder: string | null;
}

export interface Program {
  readonly tree: IndexedTree;
  /** Sources that mention an mm but cannot be read; absolute. */
  readonly skipped: Filtered['skipped'];
}

export function programOptions(args: Arguments, host: Host): ProgramOptions {
  const named = args.value('cache-dir');
  return {
    index: !args.has('no-index'),
    cacheFolder: args.has('no-cache')
      ? null
      : named === null
        ? cacheFolder(host.environment)
        : path.resolve(host.cwd, named),
  };
}

/**
 * The index of the tree as it is on disk. `listed` are sources that this run met in the `folders` that it was given
 * (absolute, all of them below each folder): they are looked at anew, and the rest of the tree where it is known to
 * concern an mm. Null when the index is off or the root is no source tree.
 */
export async function openProgram(
  { root, configuration }: Tree,
  run: { readonly folders: readonly string[]; readonly listed: readonly string[] },
  options: ProgramOptions,
  workshop: Workshop,
  host: Host,
): Promise<Program | null> {
  if (!options.index || isTooWide(root)) return null;
  const key = JSON.stringify([version, buildOf(host.workerScript), configuration.api, configuration.exclude]);
  const file = options.cacheFolder === null ? null : new IndexFile(options.cacheFolder, root, key);
  const before = file?.read() ?? null;
  const isWhole = before === null && !run.folders.includes(root);
  const sources = isWhole ? listSources(root, root, configuration.exclude).files : run.listed;
  const relative = sources.filter(source => isInTree(root, source)).map(source => relativePath(root, source));
  const { tree, skipped } = await refreshTree(root, relative, before, workshop);
  if (file && !isSameTree(before, tree)) {
    const failure = file.write(tree);
    if (failure !== null) host.stderr.write(`the index is not kept for the next run: ${failure}\n`);
  }
  return { tree, skipped: skipped.map(skip => ({ ...skip, path: path.join(root, skip.path) })) };
}

/** A stray file has its folder for a root, which may be all that a user has. */
function isTooWide(root: string): boolean {
  return root === path.parse(root).root || root === homedir();
}

/** Tells apart two builds of one version, as they are common while the program is worked on. */
function buildOf(script: string | null): string {
  const stat = script === null ? undefined : statSync(script, { throwIfNoEntry: false });
  return stat ? `${stat.size}.${stat.mtimeMs}` : '';
}

/** Whether a file (absolute) may belong to the program: one in a hidden folder is judged only when it is named. */
export function isInTree(root: string, file: string): boolean {
  return isInside(root, file) && !/(?:^|\/)(?:\.|node_modules\/)/.test(relativePath(root, file));
}
