import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/**
 * Runs a program under GNU time: processor seconds of all its threads, seconds until it ended, and peak memory in MB.
 * Throws when it cannot be run, or ends with a status that is not expected.
 */
export function measure(program, args, { cwd, statuses = [0] } = {}) {
  const { elapsed, ...rest } = run(program, args, { cwd, statuses });
  startingCost ??= best(15, () => run('true', [], { statuses: [0] })).elapsed;
  return { ...rest, elapsed: elapsed - startingCost };
}

/** Seconds that it takes to start any program, which would make short runs look alike. */
let startingCost;

function run(program, args, { cwd, statuses }) {
  const report = path.join(tmpdir(), `mm-analyzer-bench-${process.pid}`);
  const timed = ['-f', '%U %S %M', '-o', report, program, ...args];
  const start = performance.now();
  const { status, stdout, stderr, error } = spawnSync('time', timed, { cwd, encoding: 'utf8', maxBuffer: 1 << 28 });
  // GNU time counts hundredths, of which a short run has five.
  const elapsed = (performance.now() - start) / 1000;
  if (error) throw new Error(`GNU time is needed (Debian: the package time): ${error.message}`);
  if (!statuses.includes(status)) throw new Error(`${program} ended with ${status}: ${stderr.slice(0, 500)}`);
  const [user, system, kilobytes] = readFileSync(report, 'utf8').trim().split('\n').at(-1).split(' ').map(Number);
  return { cpu: user + system, elapsed, megabytes: kilobytes / 1024, stdout };
}

/** The least of each cost: what others do on the machine can only add to it. */
export function best(times, run) {
  const runs = Array.from({ length: times }, run);
  const least = cost => Math.min(...runs.map(one => one[cost]));
  return { ...runs[0], cpu: least('cpu'), elapsed: least('elapsed'), megabytes: least('megabytes') };
}

export function percentile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

export const round = (value, digits = 1) => Number(value.toFixed(digits));
