import type { Host } from '../../server/src/cli/host';
import { run } from '../../server/src/cli/run';
import type { Analyzer } from '../../server/src/core/facade';

export interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line in this process, which is quick, with whatever analyzer the test is about. */
export async function runHere(
  argv: readonly string[],
  cwd: string,
  openAnalyzer: () => Promise<Analyzer>,
): Promise<Outcome> {
  const stdout: unknown[] = [];
  const stderr: unknown[] = [];
  const host: Host = {
    cwd,
    environment: {},
    stdout: { isTerminal: false, write: chunk => void stdout.push(chunk) },
    stderr: { isTerminal: false, write: chunk => void stderr.push(chunk) },
    readStdin: () => Buffer.alloc(0),
    openAnalyzer,
    workerScript: null,
  };
  const status = await run(argv, host);
  return { status, stdout: stdout.join(''), stderr: stderr.join('') };
}
