import { ProgramIndex } from '../core/index';
import type { IndexedTree } from '../workspace/index-file';
import { contributionsOf, overlayTree } from '../workspace/index-store';
import type { Source } from '../workspace/reading';
import { relativePath } from '../workspace/root';
import { changesBetween, dependantsOf } from '../workspace/rounds';
import type { Change } from './changes';
import type { JudgeTask } from './judge';
import type { FileReport } from './report';
import { keepCaused, keepTouched } from './scope';
import type { Workshop } from './work';

/** Judges files with this tree around them; null: each alone. Reports come in the order of the tasks. */
export async function judgeIn(
  tree: IndexedTree | null,
  tasks: readonly JudgeTask[],
  workshop: Workshop,
): Promise<readonly FileReport[]> {
  workshop.useProgram(tree && [...contributionsOf(tree).values()]);
  return workshop.judge(tasks);
}

/**
 * Judges what changed, and the files that may notice it, before and after. Reports hold what the change touches or
 * causes.
 */
export async function judgeChanges(
  changes: readonly Change[],
  tree: IndexedTree | null,
  root: string,
  workshop: Workshop,
): Promise<readonly FileReport[]> {
  const trees = tree && {
    before: await overlayTree(tree, textsOf(changes, root, 'before'), workshop),
    after: await overlayTree(tree, textsOf(changes, root, 'after'), workshop),
  };
  const others = trees ? noticing(trees.before, trees.after, changes, root) : [];
  const olds = changes.flatMap(({ before }) => (before ? [before] : []));
  const beforeReports = await judgeIn(trees?.before ?? null, [...olds, ...others], workshop);
  const news = changes.map(({ path, after }) => ({ path, source: after }));
  const afterReports = await judgeIn(trees?.after ?? null, [...news, ...others], workshop);
  const beforeOf = new Map(olds.map((old, index) => [old, beforeReports[index]!]));
  return [
    ...changes.map((change, index) =>
      keepTouched(afterReports[index]!, change.before && beforeOf.get(change.before)!, change),
    ),
    ...others.map((_, index) => keepCaused(afterReports[news.length + index]!, beforeReports[olds.length + index]!)),
  ];
}

/** The texts of all files that have another text, or no text, before or after the change. */
function textsOf(
  changes: readonly Change[],
  root: string,
  when: 'before' | 'after',
): ReadonlyMap<string, Source | null> {
  const texts = new Map<string, Source | null>();
  for (const { path, before } of changes) {
    texts.set(relativePath(root, path), null);
    if (before) texts.set(relativePath(root, before.path), null);
  }
  for (const { path, after, before } of changes) {
    if (when === 'after') texts.set(relativePath(root, path), after);
    else if (before) texts.set(relativePath(root, before.path), before.source);
  }
  return texts;
}

/** Files that did not change and see another program after the change than before. */
function noticing(
  before: IndexedTree,
  after: IndexedTree,
  changes: readonly Change[],
  root: string,
): readonly JudgeTask[] {
  const [old, now] = [contributionsOf(before), contributionsOf(after)];
  const differences = changesBetween(old, now);
  const found = new Set(
    [old, now].flatMap(contributions => [...dependantsOf(new ProgramIndex(contributions.values()), differences)]),
  );
  const own = new Set(changes.map(({ path }) => relativePath(root, path)));
  return [...found]
    .filter(path => !own.has(path) && after.files.has(path))
    .sort()
    .map(path => ({ path: `${root}/${path}`, source: null }));
}
