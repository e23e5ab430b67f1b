import { isMainThread, workerData } from 'node:worker_threads';
import { version } from '../../package.json';

/**
 * Runs the command line, or what a thread was started for. `onAnalysis` is called when this thread is about to analyse.
 */
export function start(onAnalysis: () => void): void {
  if (!isMainThread) work();
  else
    main(process.argv.slice(2), onAnalysis).then(status => {
      process.exitCode = status;
    });
}

/** It loads no more than what the command needs: an editor or a script waits for it. */
async function main(argv: readonly string[], onAnalysis: () => void): Promise<number> {
  if (argv[0] === '--version' || argv[0] === '-V') {
    process.stdout.write(`mm-analyzer ${version}\n`);
    return 0;
  }
  if (argv[0] === 'lsp') onAnalysis();
  const [{ run }, { processHost }] = await Promise.all([import('./cli/run'), import('./cli/host')]);
  return run(argv, processHost(__filename, onAnalysis));
}

/** A thread runs the bundle too; its data say what for. */
async function work(): Promise<void> {
  const [{ isWorkerData, runWorker }, { isIndexThreadData, runIndexThread }, { openAnalyzer }] = await Promise.all([
    import('./cli/work'),
    import('./lsp/index-thread'),
    import('./cli/session'),
  ]);
  if (isWorkerData(workerData)) await runWorker(workerData, openAnalyzer);
  else if (isIndexThreadData(workerData)) await runIndexThread(workerData, openAnalyzer);
}
