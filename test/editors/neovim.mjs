// Drives Neovim's built-in client, headless, with the server as it ships.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findProgram } from './tools.mjs';

export async function testNeovim({ bundle, sample, check }) {
  const neovim = findProgram('nvim', 'neovim');
  const home = mkdtempSync(path.join(tmpdir(), 'mm-analyzer-neovim-'));
  try {
    cpSync(path.dirname(sample), home, { recursive: true });
    const file = path.join(home, path.basename(sample));
    const { status, stdout, stderr } = spawnSync(
      neovim,
      ['--headless', '--clean', '-n', '-i', 'NONE', '-S', path.join(import.meta.dirname, 'neovim.lua'), file],
      {
        env: { ...process.env, HOME: home, XDG_STATE_HOME: home, SERVER: bundle, NODE: process.execPath },
        input: '',
        timeout: 60_000,
        encoding: 'utf8',
      },
    );
    for (const line of stdout.split('\n').filter(Boolean)) {
      check(line.replace(/^(?:ok|FAIL) /, ''), line.startsWith('ok '));
    }
    if (status !== 0) check(`Neovim ended with ${status}: ${stderr.trim()}`, false);
    check('the fix is on disk', readFileSync(file, 'utf8') !== readFileSync(sample, 'utf8'));
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
