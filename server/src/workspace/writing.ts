import {
  closeSync,
  fchmodSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { encode, reasonOf, type Source } from './reading';
import { isInside } from './root';

/**
 * Replaces the text of a file in one step: whoever reads it meanwhile sees the old text or the new one. Nothing is
 * written when the file leads out of `root` or no longer says `before`. Returns why it failed, or null.
 */
export function replaceFile(change: {
  readonly file: string;
  readonly root: string;
  readonly before: Source;
  readonly after: Source;
}): string | null {
  try {
    // A symbolic link stays one: the file that it leads to is replaced.
    const target = realpathSync(change.file);
    if (!isInside(realpathSync(change.root), target)) return 'it lies outside the tree';
    const [before, after] = [encode(change.before), encode(change.after)];
    if (before === null || after === null) return 'the fix has a character that is not in Latin-1';
    if (!readFileSync(target).equals(before)) return 'it changed meanwhile';
    writeAtomically(target, after, statSync(target).mode);
    return null;
  } catch (error) {
    return reasonOf(error);
  }
}

/** Writes beside the target, so that the rename stays within one file system. */
export function writeAtomically(target: string, bytes: Uint8Array, mode = 0o644): void {
  const temporary = path.join(path.dirname(target), `.${path.basename(target)}.mm-analyzer-${process.pid}`);
  try {
    const descriptor = openSync(temporary, 'wx', 0o600);
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
      fchmodSync(descriptor, mode & 0o7777);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
