import type { FileContribution, OpenAnalyzer } from '../core/facade';
import { ProgramIndex } from '../core/index';
import type { ContributeTask, Filtered, Labour } from '../workspace/index-store';
import { IndexWork } from '../workspace/index-work';
import { relativePath } from '../workspace/root';
import { serveTasks, WorkerPool } from '../workspace/workers';
import type { Host } from './host';
import { Judge, type JudgeSettings, type JudgeTask } from './judge';
import { emptyReport, type FileReport, INTERNAL_ERROR } from './report';
import { progressOn } from './terminal';

type Program = readonly FileContribution[] | null;

/** What is asked of a thread: to find the files that concern an mm, to read one for the index, or to judge one. */
type Task =
  | { readonly kind: 'filter'; readonly paths: readonly string[] }
  | { readonly kind: 'contribute'; readonly task: ContributeTask }
  | { readonly kind: 'judge'; readonly task: JudgeTask };

type Result =
  | { readonly kind: 'filter'; readonly found: Filtered }
  | { readonly kind: 'contribute'; readonly told: FileContribution | null }
  | { readonly kind: 'judge'; readonly report: FileReport };

/** Marks the data of a thread as this program's, for the bundle may be loaded by another program's thread. */
const ROLE = 'mm-analyzer lint';

interface WorkerData {
  readonly role: typeof ROLE;
  readonly settings: JudgeSettings;
}

export interface WorkshopOptions {
  readonly settings: JudgeSettings;
  readonly openAnalyzer: OpenAnalyzer;
  readonly onProgress: (what: string, done: number, total: number) => void;
  /** What threads are started from; null when all work is to be done in this thread. */
  readonly script: string | null;
  readonly jobs: number;
}

/** Files to filter in one task: reading is quick, passing messages is not. */
const FILTER_BATCH = 512;
/** Work that is worth a thread of its own, in files to be analysed: starting one takes as long as some dozens. */
const FILES_PER_THREAD = 64;
/** Files that are filtered in the time that one is analysed in. */
const FILTERED_PER_ANALYSED = 16;

/** Does the work of a run: in this thread as long as there is little, then in several. */
export class Workshop implements Labour {
  readonly #options: WorkshopOptions;
  readonly #bench: Bench;
  #pool: WorkerPool<Task, Result> | null = null;
  #program: Program = null;

  constructor(options: WorkshopOptions) {
    this.#options = options;
    this.#bench = new Bench(options.settings);
  }

  async filter(paths: readonly string[]): Promise<Filtered> {
    const batches: Task[] = [];
    for (let at = 0; at < paths.length; at += FILTER_BATCH) {
      batches.push({ kind: 'filter', paths: paths.slice(at, at + FILTER_BATCH) });
    }
    const progress = (done: number) => this.#tell('read', Math.min(done * FILTER_BATCH, paths.length), paths.length);
    const results = await this.#run(batches, paths.length / FILTERED_PER_ANALYSED, progress);
    const parts = results.flatMap(result => (result.kind === 'filter' ? [result.found] : []));
    return {
      related: parts.flatMap(part => part.related),
      skipped: parts.flatMap(part => part.skipped),
      stamps: parts.flatMap(part => part.stamps),
    };
  }

  async contribute(tasks: readonly ContributeTask[], program: Program): Promise<readonly (FileContribution | null)[]> {
    this.useProgram(program);
    const results = await this.#run(
      tasks.map(task => ({ kind: 'contribute', task })),
      tasks.length,
      done => this.#tell('indexed', done, tasks.length),
    );
    return results.flatMap(result => (result.kind === 'contribute' ? [result.told] : []));
  }

  async judge(tasks: readonly JudgeTask[]): Promise<readonly FileReport[]> {
    const results = await this.#run(
      tasks.map(task => ({ kind: 'judge', task })),
      tasks.length,
      done => this.#tell('judged', done, tasks.length),
    );
    return results.flatMap(result => (result.kind === 'judge' ? [result.report] : []));
  }

  /** What lies around the files that are judged from now on. */
  useProgram(program: Program): void {
    if (program === this.#program) return;
    this.#program = program;
    this.#bench.useProgram(program);
    this.#pool?.share(program);
  }

  async close(): Promise<void> {
    await this.#pool?.close();
  }

  /** `weight` is counted in files to be analysed. */
  async #run(tasks: readonly Task[], weight: number, onDone: (done: number) => void): Promise<readonly Result[]> {
    const { script, jobs, openAnalyzer } = this.#options;
    const threads = Math.min(jobs, Math.ceil(weight / FILES_PER_THREAD));
    if (script !== null && (threads > 1 || this.#pool)) {
      this.#pool ??= this.#openPool(script, jobs);
      return this.#pool.run(tasks, onDone);
    }
    if (tasks.some(({ kind }) => kind !== 'filter')) await this.#bench.open(openAnalyzer);
    return tasks.map((task, index) => {
      const result = this.#bench.perform(task);
      onDone(index + 1);
      return result;
    });
  }

  #openPool(script: string, size: number): WorkerPool<Task, Result> {
    const { settings } = this.#options;
    const data: WorkerData = { role: ROLE, settings };
    const failed = (task: Task, reason: string) => failedTask(task, reason, settings.cwd);
    const pool = new WorkerPool<Task, Result>({
      script,
      data,
      size,
      topicOf: task => topicOf(task, settings.root),
      failed,
    });
    pool.share(this.#program);
    return pool;
  }

  #tell(what: string, done: number, total: number): void {
    this.#options.onProgress(what, done, total);
  }
}

/** Runs the body with a workshop that shows its progress, and closes it. */
export async function withWorkshop<Outcome>(
  settings: JudgeSettings,
  jobs: number,
  host: Host,
  body: (workshop: Workshop) => Promise<Outcome>,
): Promise<Outcome> {
  const progress = progressOn(host.stderr);
  const workshop = new Workshop({
    settings,
    jobs,
    openAnalyzer: host.openAnalyzer,
    onProgress: (what, done, total) => progress.show(what, done, total),
    script: host.workerScript,
  });
  try {
    return await body(workshop);
  } finally {
    progress.clear();
    await workshop.close();
  }
}

/** The whole life of a worker thread. */
export async function runWorker({ settings }: WorkerData, openAnalyzer: OpenAnalyzer): Promise<void> {
  const bench = new Bench(settings);
  await bench.open(openAnalyzer);
  serveTasks<Task, Result>(
    task => bench.perform(task),
    program => bench.useProgram(program as Program),
  );
}

export function isWorkerData(data: unknown): data is WorkerData {
  return typeof data === 'object' && data !== null && (data as Partial<WorkerData>).role === ROLE;
}

/** Performs the tasks of one thread. The parser is loaded when the first file is to be analysed. */
class Bench {
  readonly #work: IndexWork;
  #judge: Judge | null = null;
  #program: Program = null;

  constructor(readonly settings: JudgeSettings) {
    this.#work = new IndexWork(settings.root);
  }

  async open(openAnalyzer: OpenAnalyzer): Promise<void> {
    if (this.#judge) return;
    const { extraRows, emit } = this.settings;
    // What was read for the index is judged later, and what is judged is not asked for again.
    const options = { keepCaches: true, findingsOnly: emit === null };
    this.#judge = new Judge(await openAnalyzer(extraRows, options), this.settings);
    this.useProgram(this.#program);
  }

  useProgram(program: Program): void {
    this.#program = program;
    this.#judge?.analyzer.useProgram(program && new ProgramIndex(program));
  }

  /** A bench performs no more than `filter` before it is open. */
  perform(task: Task): Result {
    switch (task.kind) {
      case 'filter':
        return { kind: 'filter', found: this.#work.filter(task.paths) };
      case 'contribute':
        return { kind: 'contribute', told: this.#work.contribute(this.#judge!.analyzer, task.task) };
      case 'judge':
        return { kind: 'judge', report: this.#judge!.judge(task.task) };
    }
  }
}

/** Who read a file for the index remembers its functions when it is asked about the file again. */
function topicOf(task: Task, root: string): string | null {
  if (task.kind === 'filter') return null;
  return task.kind === 'contribute' ? task.task.path : relativePath(root, task.task.path);
}

function failedTask(task: Task, reason: string, cwd: string): Result {
  const said = `${INTERNAL_ERROR}${reason}`;
  switch (task.kind) {
    case 'filter':
      return {
        kind: 'filter',
        found: {
          related: [],
          skipped: task.paths.map(path => ({ path, reason: said })),
          stamps: task.paths.map(() => ''),
        },
      };
    case 'contribute':
      return { kind: 'contribute', told: null };
    case 'judge':
      return { kind: 'judge', report: emptyReport(relativePath(cwd, task.task.path), said) };
  }
}
