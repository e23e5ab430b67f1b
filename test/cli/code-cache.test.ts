import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ensureBundle, inScratch, type Outcome, runBundle } from './bundle';

describe('the compiled program that is kept between runs', () => {
  before(ensureBundle);

  it('is made by a run that analyses, and used by the next', () => {
    inScratch(cache => {
      lint(cache, '--version');
      assert.deepEqual(codeIn(cache), []);
      const first = lint(cache, 'lint', '--no-index', 'drivers/peek.c');
      const [file, ...others] = codeIn(cache);
      assert.ok(file);
      assert.deepEqual(others, []);
      const { mtimeMs } = statSync(file);
      assert.deepEqual(lint(cache, 'lint', '--no-index', 'drivers/peek.c'), first);
      assert.equal(statSync(file).mtimeMs, mtimeMs, 'it was refused');
    });
  });

  it('is made anew when it is damaged', () => {
    inScratch(cache => {
      const first = lint(cache, 'lint', '--no-index', 'drivers/peek.c');
      const file = codeIn(cache)[0]!;
      const good = readFileSync(file);
      const bad = Buffer.from(good);
      bad.fill(0xff, good.length >> 1, (good.length >> 1) + 64);
      for (const bytes of [bad, good.subarray(0, 1000), Buffer.alloc(0)]) {
        writeFileSync(file, bytes);
        assert.deepEqual(lint(cache, 'lint', '--no-index', 'drivers/peek.c'), first);
        assert.notDeepEqual(readFileSync(file), bytes);
      }
    });
  });

  it('is not kept with --no-cache', () => {
    inScratch(cache => {
      lint(cache, 'lint', '--no-cache', 'drivers/peek.c');
      assert.deepEqual(codeIn(cache), []);
    });
  });
});

function lint(cache: string, ...args: readonly string[]): Outcome {
  return runBundle(args, { env: { XDG_CACHE_HOME: cache } });
}

function codeIn(cache: string): readonly string[] {
  return readdirSync(cache, { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.code'))
    .map(name => path.join(cache, name));
}
