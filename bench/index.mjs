import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { best, measure, round } from './measure.mjs';

/** The names that the prefilter looks for. */
const MENTIONS = 'mm_struct|mmget|mmput|mmgrab|mmdrop|mmap_(read|write)_|mmap_lock|mmap_sem';
const FILE = 'mm/ksm.c';
const RUNS = 3;
/** Of a run that takes a fraction of a second. */
const SHORT_RUNS = 11;

/** The index of the whole tree, from nothing and from its cache, against the time that ripgrep needs to find its files. */
export function benchIndex({ tree, bundle }) {
  if (spawnSync('rg', ['--version']).error) throw new Error('ripgrep is needed (Debian: the package ripgrep)');
  const cache = mkdtempSync(path.join(tmpdir(), 'mm-analyzer-bench-'));
  const lint = (...args) =>
    measure('node', [bundle, 'lint', '--cache-dir', cache, ...args], { cwd: tree, statuses: [0, 1] });
  try {
    const grep = best(SHORT_RUNS, () => measure('rg', ['-l', MENTIONS, '.'], { cwd: tree }));
    const node = best(SHORT_RUNS, () => measure('node', ['-e', '0']));
    // A share of one file leaves nothing to judge: what is measured is the index alone, over the whole tree.
    const nothing = ['--shard', '1/999999', '.'];
    const cold = best(RUNS, () => {
      rmSync(cache, { recursive: true, force: true });
      return lint(...nothing);
    });
    const warm = best(SHORT_RUNS, () => lint(...nothing));
    const known = best(SHORT_RUNS, () => lint(FILE));
    const alone = best(SHORT_RUNS, () => lint('--no-index', FILE));
    return [
      { what: 'rg -l of the prefilter', value: round(grep.cpu, 2), unit: 's of CPU' },
      { what: 'index from nothing', value: round(cold.cpu, 2), unit: 's of CPU' },
      { what: 'index from nothing / rg -l, elapsed', value: round(cold.elapsed / grep.elapsed), unit: '×' },
      { what: 'index from its cache / rg -l, elapsed', value: round(warm.elapsed / grep.elapsed, 2), unit: '×' },
      {
        what: `lint ${FILE} with the index / node -e 0, elapsed`,
        value: round(known.elapsed / node.elapsed),
        unit: '×',
      },
      { what: `lint ${FILE} without / node -e 0, elapsed`, value: round(alone.elapsed / node.elapsed), unit: '×' },
      { what: 'index, peak memory', value: round(cold.megabytes, 0), unit: 'MB' },
    ];
  } finally {
    rmSync(cache, { recursive: true, force: true });
  }
}
