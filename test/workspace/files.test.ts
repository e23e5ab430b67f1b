import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { languageOf, mentionsMm } from '../../server/src/workspace/languages';
import { createExcluder, listSources } from '../../server/src/workspace/listing';
import { SourceReader } from '../../server/src/workspace/reading';
import { commonFolder, findRoot, isInside, relativePath } from '../../server/src/workspace/root';
import { replaceFile } from '../../server/src/workspace/writing';
import { inScratch } from '../cli/bundle';

function fill(folder: string, files: readonly string[]): void {
  for (const file of files) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), '');
  }
}

describe('the root of a tree', () => {
  it('is the nearest with MAINTAINERS and Kbuild, else with .git, else the working folder', () => {
    inScratch(top => {
      fill(top, [
        'k/MAINTAINERS',
        'k/Kbuild',
        'k/.git/config',
        'k/mm/.git/config',
        'g/.git/config',
        'g/MAINTAINERS',
        'n/x/y.c',
      ]);
      const at = (folder: string, cwd = top) => path.relative(top, findRoot(path.join(top, folder), cwd));
      assert.equal(at('k/mm'), 'k');
      assert.equal(at('g/sub'), 'g');
      assert.equal(at('n/x'), '');
      assert.equal(at('n/x', path.join(top, 'g')), path.join('n', 'x'));
    });
  });

  it('compares paths by their parts', () => {
    assert.ok(isInside('/a/b', '/a/b/c') && isInside('/a', '/a') && isInside('/', '/a') && isInside('/a', '/a/..b'));
    assert.ok(!isInside('/a/b', '/a/bc') && !isInside('/a/b', '/a'));
    assert.equal(commonFolder(['/a/b/c', '/a/b', '/a/bc']), '/a');
    assert.equal(relativePath('/a/b', '/a/c/d.c'), '../c/d.c');
  });
});

describe('the files of a folder', () => {
  it('are its sources, sorted, without hidden and excluded ones', () => {
    inScratch(folder => {
      fill(folder, ['b.c', 'a/z.h', 'a/x.rs', 'a/Makefile', '.git/x.c', 'node_modules/x.c', 'tools/t.c', 'a/gen.c']);
      const { files, unreadable } = listSources(folder, folder, ['/tools/', 'gen.*', '!a/x.rs']);
      assert.deepEqual(
        files.map(file => path.relative(folder, file)),
        ['a/x.rs', 'a/z.h', 'b.c'],
      );
      assert.deepEqual(unreadable, []);
    });
  });

  it('are excluded relative to the root, and never above it', () => {
    const isExcluded = createExcluder('/tree', ['/mm', '*.h']);
    assert.ok(isExcluded('/tree/mm', true) && isExcluded('/tree/x/y.h', false));
    assert.ok(!isExcluded('/tree/x/mm', true) && !isExcluded('/tree', true) && !isExcluded('/other/y.h', false));
  });

  it('are read only if they mention what matters', () => {
    assert.deepEqual(['x.c', 'x.h', 'x.rs', 'x.S', 'c'].map(languageOf), ['c', 'c', 'rust', null, null]);
    assert.ok(mentionsMm('c', 'down_read(&mm->mmap_sem)') && !mentionsMm('c', 'int mm;'));
    assert.ok(mentionsMm('rust', 'fn f(mm: &Mm)') && !mentionsMm('rust', 'struct Mmu;'));
  });
});

describe('reading and writing', () => {
  it('tells where nothing can be read', () => {
    const reader = new SourceReader();
    assert.deepEqual(reader.read('/nowhere/x.c'), { kind: 'skipped', reason: 'no such file or folder', stamp: '' });
    const folder = reader.read('/tmp');
    assert.ok(folder.kind === 'skipped' && folder.reason === 'not a regular file');
  });

  it('stamps a file by its times, unless it may change again within the same tick', () => {
    inScratch(root => {
      const file = path.join(root, 'x.c');
      const reader = new SourceReader();
      const far = new Date(Date.now() + 3_600_000);
      writeFileSync(file, 'a');
      utimesSync(file, far, far);
      assert.equal(reader.read(file).stamp, '');
      // Node itself was installed long ago.
      assert.match(reader.read(process.execPath, () => false).stamp, /^\d+\./);
    });
  });

  it('does not overwrite what changed meanwhile', () => {
    inScratch(root => {
      const file = path.join(root, 'x.c');
      writeFileSync(file, 'later');
      const source = (text: string) => ({ text, encoding: 'utf-8' as const });
      assert.equal(
        replaceFile({ file, root, before: source('sooner'), after: source('fixed') }),
        'it changed meanwhile',
      );
      assert.equal(readFileSync(file, 'utf8'), 'later');
      assert.equal(replaceFile({ file, root, before: source('later'), after: source('fixed') }), null);
      assert.equal(readFileSync(file, 'utf8'), 'fixed');
    });
  });
});
