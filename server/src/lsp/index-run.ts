import { Worker } from 'node:worker_threads';
import type { WorkDoneProgressServerReporter } from 'vscode-languageserver/node';
import type { UpdatedTree } from '../workspace/tree-index';
import type { IndexThreadData, IndexThreadMessage } from './index-thread';

/**
 * One run of the thread that builds the index. The client may show its progress, and cancel it. Rejects with a sentence
 * for the user.
 */
export function runIndex(
  script: string,
  data: IndexThreadData,
  reporter: WorkDoneProgressServerReporter,
): Promise<UpdatedTree> {
  const worker = new Worker(script, { workerData: data });
  // A client that leaves does not wait for the index.
  worker.unref();
  reporter.begin('mm-analyzer: indexing', 0, undefined, true);
  return new Promise<UpdatedTree>((resolve, reject) => {
    reporter.token.onCancellationRequested(() => {
      reject(new Error('indexing was cancelled: what other files tell is not known'));
    });
    worker.on('message', (message: IndexThreadMessage) => {
      if (message.kind === 'done') resolve(message.updated);
      else {
        const { what, done, total } = message;
        reporter.report(Math.floor((100 * done) / total), `${what} ${done} of ${total} files`);
      }
    });
    worker.on('error', error => reject(new Error(`indexing failed: ${error.message}`)));
    worker.on('exit', code => reject(new Error(`indexing failed: the thread ended with ${code}`)));
  }).finally(() => {
    reporter.done();
    void worker.terminate();
  });
}
