import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/**
 * Runs a program under GNU time: processor seconds of all its threads, and peak memory in MB. Throws when it cannot be
 * run, or ends with a status that is not expected.
 */
export function measure(program, args, { cwd, statuses = [0] } = {}) {
  const report = path.join(tmpdir(), `mm-analyzer-bench-${process.pid}`);
  const timed = ['-f', '%U %S %e %M', '-o', report, program, ...args];
  const { status, stdout, stderr, error } = spawnSync('time', timed, { cwd, encoding: 'utf8', maxBuffer: 1 << 28 });
  if (error) throw new Error(`GNU time is needed (Debian: the package time): ${error.message}`);
  if (!statuses.includes(status)) throw new Error(`${program} ended with ${status}: ${stderr.slice(0, 500)}`);
  const [user, system, elapsed, kilobytes] = readFileSync(report, 'utf8')
    .trim()
    .split('\n')
    .at(-1)
    .split(' ')
    .map(Number);
  return { cpu: user + system, elapsed, megabytes: kilobytes / 1024, stdout };
}

/** The run that cost least: what others do on the machine can only add to it. */
export function best(times, run) {
  return Array.from({ length: times }, run).reduce((a, b) => (b.cpu < a.cpu ? b : a));
}

export function percentile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

export const round = (value, digits = 1) => Number(value.toFixed(digits));
