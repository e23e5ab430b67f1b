import { lstatSync, statSync } from 'node:fs';
import path from 'node:path';
import {
  type Configuration,
  ConfigurationError,
  loadConfiguration,
  readConfiguration,
} from '../workspace/configuration';
import { reasonOf } from '../workspace/reading';
import { commonFolder, findRoot } from '../workspace/root';
import { ruleIds } from './catalogue';
import { UsageError } from './usage-error';

/** The source tree that a command works on. */
export interface Tree {
  readonly root: string;
  readonly configuration: Configuration;
}

export interface NamedPath {
  readonly absolute: string;
  readonly isFolder: boolean;
}

/** The tree that holds `paths` (absolute). Throws UsageError. */
export function openTree(
  paths: readonly NamedPath[],
  options: { readonly root: string | null; readonly config: string | null },
  cwd: string,
): Tree {
  const folders = paths.map(({ absolute, isFolder }) => (isFolder ? absolute : path.dirname(absolute)));
  const root = options.root === null ? findRoot(commonFolder(folders), cwd) : namedRoot(options.root, cwd);
  const known = new Set(ruleIds);
  try {
    const configuration =
      options.config === null
        ? loadConfiguration(root, known)
        : readConfiguration(path.resolve(cwd, options.config), options.config, known);
    return { root, configuration };
  } catch (error) {
    throw error instanceof ConfigurationError ? new UsageError(error.message) : error;
  }
}

/** Looks at what the command line names. Throws UsageError for what is not there. */
export function statPaths(paths: readonly string[], cwd: string): readonly NamedPath[] {
  return paths.map(written => {
    const absolute = path.resolve(cwd, written);
    try {
      return { absolute, isFolder: statSync(absolute).isDirectory() };
    } catch (error) {
      if (isDanglingLink(absolute)) throw new UsageError(`${written}: a symbolic link that leads nowhere`);
      throw new UsageError(`${written}: ${reasonOf(error)}`);
    }
  });
}

function namedRoot(written: string, cwd: string): string {
  const [root] = statPaths([written], cwd);
  if (!root!.isFolder) throw new UsageError(`--root needs a folder, and ${written} is a file`);
  return root!.absolute;
}

function isDanglingLink(absolute: string): boolean {
  try {
    return lstatSync(absolute).isSymbolicLink();
  } catch {
    return false;
  }
}
