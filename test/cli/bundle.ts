import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export const ROOT = path.resolve(__dirname, '../..');
export const BUNDLE = path.join(ROOT, 'dist/mm-analyzer.js');
/** A small kernel-shaped tree with known defects. */
export const TREE = path.join(__dirname, 'tree');

/** What the program keeps for its next run goes where no other run finds it. */
process.env.XDG_CACHE_HOME = path.join(tmpdir(), `mm-analyzer-tests-${process.pid}`);
after(() => rmSync(process.env.XDG_CACHE_HOME!, { recursive: true, force: true }));

export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Builds the bundle when a source is newer than it. */
export function ensureBundle(): void {
  const sources = ['server/src', 'client/src'].flatMap(folder => filesBelow(path.join(ROOT, folder)));
  const built = statSync(BUNDLE, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (sources.some(file => statSync(file).mtimeMs > built)) execFileSync('node', ['esbuild.mjs'], { cwd: ROOT });
}

/** Runs the bundle in a process of its own, as a script would. */
export function runBundle(
  args: readonly string[],
  options: { cwd?: string; input?: string | Buffer; env?: NodeJS.ProcessEnv; uid?: number; timeout?: number } = {},
): Outcome {
  const { NO_COLOR: _, FORCE_COLOR: __, ...env } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, [BUNDLE, ...args], {
    cwd: options.cwd ?? TREE,
    input: options.input ?? '',
    env: { ...env, ...options.env },
    encoding: 'utf8',
    timeout: options.timeout ?? 60_000,
    maxBuffer: 1 << 28,
    ...(options.uid !== undefined && { uid: options.uid }),
  });
  return { status, stdout, stderr };
}

/** Runs the body with a fresh folder, which is removed afterwards. */
export function inScratch(body: (folder: string) => void): void {
  const folder = mkdtempSync(path.join(tmpdir(), 'mm-analyzer-'));
  try {
    body(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The same for a body that takes its time. */
export async function inScratchLater<Result>(body: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(path.join(tmpdir(), 'mm-analyzer-'));
  try {
    return await body(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => path.join(entry.parentPath, entry.name));
}
