import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { fdir } from 'fdir';
import type { Cfg } from '../../server/src/core/ir/ir';
import { GROUPS } from '../../server/src/core/knowledge/load';
import { lowerCFunction } from '../../server/src/core/lower/c/functions';
import { NORETURN } from '../../server/src/core/lower/c/idioms';
import { parseFunction, scanC } from '../../server/src/core/syntax/functions';
import type { Parser } from '../../server/src/core/syntax/node';
import { createParser } from '../../server/src/parser/wasm';
import { assertInvariants } from '../lower/invariants';

const MENTIONS_MM = /mm_struct|mmget|mmput|mmgrab|mmdrop|mmap_(?:read|write)_|mmap_lock/;
/** The largest share of functions that may be incomplete, of those that do not touch an mm. */
const MAX_INCOMPLETE = 0.001;

const tree = process.env.KERNEL_TREE;

(tree ? describe : describe.skip)('lowering the kernel', function () {
  this.timeout(600_000);
  const known = new Set(Object.values(GROUPS).flatMap(rows => rows.map(row => row.name)));
  let parser: Parser;
  before(async () => {
    parser = await createParser(undefined, ['c']);
  });

  it('models every function that calls the mm API, and nearly every other', () => {
    const incomplete: string[] = [];
    const incompleteUsers: string[] = [];
    let total = 0;
    for (const [name, cfg] of lowerTree(parser, tree!)) {
      total++;
      assertInvariants(cfg, callee => NORETURN.has(callee) || /BUG_ON/.test(callee));
      const [first] = cfg.incomplete;
      if (!first) continue;
      const callsKnown = [...cfg.callees].some(callee => known.has(callee));
      (callsKnown ? incompleteUsers : incomplete).push(`${name} ${cfg.name}: ${first.reason}`);
    }
    console.log(`      ${incomplete.length} of ${total} functions are incomplete`, incomplete);
    assert.deepEqual(incompleteUsers, []);
    assert.ok(total > 0 && incomplete.length <= MAX_INCOMPLETE * total);
  });
});

function* lowerTree(parser: Parser, root: string): Iterable<[string, Cfg]> {
  const names = new fdir()
    .withRelativePaths()
    .filter(name => /\.[ch]$/.test(name))
    .crawl(root)
    .sync()
    .sort();
  for (const name of names) {
    const text = readFileSync(`${root}/${name}`, 'utf8');
    if (!MENTIONS_MM.test(text)) continue;
    const source = scanC(text);
    for (const found of source.functions) {
      const parsed = parseFunction(parser, source, found);
      assert.ok(parsed, `${name}: ${found.name}`);
      const cfg = lowerCFunction(parsed.node, {
        original: text.slice(found.start, found.end),
        normalised: source.normalised.slice(found.start, found.end),
        name: found.name,
        definitions: source.cleanups,
      });
      parsed.tree.delete();
      yield [name, cfg];
    }
  }
}
