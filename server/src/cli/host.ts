import { readSync } from 'node:fs';
import type { OpenAnalyzer } from '../core/facade';

/** What a command needs of the world, so that tests can run it in their own process. */
export interface Host {
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly stdout: Output;
  readonly stderr: Output;
  /** Up to `limit` bytes and a little more, which shows that there is more. */
  readStdin(limit: number): Buffer;
  readonly openAnalyzer: OpenAnalyzer;
  /** The file to start worker threads from; null when all work is to be done in this thread. */
  readonly workerScript: string | null;
}

export interface Output {
  readonly isTerminal: boolean;
  write(chunk: string | Uint8Array): void;
}

/** The process as it was started. `workerScript` is the bundle itself; `onAnalysis` is called before anything is analysed. */
export function processHost(workerScript: string, onAnalysis: () => void): Host {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', leaveQuietly);
  return {
    cwd: process.cwd(),
    environment: process.env,
    stdout: { isTerminal: process.stdout.isTTY === true, write: chunk => void process.stdout.write(chunk) },
    stderr: { isTerminal: process.stderr.isTTY === true, write: chunk => void process.stderr.write(chunk) },
    readStdin,
    async openAnalyzer(...args) {
      onAnalysis();
      return (await import('./session')).openAnalyzer(...args);
    },
    workerScript,
  };
}

/** The reader of a pipe (`| head`) has seen enough: that is no error, and the exit status stays what it was. */
function leaveQuietly(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
}

function readStdin(limit: number): Buffer {
  const chunks: Buffer[] = [];
  for (let total = 0; total <= limit; ) {
    const chunk = Buffer.allocUnsafe(65536);
    const length = readChunk(chunk);
    if (length === 0) break;
    chunks.push(chunk.subarray(0, length));
    total += length;
  }
  return Buffer.concat(chunks);
}

function readChunk(into: Buffer): number {
  for (;;) {
    try {
      return readSync(0, into, 0, into.length, null);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EOF') return 0;
      // A terminal or a pipe that another process made non-blocking: wait a moment for more.
      if (code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    }
  }
}
