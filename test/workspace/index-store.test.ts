import assert from 'node:assert/strict';
import { chmodSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createAnalyzer, ProgramIndex } from '../../server/src/core';
import type { Analyzer } from '../../server/src/core/facade';
import { createParser } from '../../server/src/parser/wasm';
import { cacheFolder, type IndexedTree, IndexFile } from '../../server/src/workspace/index-file';
import {
  contributionsOf,
  isSameTree,
  type Labour,
  overlayTree,
  refreshTree,
} from '../../server/src/workspace/index-store';
import { IndexWork } from '../../server/src/workspace/index-work';
import { listSources } from '../../server/src/workspace/listing';
import { relativePath } from '../../server/src/workspace/root';
import { inScratchLater } from '../cli/bundle';
import { GETTER, PASSER, PEEKER, READER, SESSION_TREE, writeTree } from '../support/session-tree';

/** Work in this thread that notes which files were read for what. */
class Worker implements Labour {
  readonly #work: IndexWork;
  filtered: string[] = [];
  contributed: string[] = [];

  constructor(
    readonly root: string,
    readonly analyzer: Analyzer,
  ) {
    this.#work = new IndexWork(root);
  }

  async filter(paths: readonly string[]) {
    this.filtered.push(...paths);
    return this.#work.filter(paths);
  }

  async contribute(tasks: Parameters<Labour['contribute']>[0], program: Parameters<Labour['contribute']>[1]) {
    this.contributed.push(...tasks.map(task => task.path));
    this.analyzer.useProgram(program && new ProgramIndex(program));
    return tasks.map(task => this.#work.contribute(this.analyzer, task));
  }
}

describe('the index of a tree', () => {
  let analyzer: Analyzer;

  before(async () => {
    analyzer = createAnalyzer({ parser: await createParser(undefined, ['c']) });
  });

  /** Makes a tree and indexes it. Its files are old enough for their times to tell. */
  function indexed(body: (folder: string, tree: IndexedTree, worker: Worker) => Promise<void>): Promise<void> {
    return inScratchLater(async folder => {
      writeTree(folder);
      await settleClock();
      const worker = new Worker(folder, analyzer);
      const { tree } = await refreshTree(folder, sourcesOf(folder), null, worker, true);
      worker.filtered = [];
      worker.contributed = [];
      await body(folder, tree, worker);
    });
  }

  it('holds what each file that mentions an mm tells the others', () =>
    indexed(async (_, tree) => {
      assert.deepEqual([...tree.files.keys()], ['lib/getter.c', 'mm/keeper.c', 'mm/leaker.c']);
      const told = contributionsOf(tree);
      assert.deepEqual(
        told.get('lib/getter.c')!.summaries.map(({ name }) => name),
        ['session_mm'],
      );
      assert.deepEqual(
        told
          .get('mm/keeper.c')!
          .votes.filter(({ kind }) => kind === 'count')
          .map(({ field, act, kind }) => `${field} ${act} ${kind}`),
        ['session.mm stored count', 'session.mm released count'],
      );
    }));

  it('is not read again while nothing changes', () =>
    indexed(async (folder, tree, worker) => {
      const again = await refreshTree(folder, sourcesOf(folder), tree, worker, true);
      assert.deepEqual([worker.filtered, worker.contributed], [[], []]);
      assert.ok(isSameTree(tree, again.tree));
    }));

  it('reads a file that was only touched, and asks it nothing', () =>
    indexed(async (folder, tree, worker) => {
      utimesSync(path.join(folder, 'lib/getter.c'), 1000, 1000);
      const { tree: again } = await refreshTree(folder, [], tree, worker, true);
      assert.deepEqual(worker.contributed, []);
      assert.ok(!isSameTree(tree, again));
      assert.deepEqual(contributionsOf(again), contributionsOf(tree));
    }));

  it('has what calls establish only where it is wanted, and tells the same but for that', () =>
    indexed(async (folder, _, worker) => {
      edit(folder, 'mm/shower.c', () => PASSER);
      const { tree: full } = await refreshTree(folder, sourcesOf(folder), null, worker, true);
      const { tree: lean } = await refreshTree(folder, sourcesOf(folder), null, worker, false);
      const [all, few] = [contributionsOf(full), contributionsOf(lean)];
      assert.equal(all.get('mm/shower.c')!.calls, 'session_show 3 arg0:u!n');
      assert.equal(all.get('mm/shower.c')!.called, 'session_show');
      assert.deepEqual(
        [...few.values()],
        [...all.values()].map(told => ({ ...told, calls: '' })),
      );
      worker.contributed = [];
      const { tree: again } = await refreshTree(folder, sourcesOf(folder), lean, worker, true);
      assert.equal(new Set(worker.contributed).size, all.size);
      assert.deepEqual(contributionsOf(again), all);
    }));

  it('keeps what calls establish when somebody else does not want it', () =>
    indexed(async (folder, tree, worker) => {
      edit(folder, 'lib/plain.c', () => GETTER.replaceAll('session_mm', 'plain_mm'));
      const { tree: again } = await refreshTree(folder, sourcesOf(folder), tree, worker, false);
      const { tree: fresh } = await refreshTree(folder, sourcesOf(folder), null, worker, true);
      assert.deepEqual(contributionsOf(again), contributionsOf(fresh));
    }));

  it('notices another text of the same size at once', () =>
    indexed(async (folder, tree, worker) => {
      edit(folder, 'lib/getter.c', text => text.replace('mmget_not_zero', 'mmgot_not_zero'));
      const { tree: again } = await refreshTree(folder, [], tree, worker, true);
      assert.deepEqual(contributionsOf(again).get('lib/getter.c')!.summaries, []);
    }));

  it('comes to the same from any state as from nothing', () =>
    indexed(async (folder, first, worker) => {
      let tree = first;
      const steps: (() => void)[] = [
        () => edit(folder, 'lib/getter.c', () => PEEKER),
        () => edit(folder, 'lib/plain.c', () => GETTER.replaceAll('session_mm', 'plain_mm')),
        () => edit(folder, 'lib/getter.c', () => GETTER),
        () => edit(folder, 'mm/another.c', () => READER.replace('->total_vm', '->mm_users')),
        () => rmSync(path.join(folder, 'mm/keeper.c')),
        () => edit(folder, 'mm/leaker.c', text => text.replace('mmput(mm);', 'session_put(mm);')),
        () => edit(folder, 'lib/plain.c', () => 'void session_put(struct mm_struct *mm)\n{\n\tmmput(mm);\n}\n'),
        () => rmSync(path.join(folder, 'lib/getter.c')),
      ];
      for (const step of steps) {
        step();
        tree = (await refreshTree(folder, sourcesOf(folder), tree, worker, true)).tree;
        const { tree: fresh } = await refreshTree(folder, sourcesOf(folder), null, worker, true);
        assert.deepEqual(contributionsOf(tree), contributionsOf(fresh));
        assert.deepEqual([...tree.files.keys()], [...fresh.files.keys()]);
      }
    }));

  it('can be had as it would be with other texts', () =>
    indexed(async (_, tree, worker) => {
      const texts = new Map([
        ['lib/getter.c', { text: PEEKER, encoding: 'utf-8' as const }],
        ['mm/keeper.c', null],
      ] as const);
      const other = contributionsOf(await overlayTree(tree, texts, worker));
      assert.deepEqual(
        [...other.keys()],
        ['lib/getter.c', 'mm/leaker.c'].filter(file => other.has(file)),
      );
      assert.ok(!other.has('mm/keeper.c'));
      assert.deepEqual(other.get('lib/getter.c')?.summaries ?? [], []);
    }));

  describe('on disk', () => {
    const write = (folder: string, key: string, tree: IndexedTree) => new IndexFile(folder, '/tree', key).write(tree);

    it('is what it was', () =>
      indexed(async (folder, tree) => {
        const cache = path.join(folder, 'a/cache');
        assert.equal(write(cache, 'key', tree), null);
        assert.deepEqual(new IndexFile(cache, '/tree', 'key').read(), tree);
        assert.equal(new IndexFile(cache, '/tree', 'other key').read(), null);
        assert.equal(new IndexFile(cache, '/other', 'key').read(), null);
      }));

    it('is nothing when it is damaged anywhere', () =>
      indexed(async (folder, tree) => {
        const cache = path.join(folder, 'cache');
        write(cache, 'key', tree);
        const file = path.join(cache, readdirSync(cache)[0]!);
        const bytes = readFileSync(file);
        const read = () => new IndexFile(cache, '/tree', 'key').read();
        for (let at = 0; at < bytes.length; at += 97) {
          const damaged = Buffer.from(bytes);
          damaged[at]! ^= 1;
          writeFileSync(file, damaged);
          assert.equal(read(), null, `byte ${at}`);
          writeFileSync(file, bytes.subarray(0, at));
          assert.equal(read(), null, `cut at ${at}`);
        }
        writeFileSync(file, '');
        assert.equal(read(), null);
      }));

    it('says why it cannot be kept', () =>
      indexed(async (folder, tree) => {
        assert.match(write(path.join(folder, 'MAINTAINERS/cache'), 'key', tree)!, /part of the path is not a folder/);
        if (process.getuid?.() === 0) return;
        chmodSync(folder, 0o500);
        assert.match(write(path.join(folder, 'cache'), 'key', tree)!, /permission denied/);
        chmodSync(folder, 0o700);
      }));

    it('lies where the environment says', () => {
      assert.equal(cacheFolder({ XDG_CACHE_HOME: '/c', HOME: '/h' }), '/c/mm-analyzer');
      assert.equal(cacheFolder({ XDG_CACHE_HOME: 'relative', HOME: '/h' }), '/h/.cache/mm-analyzer');
      assert.equal(cacheFolder({}), null);
    });
  });
});

function sourcesOf(folder: string): readonly string[] {
  return listSources(folder, folder, []).files.map(file => relativePath(folder, file));
}

function edit(folder: string, file: string, change: (text: string) => string): void {
  const full = path.join(folder, file);
  writeFileSync(full, change(file in SESSION_TREE ? readFileSync(full, 'utf8') : ''));
}

/** Longer than the time in which a file may change unnoticed. */
const settleClock = () => new Promise(resolve => setTimeout(resolve, 150));
