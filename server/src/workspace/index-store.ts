import type { FileContribution } from '../core/facade';
import { readStructs } from '../core/index';
import { digest, type IndexedFile, type IndexedTree } from './index-file';
import { languageOf, mentionsMm } from './languages';
import { type Source, SourceReader } from './reading';
import { latestOf, ROUNDS, type Rounds, runRounds } from './rounds';
import { foldersOf, scanSources } from './scan';

export interface Filtered {
  /** Files that mention an mm, of those that were asked about, with a digest of their text. */
  readonly related: readonly { readonly path: string; readonly hash: string }[];
  readonly skipped: readonly { readonly path: string; readonly reason: string }[];
  /** Of every file that was asked about, in their order; empty for one that could not be read. */
  readonly stamps: readonly string[];
}

/** A file to be read for the index. */
export interface ContributeTask {
  readonly path: string;
  /** Its text, when it is not the one on disk. */
  readonly source: Source | null;
  /** Its calls are to be told as well. */
  readonly withCalls: boolean;
}

/** Who reads and analyses files: this thread, or several. All paths are relative to the root of the tree. */
export interface Labour {
  filter(paths: readonly string[]): Promise<Filtered>;
  /** What the files tell, in their order; null for one that cannot be read. */
  contribute(
    tasks: readonly ContributeTask[],
    program: readonly FileContribution[] | null,
  ): Promise<readonly (FileContribution | null)[]>;
}

export interface Refreshed {
  readonly tree: IndexedTree;
  /** Sources of the scanned folders that mention an mm but cannot be read. */
  readonly skipped: Filtered['skipped'];
}

/**
 * Brings what is remembered of a tree up to what is on disk. `sources` (relative to the root) are compared with what is
 * remembered of their folders; of all other folders, only the files that are known to mention an mm. A tree that has the
 * calls keeps them; where they are wanted and missing, all files tell anew.
 */
export async function refreshTree(
  root: string,
  sources: readonly string[],
  before: IndexedTree | null,
  labour: Labour,
  wantsCalls: boolean,
): Promise<Refreshed> {
  const scan = scanSources(root, sources, before);
  const { related, skipped, stamps } = await labour.filter(scan.unknown);
  const stampsByPath = new Map(scan.unknown.map((path, i) => [path, stamps[i] ?? '']));
  const states = new Map<string, FileState>();
  for (const [path, stamp] of scan.known) {
    const old = before!.files.get(path)!;
    const hash = stamp !== '' && stamp === old.stamp ? old.hash : hashOf(`${root}/${path}`);
    if (hash !== null) states.set(path, { stamp, hash, source: null });
  }
  for (const { path, hash } of related) states.set(path, { stamp: stampsByPath.get(path)!, hash, source: null });
  const withCalls = wantsCalls || before?.withCalls === true;
  const told = before?.withCalls === withCalls ? before.files : new Map<string, never>();
  const files = await settle(root, states, told, labour, withCalls);
  const folders = new Map([...scan.folders, ...foldersOf(stampsByPath)]);
  return { tree: { files, folders: withoutFoldersOf(skipped, folders), withCalls }, skipped };
}

/** The tree as it would be with other texts in place of some files; null for a file that is not there. */
export async function overlayTree(
  tree: IndexedTree,
  texts: ReadonlyMap<string, Source | null>,
  labour: Labour,
): Promise<IndexedTree> {
  const states = new Map<string, FileState>([...tree.files].map(([path, file]) => [path, { ...file, source: null }]));
  for (const [path, source] of texts) {
    const language = languageOf(path);
    const isRelated = source !== null && language !== null && mentionsMm(language, source.text);
    if (isRelated) states.set(path, { stamp: '', hash: digest(source.text), source });
    else states.delete(path);
  }
  // Every text that differs from what is remembered is at hand.
  return { ...tree, files: await settle(null, states, tree.files, labour, tree.withCalls) };
}

/** What every file of the tree tells the others. */
export function contributionsOf({ files }: IndexedTree): ReadonlyMap<string, FileContribution> {
  return latestOf(roundsOf(files), ROUNDS);
}

/** Whether writing `after` to disk would be worth it. */
export function isSameTree(before: IndexedTree | null, after: IndexedTree): boolean {
  if (
    !before ||
    before.withCalls !== after.withCalls ||
    before.files.size !== after.files.size ||
    before.folders.size !== after.folders.size
  )
    return false;
  const sameFile = ([path, file]: [string, IndexedFile]) => {
    const old = before.files.get(path);
    return old?.stamp === file.stamp && old.rounds === file.rounds;
  };
  return (
    [...after.files].every(sameFile) &&
    [...after.folders].every(([folder, state]) => before.folders.get(folder) === state)
  );
}

/** A file as it is now: where it is to be read from, and what tells whether it changed. */
interface FileState {
  readonly stamp: string;
  readonly hash: string;
  readonly source: Source | null;
}

async function settle(
  root: string | null,
  states: ReadonlyMap<string, FileState>,
  before: ReadonlyMap<string, IndexedFile>,
  labour: Labour,
  withCalls: boolean,
): Promise<ReadonlyMap<string, IndexedFile>> {
  const telling = [...states.keys()].filter(path => languageOf(path) === 'c');
  const changed = new Set(telling.filter(path => before.get(path)?.hash !== states.get(path)!.hash));
  const isGone = [...before.keys()].some(path => !states.has(path));
  const old = roundsOf(before);
  const rounds =
    changed.size > 0 || isGone
      ? await runRounds(
          telling,
          old,
          changed,
          structsOf(root, telling, states, changed, old),
          async (paths, program) => {
            const tasks = paths.map(path => ({ path, source: states.get(path)!.source, withCalls }));
            const told = await labour.contribute(tasks, program);
            return new Map(told.flatMap(one => (one ? [[one.path, one] as const] : [])));
          },
        )
      : old;
  return new Map(
    [...states.keys()].sort().map((path): [string, IndexedFile] => {
      const { stamp, hash } = states.get(path)!;
      return [path, { stamp, hash, rounds: rounds.get(path) ?? [] }];
    }),
  );
}

/** The types of every file: of one that did not change, as it told them last. */
function structsOf(
  root: string | null,
  paths: readonly string[],
  states: ReadonlyMap<string, FileState>,
  changed: ReadonlySet<string>,
  before: Rounds,
): ReadonlyMap<string, FileContribution['structs']> {
  const told = latestOf(before, ROUNDS);
  return new Map(
    paths.map(path => {
      const known = changed.has(path) ? undefined : told.get(path)?.structs;
      if (known) return [path, known];
      const text = states.get(path)!.source?.text ?? (root === null ? null : textOf(`${root}/${path}`));
      return [path, text === null ? {} : Object.fromEntries(readStructs(text))];
    }),
  );
}

function roundsOf(files: ReadonlyMap<string, IndexedFile>): Rounds {
  return new Map([...files].map(([path, file]) => [path, file.rounds]));
}

/** What was skipped is told each time, so its folder is looked at again each time. */
function withoutFoldersOf(
  skipped: Filtered['skipped'],
  folders: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const left = new Map(folders);
  for (const { path } of skipped) left.delete(path.slice(0, Math.max(0, path.lastIndexOf('/'))));
  return left;
}

const reader = new SourceReader();

/** Null for a file that cannot be read. */
function textOf(file: string): string | null {
  const reading = reader.read(file);
  return reading.kind === 'source' ? reading.source.text : null;
}

function hashOf(file: string): string | null {
  const text = textOf(file);
  return text === null ? null : digest(text);
}
