import { parentPort, Worker } from 'node:worker_threads';

interface Answer<Result> {
  readonly index: number;
  readonly result: Result;
}

export interface WorkerPoolOptions<Task, Result> {
  readonly script: string;
  /** Given to each worker as its `workerData`. */
  readonly data: unknown;
  readonly size: number;
  /** Tasks of one topic go to one worker, if they can; null for a task that any may do. */
  readonly topicOf: (task: Task) => string | null;
  /** The result of a task whose worker died (out of memory, stack overflow in WebAssembly). */
  readonly failed: (task: Task, reason: string) => Result;
}

/**
 * Worker threads that each take one task at a time. Results come back in the order of the tasks, whoever was first. A
 * worker takes first what it has done before (by the task's topic), for it remembers; when nothing of that is left, it
 * helps the others.
 */
export class WorkerPool<Task, Result> {
  readonly #idle: Worker[] = [];
  /** Who did the last task of each topic. */
  readonly #homes = new Map<string, Worker>();
  /** What all tasks have in common, and which workers have it. */
  #shared: { readonly value: unknown; readonly given: WeakSet<Worker> } | null = null;

  constructor(readonly options: WorkerPoolOptions<Task, Result>) {}

  async run(tasks: readonly Task[], onResult: (done: number) => void): Promise<Result[]> {
    const results = new Array<Result>(tasks.length);
    const topics = tasks.map(this.options.topicOf);
    const open = new Set(tasks.keys());
    let done = 0;
    const work = async (): Promise<void> => {
      while (open.size > 0) {
        const worker = this.#idle.pop() ?? this.#start();
        const index = chooseTask(worker, topics, open, this.#homes);
        open.delete(index);
        results[index] = await this.#perform(worker, tasks[index]!, index);
        onResult(++done);
      }
    };
    await Promise.all(Array.from({ length: Math.min(this.options.size, tasks.length) }, work));
    return results;
  }

  /** Gives each worker something before its next task; a worker that is started later gets it too. */
  share(value: unknown): void {
    this.#shared = { value, given: new WeakSet() };
  }

  async close(): Promise<void> {
    await Promise.all(this.#idle.splice(0).map(worker => worker.terminate()));
  }

  #start(): Worker {
    const { script, data } = this.options;
    return new Worker(script, { workerData: data });
  }

  /** A worker that dies takes only its own task with it: the next task gets a new one. */
  #perform(worker: Worker, task: Task, index: number): Promise<Result> {
    const { failed, topicOf } = this.options;
    const topic = topicOf(task);
    if (topic !== null) this.#homes.set(topic, worker);
    if (this.#shared && !this.#shared.given.has(worker)) {
      this.#shared.given.add(worker);
      worker.postMessage({ shared: this.#shared.value });
    }
    return new Promise(resolve => {
      const settle = (result: Result, alive: boolean): void => {
        worker.off('message', onMessage).off('error', onError).off('exit', onExit);
        if (alive) this.#idle.push(worker);
        else worker.on('error', () => {});
        resolve(result);
      };
      const onMessage = (answer: Answer<Result>): void => settle(answer.result, true);
      const onError = (error: Error): void => settle(failed(task, error.message), false);
      const onExit = (code: number): void => settle(failed(task, `the worker thread ended with ${code}`), false);
      worker.on('message', onMessage).on('error', onError).on('exit', onExit);
      worker.postMessage({ index, task });
    });
  }
}

/** What a worker does next: the first task that it knows, else the first that nobody knows, else the first. */
export function chooseTask<Who>(
  worker: Who,
  topics: readonly (string | null)[],
  open: ReadonlySet<number>,
  homes: ReadonlyMap<string, Who>,
): number {
  let unknown = -1;
  for (const index of open) {
    const topic = topics[index]!;
    const home = topic === null ? undefined : homes.get(topic);
    if (home === worker) return index;
    if (home === undefined && unknown < 0) unknown = index;
  }
  return unknown >= 0 ? unknown : open.values().next().value!;
}

/** The other end: answers each task until the pool is closed. */
export function serveTasks<Task, Result>(perform: (task: Task) => Result, onShared: (value: unknown) => void): void {
  parentPort?.on('message', (message: { index: number; task: Task } | { shared: unknown }) => {
    if ('shared' in message) onShared(message.shared);
    else parentPort?.postMessage({ index: message.index, result: perform(message.task) } satisfies Answer<Result>);
  });
}
