import { best, measure, round } from './measure.mjs';

const RUNS = 5;

/** One large file from a cold start, against Node that does nothing. */
export function benchFile({ tree, bundle }) {
  const node = best(RUNS, () => measure('node', ['-e', '0']));
  const rows = ['mm/oom_kill.c', 'mm/memory.c'].map(file => {
    const own = best(RUNS, () =>
      measure('node', [bundle, 'lint', '--format', 'json', file], { cwd: tree, statuses: [0, 1] }),
    );
    return { what: `lint ${file} / node -e 0`, value: round(own.cpu / node.cpu), unit: '×' };
  });
  return [{ what: 'node -e 0', value: round(1000 * node.cpu, 0), unit: 'ms of CPU' }, ...rows];
}
