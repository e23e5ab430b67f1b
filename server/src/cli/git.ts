import { execFileSync } from 'node:child_process';
import { UsageError } from './usage-error';

/** The changes of the working tree below `root` since a revision, as git prints them. Throws UsageError. */
export function diffSince(root: string, revision: string): Buffer {
  if (revision.startsWith('-')) throw new UsageError(`--since needs a git revision, not "${revision}"`);
  return git(root, [
    'diff',
    '--no-ext-diff',
    '--no-textconv',
    '--no-color',
    '--relative',
    '--find-renames',
    '--src-prefix=a/',
    '--dst-prefix=b/',
    revision,
    '--',
  ]);
}

/** Files below `root` that git does not know and was not told to ignore, relative to `root`. Throws UsageError. */
export function listUntracked(root: string): readonly string[] {
  return git(root, ['ls-files', '--others', '--exclude-standard', '-z']).toString().split('\0').filter(Boolean);
}

/** A repository is input like any other: its configuration must not make git start programs. */
const HARMLESS = [
  '-c',
  'core.fsmonitor=false',
  '-c',
  'core.quotePath=true',
  '-c',
  'diff.noprefix=false',
  '-c',
  'core.hooksPath=/dev/null',
];

function git(root: string, args: readonly string[]): Buffer {
  try {
    return execFileSync('git', ['-C', root, ...HARMLESS, ...args], {
      maxBuffer: 512 * 1024 * 1024,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  } catch (error) {
    const { code, stderr } = error as { code?: string; stderr?: Buffer };
    if (code === 'ENOENT') throw new UsageError('--since needs git, which is not installed');
    const said = stderr
      ?.toString()
      .trim()
      .split('\n')[0]
      ?.replace(/^(?:fatal|error): /, '');
    throw new UsageError(`git cannot tell what changed: ${said || String(error)}`);
  }
}
