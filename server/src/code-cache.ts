import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { cachedDataVersionTag } from 'node:v8';
import { Script } from 'node:vm';
import { isMainThread } from 'node:worker_threads';
import type { start } from './program';
import { writeAtomically } from './workspace/writing';

/** Of the text of the program; known when it is built. */
declare const PROGRAM_DIGEST: string;

/**
 * Runs the program with what V8 compiled of it in an earlier run, which spares a short run a sixth of its time. A run
 * that has no such code leaves its own, if it analysed something: only then were most functions compiled. `entry` is
 * what the program takes for its own file; a `folder` of null keeps nothing.
 */
export function runWithCodeCache(file: string, entry: string, folder: string | null): void {
  // The tag stands for the version and the flags of V8, and for the processor.
  const cache = folder && path.join(folder, `program-${cachedDataVersionTag()}.code`);
  const cachedData = cache === null ? undefined : readCode(cache);
  const text = `(function (exports, require, module, __filename, __dirname) {${readFileSync(file, 'latin1')}\n})`;
  const script = new Script(text, { filename: file, ...(cachedData && { cachedData }) });
  const isKept = cachedData !== undefined && !script.cachedDataRejected;
  const keep = () => {
    if (cache !== null && !isKept && isMainThread) process.once('exit', () => writeCode(cache, script));
  };
  const program = { exports: {} as { readonly start: typeof start } };
  script.runInThisContext()(program.exports, createRequire(entry), program, entry, path.dirname(entry));
  program.exports.start(keep);
}

/** V8 does not look into what it is given: code of another program or a damaged file would crash it. */
function seal(code: Buffer): Buffer {
  return createHash('sha1').update(PROGRAM_DIGEST).update(code).digest();
}

const SEAL_LENGTH = 20;

function readCode(file: string): Buffer | undefined {
  try {
    const bytes = readFileSync(file);
    const code = bytes.subarray(0, -SEAL_LENGTH);
    return seal(code).equals(bytes.subarray(-SEAL_LENGTH)) ? code : undefined;
  } catch {
    return undefined;
  }
}

/** A cache that cannot be written is no cache. */
function writeCode(file: string, script: Script): void {
  try {
    const code = script.createCachedData();
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    writeAtomically(file, Buffer.concat([code, seal(code)]), 0o600);
  } catch {}
}
