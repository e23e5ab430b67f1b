import path from 'node:path';
import { cacheFolder, type IndexedTree } from '../workspace/index-file';
import type { Filtered } from '../workspace/index-store';
import { listSources } from '../workspace/listing';
import { isIndexable, updateTree } from '../workspace/tree-index';
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
  /** What is asked for are facts, not only findings. */
  readonly wantsCalls: boolean;
}

export interface Program {
  readonly tree: IndexedTree;
  /** Sources that mention an mm but cannot be read; absolute. */
  readonly skipped: Filtered['skipped'];
}

export function programOptions(args: Arguments, host: Host, wantsCalls: boolean): ProgramOptions {
  const named = args.value('cache-dir');
  return {
    index: !args.has('no-index'),
    cacheFolder: args.has('no-cache')
      ? null
      : named === null
        ? cacheFolder(host.environment)
        : path.resolve(host.cwd, named),
    wantsCalls,
  };
}

/**
 * The index of the tree as it is on disk. `listed` are the sources that this run met in the `folders` that it was given
 * (absolute): they are looked at anew, and of the rest of the tree what is known to concern an mm. Null when the index
 * is off or the root is no source tree.
 */
export async function openProgram(
  { root, configuration }: Tree,
  run: { readonly folders: readonly string[]; readonly listed: readonly string[] },
  options: ProgramOptions,
  workshop: Workshop,
  host: Host,
): Promise<Program | null> {
  if (!options.index || !isIndexable(root)) return null;
  const { tree, skipped, failure } = await updateTree(
    { root, configuration, script: host.workerScript, ...options },
    null,
    remembered =>
      remembered || run.folders.includes(root) ? run.listed : listSources(root, root, configuration.exclude).files,
    workshop,
  );
  if (failure !== null) host.stderr.write(`the index is not kept for the next run: ${failure}\n`);
  return { tree, skipped: skipped.map(skip => ({ ...skip, path: path.join(root, skip.path) })) };
}
