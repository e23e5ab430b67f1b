import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

const VERSION = '0.51.0';

const cache = path.join(
  process.env.XDG_CACHE_HOME ?? path.join(homedir(), '.cache'),
  `mm-analyzer-bench/ast-grep-${VERSION}`,
);

/** One rule of the same kind, without any flow: a lock that no call of the same function releases. */
const RULE = `id: lock-without-unlock
language: c
rule:
  pattern: { context: 'void f(void) { mmap_read_lock($M); }', selector: call_expression }
  inside: { kind: function_definition, stopBy: end, not: { has: { stopBy: end, pattern: { context: 'void f(void) { mmap_read_unlock($N); }', selector: call_expression } } } }
`;

/** Path of the program and of its rule; installed on first use into a cache outside the repository. Throws without it. */
export function findAstGrep() {
  const binary = path.join(cache, `node_modules/@ast-grep/cli-${process.platform}-${process.arch}-gnu/ast-grep`);
  if (!existsSync(binary)) {
    mkdirSync(cache, { recursive: true });
    writeFileSync(path.join(cache, 'package.json'), '{ "private": true }\n');
    const args = ['install', '--ignore-scripts', '--no-audit', '--no-fund', `@ast-grep/cli@${VERSION}`];
    const { status, stderr } = spawnSync('npm', args, { cwd: cache, encoding: 'utf8' });
    if (status !== 0 || !existsSync(binary))
      throw new Error(`ast-grep cannot be installed: ${stderr.trim().split('\n').at(-1)}`);
  }
  const rule = path.join(cache, 'rule.yml');
  writeFileSync(rule, RULE);
  return { binary, rule };
}
