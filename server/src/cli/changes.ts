import { existsSync } from 'node:fs';
import path from 'node:path';
import { languageOf } from '../workspace/languages';
import { decode, encode, type Source, SourceReader } from '../workspace/reading';
import type { FilePatch, Hunk } from './patch';
import { UsageError } from './usage-error';

/** What a patch, or the work since a revision, makes of one file. */
export interface Change {
  /** Absolute. */
  readonly path: string;
  readonly after: Source;
  /** The file before, under the name that it had; null when it is new. */
  readonly before: { readonly path: string; readonly source: Source } | null;
  /** Lines of `after`, from 1, that were added or stand beside a removed one. */
  readonly touched: ReadonlySet<number>;
}

/**
 * What the patches make of the sources of the tree at `root`. The tree may have them or not: they are taken back in
 * memory if that is possible, and then applied. Throws UsageError where they fit neither way.
 */
export function computeChanges(written: readonly FilePatch[], root: string, shown: string): readonly Change[] {
  const patches = stripPrefixes(written, root).filter(({ newPath, oldPath }) => languageOf(newPath ?? oldPath ?? ''));
  const tree = readTree(patches, root);
  const forward = transform(patches, tree);
  const backward = transform([...patches].reverse().map(reverse), tree);
  const adds = patches.some(({ hunks }) => hunks.some(({ lines }) => lines.some(({ kind }) => kind === '+')));
  const isApplied = backward.misfit === null && (forward.misfit !== null || adds);
  const original = isApplied ? backward.files : tree;
  const final = isApplied ? transform(patches, forgetTouches(original)) : forward;
  if (final.misfit !== null) throw new UsageError(`${shown}: ${final.misfit}`);
  return [...final.files].flatMap(([file, state]) => (state ? changeOf(file, state, original, root) : []));
}

/** A line of a file or a patch: its bytes, one a character, for a patch may mix encodings. */
interface Line {
  /** Without its line feed; a carriage return stays. */
  readonly text: string;
  readonly touched: boolean;
}

interface FileState {
  readonly lines: readonly Line[];
  /** The name that the file had at the start. */
  readonly origin: string;
}

/** Files that the patches name; null for those that are not there. */
type Files = ReadonlyMap<string, FileState | null>;

function changeOf(file: string, state: FileState, original: Files, root: string): readonly Change[] {
  const before = original.get(state.origin);
  const [after, source] = [sourceOf(state), before ? sourceOf(before) : null];
  if (!after) return [];
  return [
    {
      path: path.join(root, file),
      after,
      before: source && { path: path.join(root, state.origin), source },
      touched: new Set(state.lines.flatMap((line, index) => (line.touched ? [index + 1] : []))),
    },
  ];
}

/** Null for what is no text. */
function sourceOf({ lines }: FileState): Source | null {
  const reading = decode(Buffer.from(lines.map(line => line.text).join('\n'), 'latin1'));
  return reading.kind === 'source' ? reading.source : null;
}

/** Removes the first folder of every path (`a/`, `b/`), unless only the paths as they are written exist. */
function stripPrefixes(patches: readonly FilePatch[], root: string): readonly FilePatch[] {
  const strip = (name: string | null) => name?.replace(/^[^/]+\//, '') ?? null;
  const exists = (name: string | null) => name !== null && existsSync(path.join(root, name));
  const names = patches.flatMap(({ oldPath, newPath }) => [oldPath, newPath]);
  if (!names.some(name => exists(strip(name))) && names.some(exists)) return patches;
  return patches.map(patch => ({ ...patch, oldPath: strip(patch.oldPath), newPath: strip(patch.newPath) }));
}

function readTree(patches: readonly FilePatch[], root: string): Files {
  const reader = new SourceReader();
  const files = new Map<string, FileState | null>();
  for (const name of patches.flatMap(({ oldPath, newPath }) => [oldPath, newPath])) {
    if (name === null || files.has(name)) continue;
    const reading = reader.read(path.join(root, name));
    files.set(name, reading.kind === 'source' ? stateOf(encode(reading.source)!.toString('latin1'), name) : null);
  }
  return files;
}

function stateOf(bytes: string, origin: string): FileState {
  return { lines: bytes.split('\n').map(text => ({ text, touched: false })), origin };
}

function forgetTouches(files: Files): Files {
  const forget = (state: FileState, file: string): FileState => ({
    ...state,
    origin: file,
    lines: state.lines.map(line => ({ ...line, touched: false })),
  });
  return new Map([...files].map(([file, state]) => [file, state && forget(state, file)]));
}

function reverse(patch: FilePatch): FilePatch {
  return {
    oldPath: patch.newPath,
    newPath: patch.oldPath,
    hunks: patch.hunks.map(hunk => ({
      oldStart: hunk.newStart,
      newStart: hunk.oldStart,
      lines: hunk.lines.map(({ kind, text }) => ({ kind: kind === '+' ? '-' : kind === '-' ? '+' : ' ', text })),
    })),
  };
}

/** Applies patches one after another; `misfit` says which does not fit. */
function transform(
  patches: readonly FilePatch[],
  files: Files,
): { readonly files: Files; readonly misfit: string | null } {
  const result = new Map(files);
  for (const { oldPath, newPath, hunks } of patches) {
    const old = oldPath === null ? null : result.get(oldPath);
    if (oldPath !== null && !old) return { files: result, misfit: `${oldPath} is not in the tree` };
    if (oldPath === null && newPath !== null && result.get(newPath)) {
      return { files: result, misfit: `${newPath} is in the tree already` };
    }
    const before = old ?? stateOf('', newPath ?? '');
    const lines = applyHunks(before.lines, hunks);
    if (typeof lines === 'number') {
      const line = hunks[lines]!.oldStart;
      return { files: result, misfit: `the hunk for line ${line} of ${oldPath ?? newPath} does not fit the tree` };
    }
    if (oldPath !== null) result.set(oldPath, null);
    if (newPath !== null) result.set(newPath, { ...before, lines });
  }
  return { files: result, misfit: null };
}

/** The lines after the hunks, or the index of the hunk that does not fit. */
function applyHunks(before: readonly Line[], hunks: readonly Hunk[]): readonly Line[] | number {
  let lines = [...before];
  let shift = 0;
  for (const [index, hunk] of hunks.entries()) {
    const olds = hunk.lines.filter(({ kind }) => kind !== '+').map(({ text }) => text);
    // A hunk without old lines names the line that it follows.
    const expected = hunk.oldStart - (olds.length > 0 ? 1 : 0) + shift;
    const at = findLines(lines, olds, Math.max(0, expected));
    if (at < 0) return index;
    const news = replaceLines(lines.slice(at, at + olds.length), hunk);
    lines = [...lines.slice(0, at), ...news, ...lines.slice(at + olds.length)];
    shift += news.length - olds.length + (at - expected);
    if (hunk.lines.at(-1)?.kind === '-') lines = touch(lines, at + news.length);
  }
  return lines;
}

/** Context keeps its touches; added lines and whatever follows a removed one are touched. */
function replaceLines(olds: readonly Line[], hunk: Hunk): Line[] {
  const news: Line[] = [];
  let at = 0;
  let removed = false;
  for (const { kind, text } of hunk.lines) {
    if (kind === '+') news.push({ text, touched: true });
    else if (kind === '-') at++;
    else {
      const old = olds[at++]!;
      news.push({ text: old.text, touched: old.touched || removed });
    }
    removed = kind === '-';
  }
  return news;
}

function touch(lines: readonly Line[], index: number): Line[] {
  return lines.map((line, at) => (at === index ? { ...line, touched: true } : line));
}

/** Where `wanted` stands, as near as possible to `expected`; -1 if nowhere. Nothing stands exactly where expected. */
function findLines(lines: readonly Line[], wanted: readonly string[], expected: number): number {
  if (wanted.length === 0) return expected <= lines.length ? expected : -1;
  const last = lines.length - wanted.length;
  for (let distance = 0; distance <= Math.max(expected, last); distance++) {
    for (const at of distance === 0 ? [expected] : [expected - distance, expected + distance]) {
      if (at >= 0 && at <= last && wanted.every((text, i) => sameLine(lines[at + i]!.text, text))) return at;
    }
  }
  return -1;
}

/** Mail may have lost or gained a carriage return. */
function sameLine(a: string, b: string): boolean {
  return a === b || a.replace(/\r$/, '') === b.replace(/\r$/, '');
}
