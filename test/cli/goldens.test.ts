import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { version } from '../../package.json';
import { ensureBundle, runBundle } from './bundle';

/** What the bundle prints, byte for byte. `UPDATE=1` blesses. */
const GOLDENS: readonly (readonly [name: string, args: readonly string[], status: number])[] = [
  ['lint.text', ['lint'], 1],
  ['lint.json', ['lint', '--format', 'json'], 1],
  ['lint.sarif', ['lint', '--format=sarif', 'drivers/peek.c'], 1],
  ['lint.github', ['lint', '--format=github'], 1],
  ['lint.checkstyle', ['lint', '--format=checkstyle'], 1],
  ['lint.diff-fixes', ['lint', '--diff-fixes'], 1],
  ['facts.text', ['facts', 'mm/clean.c'], 0],
  ['facts.json', ['facts', '--format', 'json', 'mm/clean.c'], 0],
  ['explain', ['explain', 'unused-allow'], 0],
  ['help', ['--help'], 0],
  ['lint.help', ['lint', '--help'], 0],
  ['facts.help', ['facts', '--help'], 0],
];

describe('what the command line prints', () => {
  before(ensureBundle);

  for (const [name, args, status] of GOLDENS) {
    it(`mm-analyzer ${args.join(' ')}`, () => {
      const outcome = runBundle(args);
      assert.equal(outcome.status, status, outcome.stderr);
      compare(name, outcome.stdout.replaceAll(`"version": "${version}"`, '"version": "VERSION"'));
    });
  }
});

function compare(name: string, actual: string): void {
  const file = path.join(__dirname, 'golden', `${name}.golden`);
  if (process.env.UPDATE) writeFileSync(file, actual);
  else assert.ok(existsSync(file), `${file} is missing: run with UPDATE=1`);
  assert.equal(actual, readFileSync(file, 'utf8'));
}
