import { readdirSync } from 'node:fs';
import path from 'node:path';
import { parentPort } from 'node:worker_threads';
import type { Analyzer, OpenAnalyzer } from '../core/facade';
import { ProgramIndex } from '../core/index';
import type { IndexedTree } from '../workspace/index-file';
import type { Filtered, Labour } from '../workspace/index-store';
import { IndexWork } from '../workspace/index-work';
import { languageOf } from '../workspace/languages';
import { createExcluder, listSources } from '../workspace/listing';
import { type Indexable, type UpdatedTree, updateTree } from '../workspace/tree-index';

/** What the thread that builds an editor's index is told: it does one run and ends. */
export interface IndexThreadData {
  readonly role: typeof INDEX_ROLE;
  readonly tree: Indexable;
  /** What is known from the run before; null in the first one, which looks at the whole tree. */
  readonly before: IndexedTree | null;
  /** Files (absolute) that were made, changed or removed since. */
  readonly touched: readonly string[];
}

export const INDEX_ROLE = 'mm-analyzer index';

export type IndexThreadMessage =
  | { readonly kind: 'progress'; readonly what: string; readonly done: number; readonly total: number }
  | { readonly kind: 'done'; readonly updated: UpdatedTree };

/** The whole life of the thread. */
export async function runIndexThread(
  { tree, before, touched }: IndexThreadData,
  openAnalyzer: OpenAnalyzer,
): Promise<void> {
  const { root, configuration } = tree;
  const say = (message: IndexThreadMessage) => parentPort?.postMessage(message);
  const work = new IndexWork(root);
  let analyzer: Analyzer | null = null;
  const labour: Labour = {
    filter: async paths => joinFiltered(inBatches(paths, 'reading', batch => work.filter(batch))),
    async contribute(tasks, program) {
      analyzer ??= await openAnalyzer(configuration.api, { keepCaches: true, findingsOnly: true });
      const opened = analyzer;
      opened.useProgram(program && new ProgramIndex(program));
      return inBatches(tasks, 'indexing', batch => batch.map(task => work.contribute(opened, task))).flat();
    },
  };
  const isExcluded = createExcluder(root, configuration.exclude);
  const besides = () =>
    [...new Set(touched.map(file => path.dirname(file)))].flatMap(sourcesIn).filter(file => !isExcluded(file, false));
  const choose = () => (before ? besides() : listSources(root, root, configuration.exclude).files);
  say({ kind: 'done', updated: await updateTree(tree, before, choose, labour) });

  function inBatches<Item, Part>(
    items: readonly Item[],
    what: string,
    perform: (batch: readonly Item[]) => Part,
  ): Part[] {
    const parts: Part[] = [];
    for (let at = 0; at < items.length; at += BATCH) {
      parts.push(perform(items.slice(at, at + BATCH)));
      say({ kind: 'progress', what, done: Math.min(at + BATCH, items.length), total: items.length });
    }
    return parts;
  }
}

/** Files between two words of progress. */
const BATCH = 32;

export function isIndexThreadData(data: unknown): data is IndexThreadData {
  return typeof data === 'object' && data !== null && (data as Partial<IndexThreadData>).role === INDEX_ROLE;
}

/** The sources right in a folder; none when it is gone. */
function sourcesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter(name => languageOf(name) !== null)
      .map(name => path.join(folder, name));
  } catch {
    return [];
  }
}

function joinFiltered(parts: readonly Filtered[]): Filtered {
  return {
    related: parts.flatMap(part => part.related),
    skipped: parts.flatMap(part => part.skipped),
    stamps: parts.flatMap(part => part.stamps),
  };
}
