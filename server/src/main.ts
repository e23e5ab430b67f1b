import { isMainThread, workerData } from 'node:worker_threads';
import { version } from '../../package.json';

/** The entry of the bundle. It loads no more than what the command needs: an editor or a script waits for it. */
async function main(argv: readonly string[]): Promise<number> {
  if (argv[0] === '--version' || argv[0] === '-V') {
    process.stdout.write(`mm-analyzer ${version}\n`);
    return 0;
  }
  const [{ run }, { processHost }] = await Promise.all([import('./cli/run'), import('./cli/host')]);
  return run(argv, processHost(__filename));
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

if (isMainThread) {
  main(process.argv.slice(2)).then(status => {
    process.exitCode = status;
  });
} else {
  work();
}
