import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { WorkerPool } from '../../server/src/workspace/workers';
import { inScratchLater } from '../cli/bundle';

/** A worker that doubles numbers, says how often it met a number below zero, and dies of 13. */
const SCRIPT = `
const { parentPort, workerData } = require('node:worker_threads');
const met = new Map();
parentPort.on('message', ({ index, task }) => {
  if (task === 13) process.exit(3);
  if (task < 0) {
    // As long as a file takes, so that no worker runs ahead of the others.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    met.set(task, (met.get(task) ?? 0) + 1);
    return parentPort.postMessage({ index, result: met.get(task) });
  }
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
      topicOf: task => (task < 0 ? String(task) : null),
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

  it('gives a task to the worker that had the last one of its topic', () =>
    withPool(async pool => {
      const topics = Array.from({ length: 30 }, (_, index) => -1 - index);
      // Each worker starts with a task of its own; from then on all of them are there.
      await pool.run([1, 2, 3], () => {});
      const once = await pool.run(topics, () => {});
      assert.ok(once.every(times => times === 1));
      // With as many tasks as before for each, no worker has to help another.
      const again = (await pool.run([...topics].reverse(), () => {})).filter(times => times === 2);
      assert.ok(again.length >= 20, `${again.length} of 30 topics were known to their worker`);
    }));

  it('loses no more than the task that kills a worker', () =>
    withPool(async pool => {
      const results = await pool.run([1, 13, 2, 14, 3, 4, 5, 6], () => {});
      assert.deepEqual(results, [2, '13: the worker thread ended with 3', 4, '14: fourteen', 6, 8, 10, 12]);
    }));
});
