import type { Analyzer } from '../core/facade';
import { languageOf, mentionsMm } from '../workspace/languages';
import { SourceReader } from '../workspace/reading';
import { relativePath } from '../workspace/root';
import { serveTasks, WorkerPool } from '../workspace/workers';
import { Judge, type JudgeSettings, type JudgeTask } from './judge';
import { emptyReport, type FileReport, INTERNAL_ERROR } from './report';

/** What threads are asked to do: to find the files that concern an mm, then to judge them. */
type Task =
  | { readonly kind: 'filter'; readonly paths: readonly string[] }
  | { readonly kind: 'judge'; readonly task: JudgeTask };

type Result =
  | { readonly kind: 'filter'; readonly found: Filtered }
  | { readonly kind: 'judge'; readonly report: FileReport };

export interface Filtered {
  /** Files that mention an mm. */
  readonly related: readonly string[];
  readonly skipped: readonly { readonly path: string; readonly reason: string }[];
}

export interface Workshop {
  filter(paths: readonly string[]): Promise<Filtered>;
  judge(tasks: readonly JudgeTask[]): Promise<readonly FileReport[]>;
  close(): Promise<void>;
}

/** Marks the data of a thread as this program's, for the bundle may be loaded by another program's thread. */
const ROLE = 'mm-analyzer lint';

interface WorkerData {
  readonly role: typeof ROLE;
  readonly settings: JudgeSettings;
}

/** Files to filter in one task: reading is quick, passing messages is not. */
const FILTER_BATCH = 512;

export interface WorkshopOptions {
  readonly settings: JudgeSettings;
  readonly openAnalyzer: (extraRows: readonly unknown[]) => Promise<Analyzer>;
  readonly onProgress: (what: string, done: number, total: number) => void;
}

/** Does all work in this thread; the parser is loaded when the first file is to be judged. */
export function openWorkshop(options: WorkshopOptions): Workshop {
  const reader = new SourceReader();
  let judge: Judge | null = null;
  return {
    async filter(paths) {
      const parts: Filtered[] = [];
      for (let at = 0; at < paths.length; at += FILTER_BATCH) {
        parts.push(filterFiles(reader, paths.slice(at, at + FILTER_BATCH)));
        options.onProgress('read', Math.min(at + FILTER_BATCH, paths.length), paths.length);
      }
      return joinFiltered(parts);
    },
    async judge(tasks) {
      if (tasks.length > 0)
        judge ??= new Judge(await options.openAnalyzer(options.settings.extraRows), options.settings);
      return tasks.map((task, index) => {
        const report = judge!.judge(task);
        options.onProgress('judged', index + 1, tasks.length);
        return report;
      });
    },
    close: async () => {},
  };
}

/** The same with threads that run the bundle again. */
export function openThreadedWorkshop(options: WorkshopOptions, script: string, size: number): Workshop {
  const { settings, onProgress } = options;
  const data: WorkerData = { role: ROLE, settings };
  const pool = new WorkerPool<Task, Result>({
    script,
    data,
    size,
    failed: (task, reason) => failedTask(task, reason, settings.cwd),
  });
  return {
    async filter(paths) {
      const batches: Task[] = [];
      for (let at = 0; at < paths.length; at += FILTER_BATCH) {
        batches.push({ kind: 'filter', paths: paths.slice(at, at + FILTER_BATCH) });
      }
      const progress = (done: number) => onProgress('read', Math.min(done * FILTER_BATCH, paths.length), paths.length);
      const results = await pool.run(batches, progress);
      return joinFiltered(results.flatMap(result => (result.kind === 'filter' ? [result.found] : [])));
    },
    async judge(tasks) {
      const results = await pool.run(
        tasks.map(task => ({ kind: 'judge', task })),
        done => onProgress('judged', done, tasks.length),
      );
      return results.flatMap(result => (result.kind === 'judge' ? [result.report] : []));
    },
    close: () => pool.close(),
  };
}

/** The whole life of a worker thread. */
export async function runWorker(data: WorkerData, openAnalyzer: WorkshopOptions['openAnalyzer']): Promise<void> {
  const reader = new SourceReader();
  const judge = new Judge(await openAnalyzer(data.settings.extraRows), data.settings);
  serveTasks<Task, Result>(task =>
    task.kind === 'filter'
      ? { kind: 'filter', found: filterFiles(reader, task.paths) }
      : { kind: 'judge', report: judge.judge(task.task) },
  );
}

export function isWorkerData(data: unknown): data is WorkerData {
  return typeof data === 'object' && data !== null && (data as Partial<WorkerData>).role === ROLE;
}

function filterFiles(reader: SourceReader, paths: readonly string[]): Filtered {
  const related: string[] = [];
  const skipped: { path: string; reason: string }[] = [];
  for (const path of paths) {
    const language = languageOf(path);
    if (language === null) continue;
    const reading = reader.read(path, text => mentionsMm(language, text));
    if (reading.kind === 'source') related.push(path);
    if (reading.kind === 'skipped') skipped.push({ path, reason: reading.reason });
  }
  return { related, skipped };
}

function joinFiltered(parts: readonly Filtered[]): Filtered {
  return { related: parts.flatMap(part => part.related), skipped: parts.flatMap(part => part.skipped) };
}

function failedTask(task: Task, reason: string, cwd: string): Result {
  const said = `${INTERNAL_ERROR}${reason}`;
  return task.kind === 'filter'
    ? { kind: 'filter', found: { related: [], skipped: task.paths.map(path => ({ path, reason: said })) } }
    : { kind: 'judge', report: emptyReport(relativePath(cwd, task.task.path), said) };
}
