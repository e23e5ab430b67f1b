// `npm run test:editors [-- vscode | neovim]`: the package in real editors. Screenshots go to out/editors.
// What cannot be installed is said and skipped; with CI=true it is a failure, so that a broken machine is not taken for a pass.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { testNeovim } from './neovim.mjs';
import { Unavailable } from './tools.mjs';
import { testVscode } from './vscode.mjs';

const EDITORS = { vscode: testVscode, neovim: testNeovim };

const root = path.resolve(import.meta.dirname, '../..');
const shots = path.join(root, 'out/editors');
mkdirSync(shots, { recursive: true });

const vsix = packExtension();
const chosen = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(EDITORS);
const counts = { passed: 0, failed: 0, skipped: 0 };
for (const name of chosen) {
  const started = performance.now();
  const check = (what, ok) => {
    counts[ok ? 'passed' : 'failed']++;
    console.log(`${ok ? 'ok  ' : 'FAIL'} ${name}: ${what}`);
  };
  try {
    await EDITORS[name]({
      vsix,
      shots,
      check,
      bundle: path.join(root, 'dist/mm-analyzer.js'),
      sample: path.join(import.meta.dirname, 'workspace/peek.c'),
    });
  } catch (error) {
    if (error instanceof Unavailable && process.env.CI !== 'true') {
      counts.skipped++;
      console.log(`SKIP ${name}: ${error.message}`);
    } else check(error.stack, false);
  }
  console.log(`     ${name}: ${((performance.now() - started) / 1000).toFixed(1)} s`);
}
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} editors skipped`);
process.exitCode = counts.failed > 0 ? 1 : 0;

/** Path of the extension as it would be published. */
function packExtension() {
  const { status, stdout, stderr } = spawnSync('npm', ['run', 'package'], { cwd: root, encoding: 'utf8' });
  const file = /mm-analyzer-[\d.]+\.vsix/.exec(stdout)?.[0];
  if (status !== 0 || !file) throw new Error(`the extension cannot be packed: ${stdout}${stderr}`);
  return path.join(root, file);
}
