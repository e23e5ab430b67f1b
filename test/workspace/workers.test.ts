import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { chooseTask, WorkerPool } from '../../server/src/workspace/workers';
import { inScratchLater } from '../cli/bundle';

/** A worker that doubles numbers, and dies of 13. */
const SCRIPT = `
const { parentPort, workerData } = require('node:worker_threads');
parentPort.on('message', ({ index, task }) => {
  if (task === 13) process.exit(3);
  if (task === 14) throw new Error('fourteen');
  parentPort.postMessage({ index, result: task * workerData.factor });
});
`;

function withPool(body: (pool: WorkerPool<number, number | string>) => Promise<void>): Promise<void> {
  return inScratchLater(async folder => {
    const script = path.join(folder, 'worker.js');
    writeFileSync(script, SCRIPT);
    const pool = new WorkerPool<number, number | string>({
      script,
      data: { factor: 2 },
      size: 3,
      topicOf: () => null,
      failed: (task, reason) => `${task}: ${reason}`,
    });
    try {
      await body(pool);
    } finally {
      await pool.close();
    }
  });
}

describe('the pool of workers', () => {
  it('answers in the order of the tasks, again and again', () =>
    withPool(async pool => {
      const tasks = Array.from({ length: 50 }, (_, index) => index + 100);
      const progress: number[] = [];
      assert.deepEqual(
        await pool.run(tasks, done => progress.push(done)),
        tasks.map(task => task * 2),
      );
      assert.deepEqual(progress.at(-1), 50);
      assert.deepEqual(await pool.run([1, 2, 3], () => {}), [2, 4, 6]);
      assert.deepEqual(await pool.run([], () => {}), []);
    }));

  it('gives a worker what it knows first, then what nobody knows, then what others know', () => {
    const homes = new Map([
      ['a', 'other'],
      ['c', 'me'],
    ]);
    const order: number[] = [];
    const open = new Set([0, 1, 2]);
    while (open.size > 0) {
      const index = chooseTask('me', ['a', 'b', 'c'], open, homes);
      open.delete(index);
      order.push(index);
    }
    assert.deepEqual(order, [2, 1, 0]);
  });

  it('loses no more than the task that kills a worker', () =>
    withPool(async pool => {
      const results = await pool.run([1, 13, 2, 14, 3, 4, 5, 6], () => {});
      assert.deepEqual(results, [2, '13: the worker thread ended with 3', 4, '14: fourteen', 6, 8, 10, 12]);
    }));
});
