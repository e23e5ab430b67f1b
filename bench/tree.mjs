import { spawnSync } from 'node:child_process';
import { findAstGrep } from './ast-grep.mjs';
import { best, measure, round } from './measure.mjs';

/** What ast-grep gets is found for it; mm-analyzer finds its files itself. */
const MENTIONS = 'mm_struct|mmget|mmput|mmgrab|mmdrop|mmap_(read|write)_|mmap_lock';

/** The whole tree with all rules, nothing remembered, against ast-grep with one rule on the C files that match. */
export function benchTree({ tree, bundle }) {
  const found = spawnSync('grep', ['-rlE', '--include=*.c', MENTIONS, '.'], { cwd: tree, encoding: 'utf8' });
  const files = found.stdout.trim().split('\n');
  const { binary, rule } = findAstGrep();
  const peer = best(2, () =>
    measure(binary, ['scan', '--rule', rule, '--json=compact', ...files], { cwd: tree, statuses: [0, 1] }),
  );
  const own = best(2, () =>
    measure('node', [bundle, 'lint', '--no-cache', '--jobs', '2', '--format', 'json', '.'], {
      cwd: tree,
      statuses: [0, 1],
    }),
  );
  const { stats } = JSON.parse(own.stdout);
  return [
    { what: `ast-grep, 1 rule, ${files.length} .c files`, value: round(peer.cpu, 2), unit: 's of CPU' },
    { what: `mm-analyzer, all rules, whole tree, ${stats.files} files`, value: round(own.cpu, 2), unit: 's of CPU' },
    { what: 'ratio', value: round(own.cpu / peer.cpu, 2), unit: '×' },
    { what: 'mm-analyzer, peak memory, 2 jobs', value: round(own.megabytes, 0), unit: 'MB' },
  ];
}
