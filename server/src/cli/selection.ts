import { readFileSync } from 'node:fs';
import path from 'node:path';
import { languageOf, NOT_A_SOURCE } from '../workspace/languages';
import { createExcluder, listSources } from '../workspace/listing';
import { decode, reasonOf, SIZE_LIMIT, SourceReader } from '../workspace/reading';
import { isInside } from '../workspace/root';
import { type Change, computeChanges } from './changes';
import { diffSince, listUntracked } from './git';
import type { Host } from './host';
import type { JudgeTask } from './judge';
import type { Input, LintOptions } from './lint-options';
import { parsePatch } from './patch';
import type { NamedPath, Tree } from './tree';
import { UsageError } from './usage-error';

/** What is to be judged. */
export interface Selection {
  /** Files that were named, or whose text is given: they are judged whatever they mention. */
  readonly tasks: readonly JudgeTask[];
  /** Files met in folders: they are judged if they mention an mm. */
  readonly candidates: readonly string[];
  /** The folders, and all files met in them, those of other shards too. */
  readonly folders: readonly string[];
  readonly listed: readonly string[];
  /** Set when only what changed is to be reported. */
  readonly changes: readonly Change[] | null;
  /** Files that were named and are no sources, and folders that cannot be read. */
  readonly skipped: readonly { readonly path: string; readonly reason: string }[];
}

/** Throws UsageError. `named` are the paths of the command line. */
export function selectSources(options: LintOptions, named: readonly NamedPath[], tree: Tree, host: Host): Selection {
  switch (options.input.kind) {
    case 'paths':
      return selectPaths(named, tree, options.shard);
    case 'stdin':
      return selectStdin(options.input.file, host);
    case 'patch':
    case 'since':
      return selectChanges(options.input, named, tree, host);
  }
}

const NO_FOLDERS = { candidates: [], folders: [], listed: [] };

function selectPaths(named: readonly NamedPath[], tree: Tree, shard: LintOptions['shard']): Selection {
  const files = named.filter(({ isFolder }) => !isFolder).map(({ absolute }) => absolute);
  const folders = named.filter(({ isFolder }) => isFolder).map(({ absolute }) => absolute);
  const listings = folders.map(folder => listSources(folder, tree.root, tree.configuration.exclude));
  const mine = (_: string, index: number): boolean => index % shard.of === shard.index;
  const sources = [...new Set(files)].filter(file => languageOf(file) !== null).sort();
  const foreign = files.filter(file => languageOf(file) === null).map(file => ({ path: file, reason: NOT_A_SOURCE }));
  const listed = mergeSorted(listings.map(listing => listing.files));
  const namedFiles = new Set(files);
  return {
    tasks: sources.filter(mine).map(file => ({ path: file, source: null })),
    candidates: listed.filter(file => !namedFiles.has(file)).filter(mine),
    folders,
    listed,
    changes: null,
    skipped: [...foreign, ...listings.flatMap(listing => listing.unreadable)],
  };
}

/** One list has its order already, and a kernel's is long. */
function mergeSorted(lists: readonly (readonly string[])[]): readonly string[] {
  const [first = [], ...others] = lists;
  return others.length === 0 ? first : [...new Set(lists.flat())].sort();
}

function selectStdin(file: string, host: Host): Selection {
  if (languageOf(file) === null) throw new UsageError(`${file}: ${NOT_A_SOURCE}`);
  const reading = decode(host.readStdin(SIZE_LIMIT));
  if (reading.kind !== 'source') throw new UsageError(`stdin cannot be judged: ${reading.reason}`);
  return {
    tasks: [{ path: path.resolve(host.cwd, file), source: reading.source }],
    ...NO_FOLDERS,
    changes: null,
    skipped: [],
  };
}

function selectChanges(
  input: Extract<Input, { kind: 'patch' | 'since' }>,
  named: readonly NamedPath[],
  tree: Tree,
  host: Host,
): Selection {
  const isExcluded = createExcluder(tree.root, tree.configuration.exclude);
  const isNamed = (file: string) => input.paths.length === 0 || named.some(({ absolute }) => isInside(absolute, file));
  const changes = (
    input.kind === 'patch' ? patchChanges(input.file, tree.root, host) : changesSince(input.revision, tree.root)
  ).filter(change => isNamed(change.path) && !isExcluded(change.path, false));
  return {
    tasks: changes.map(change => ({ path: change.path, source: change.after })),
    ...NO_FOLDERS,
    changes,
    skipped: [],
  };
}

/** Longest patch on stdin, in bytes: a whole kernel release is below it. */
const PATCH_LIMIT = 512 * 1024 * 1024;

function patchChanges(file: string, root: string, host: Host): readonly Change[] {
  const shown = file === '-' ? 'the patch on stdin' : file;
  let bytes: Buffer;
  try {
    bytes = file === '-' ? host.readStdin(PATCH_LIMIT) : readFileSync(path.resolve(host.cwd, file));
  } catch (error) {
    throw new UsageError(`cannot read the patch ${file}: ${reasonOf(error)}`);
  }
  const patches = parsePatch(bytes, shown);
  const isPatch = patches.length > 0 || /^diff --git /m.test(bytes.toString('latin1'));
  if (!isPatch && bytes.toString('latin1').trim() !== '') throw new UsageError(`${shown}: there is no diff in it`);
  return computeChanges(patches, root, shown);
}

/** What git calls changed, and new files that it does not know yet. */
function changesSince(revision: string, root: string): readonly Change[] {
  const changed = computeChanges(parsePatch(diffSince(root, revision), 'git diff'), root, 'git diff');
  const reader = new SourceReader();
  const untracked = listUntracked(root).flatMap((file): readonly Change[] => {
    const reading = languageOf(file) === null ? null : reader.read(path.join(root, file));
    if (reading?.kind !== 'source') return [];
    const lines = reading.source.text.split('\n').length;
    const touched = new Set(Array.from({ length: lines }, (_, index) => index + 1));
    return [{ path: path.join(root, file), after: reading.source, before: null, touched }];
  });
  return [...changed, ...untracked];
}
