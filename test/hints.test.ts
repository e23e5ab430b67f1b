import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Analyzer, InlayHint } from '../server/src/core/facade';
import { createAnalyzer } from '../server/src/core/index';
import { createParser } from '../server/src/parser/wasm';

const folder = path.join(__dirname, 'hints');
const HINT = /\/\*: [^\n]*? \*\//g;

describe('inlay hints', () => {
  let analyzer: Analyzer;
  before(async () => {
    analyzer = createAnalyzer({ parser: await createParser() });
  });

  const hintsOf = (text: string): readonly InlayHint[] =>
    analyzer.analyze({ path: 'hints.rs', language: 'rust', text }).inlayHints();

  for (const name of readdirSync(folder)) {
    it(`${name}: stand where they are marked, and nowhere else`, () => {
      const marked = readFileSync(path.join(folder, name), 'utf8');
      const source = marked.replace(HINT, '');
      assert.equal(mark(source, hintsOf(source)), marked);
    });
  }

  it('say why', () => {
    const [take, drop] = hintsOf('fn f(mm: &Mm) {\n    let mm = ARef::from(mm);\n    note(&mm);\n}\n');
    assert.match(take!.reason, /`from\(\)` takes a reference by `mmgrab\(\)`/);
    assert.match(drop!.reason, /`mm` is `ARef<Mm>`: its `Drop` calls `mmdrop\(\)`/);
  });

  it('are none in a function whose syntax is damaged', () => {
    assert.deepEqual(hintsOf('fn f(mm: &Mm) {\n    let mm = ARef::from(mm;\n    note(&mm);\n}\n'), []);
  });

  it('are none in C, which says it itself', () => {
    const text = 'void f(struct mm_struct *mm)\n{\n\tmmget(mm);\n\tmmput(mm);\n}\n';
    assert.deepEqual(analyzer.analyze({ path: 'f.c', language: 'c', text }).inlayHints(), []);
  });
});

function mark(source: string, hints: readonly InlayHint[]): string {
  let marked = '';
  let at = 0;
  for (const { offset, text } of hints) {
    marked += `${source.slice(at, offset)}/*: ${text} */`;
    at = offset;
  }
  return marked + source.slice(at);
}
