import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Analyzer, FileAnalysis } from '../server/src/core/facade';
import { topics } from '../server/src/core/ide/topics';
import { createAnalyzer } from '../server/src/core/index';
import { LineIndex } from '../server/src/core/text';
import { createParser } from '../server/src/parser/wasm';

const folder = path.join(__dirname, 'topics');

/** A short screenful of a hover window. */
const LONGEST = 900;

/** `//~ ^ id`: the topic of the token above the caret; `none` is no hover at all. */
interface Mark {
  readonly line: number;
  readonly column: number;
  readonly id: string;
}

describe('topics', () => {
  let analyzer: Analyzer;
  before(async () => {
    analyzer = createAnalyzer({ parser: await createParser() });
  });

  const analyse = (text: string): FileAnalysis => analyzer.analyze({ path: 'topics.rs', language: 'rust', text });

  const fixtures = readdirSync(folder).map(name => ({ name, ...readFixture(path.join(folder, name)) }));

  for (const { name, source, marks } of fixtures) {
    it(`${name}: each token has the topic that is marked`, () => {
      const lines = new LineIndex(source);
      const analysis = analyse(source);
      const mistakes = marks.flatMap(({ line, column, id }) => {
        const told = toldBy(analysis.hover(lines.offsetAt({ line, column }))?.markdown);
        return told === id ? [] : [`${lines.lineText(line)} (column ${column + 1}): ${told}, not ${id}`];
      });
      assert.deepEqual(mistakes, []);
    });
  }

  it('are each shown by a fixture', () => {
    const shown = new Set(fixtures.flatMap(({ marks }) => marks.map(({ id }) => id)));
    assert.deepEqual(
      topics.map(({ id }) => id).filter(id => !shown.has(id)),
      [],
    );
  });

  it('fit a short screenful, name each other, and have one id each', () => {
    const ids = new Set(topics.map(({ id }) => id));
    assert.equal(ids.size, topics.length);
    for (const { id, title, text, related = [] } of topics) {
      assert.ok(text.length <= LONGEST, `${id} has ${text.length} characters`);
      assert.ok(title.length <= 90 && !title.endsWith('.'), id);
      for (const other of related) assert.ok(ids.has(other) && other !== id, `${id} relates to ${other}`);
      assert.equal(text.split('`').length % 2, 1, `${id} leaves code open`);
    }
  });
});

/** Which variable a name means, when one is bound again and again. */
describe('bindings', () => {
  const SOURCE = `impl Mm {
    fn twice(mm: *mut bindings::mm_struct) -> Option<ARef<Mm>> {
        let mm = unsafe { Mm::from_raw(mm) };
        if let Some(mm) = mm.mmget_not_zero() {
            mm.mmap_read_lock();
        }
        Some(ARef::from(mm))
    }
}
`;
  let analysis: FileAnalysis;
  before(async () => {
    const analyzer = createAnalyzer({ parser: await createParser() });
    analysis = analyzer.analyze({ path: 'twice.rs', language: 'rust', text: SOURCE });
  });

  const meant = (around: string): string => {
    const at = SOURCE.indexOf(around.replace('|', '')) + around.indexOf('|');
    return /^- line (\d+): (.*) ← this one$/m.exec(analysis.hover(at)!.markdown)?.slice(1).join(' ') ?? '';
  };

  it('are told apart by scope, and not by name', () => {
    assert.equal(meant('twice(|mm:'), '2 `*mut bindings::mm_struct`');
    assert.equal(meant('from_raw(|mm)'), '2 `*mut bindings::mm_struct`');
    assert.equal(meant('let |mm = unsafe'), '3 `&Mm`, from `unsafe { Mm::from_raw(mm) }`');
    assert.equal(meant('= |mm.mmget'), '3 `&Mm`, from `unsafe { Mm::from_raw(mm) }`');
    assert.equal(meant('   |mm.mmap_read'), '4 `ARef<MmWithUser>`, from `mm.mmget_not_zero()`');
    assert.equal(meant('from(|mm)'), '3 `&Mm`, from `unsafe { Mm::from_raw(mm) }`');
  });
});

describe('hovers on functions in Rust', () => {
  it('list what its calls and drops do to counters and locks', async () => {
    const source = `fn touch(mm: &ARef<Mm>, raw: *mut bindings::mm_struct) {
    let copy = mm.clone();
    if let Some(mm) = copy.mmget_not_zero() {
        let guard = mm.mmap_read_lock();
    }
    unsafe { bindings::mmput(raw) };
}
`;
    const analyzer = createAnalyzer({ parser: await createParser() });
    const analysis = analyzer.analyze({ path: 'touch.rs', language: 'rust', text: source });
    assert.deepEqual(analysis.hover(source.indexOf('touch'))?.markdown.match(/^- .*/gm), [
      '- line 2: `clone()` takes another count',
      '- line 3: `mmget_not_zero()` takes an `mm_users`, if there are users left',
      '- line 4: `mmap_read_lock()` holds the `mmap_lock` for reading, until its guard is dropped',
      '- line 5: a drop calls `mmap_read_unlock(mm)`',
      '- line 5: a drop calls `mmput(mm)`',
      '- line 6: `bindings::mmput()` releases an mm_users reference on `mm`',
      '- line 7: a drop calls `mmdrop(copy)`',
    ]);
  });

  it('say what a `drop()` of this value runs, and what a method is in C', async () => {
    const source = `fn zap(mm: ARef<MmWithUserAsync>, vma: &VmaRef) {
    vma.zap_vma_range(0, 4096);
    drop(mm);
}
`;
    const analyzer = createAnalyzer({ parser: await createParser() });
    const analysis = analyzer.analyze({ path: 'zap.rs', language: 'rust', text: source });
    const hover = (at: string) => analysis.hover(source.indexOf(at))?.markdown ?? '';
    assert.match(
      hover('drop(mm)'),
      /^\*\*`mm`\*\* — `ARef<MmWithUserAsync>`\n\nOwns one `mm_users` reference; dropping it calls `mmput_async\(\)`/,
    );
    assert.match(hover('zap_vma_range'), /^In C this is `zap_page_range_single\(\)`:/);
  });

  it('say what is in the care of a raw pointer', async () => {
    const source = 'fn give(mm: ARef<Mm>) -> NonNull<Mm> {\n    let raw = ARef::into_raw(mm);\n    raw\n}\n';
    const analyzer = createAnalyzer({ parser: await createParser() });
    const analysis = analyzer.analyze({ path: 'give.rs', language: 'rust', text: source });
    assert.match(analysis.hover(source.indexOf('raw ='))?.markdown ?? '', /One `mm_count` reference is in its care/);
  });
});

describe('hovers on SAFETY comments', () => {
  it('tell what the code proves from what is left to the comment', async () => {
    const source = `/// # Invariants
///
/// \`mm_users\` is above zero.
pub struct Seen(Opaque<bindings::mm_struct>);

fn look(mm: &MmWithUser, raw: *mut bindings::mm_struct) {
    // SAFETY: Both are there,
    // as somebody said.
    unsafe { bindings::mmget(mm.as_raw()) };
    // SAFETY: As somebody said.
    unsafe { bindings::mmget(raw) };
}
`;
    const analyzer = createAnalyzer({ parser: await createParser() });
    const analysis = analyzer.analyze({ path: 'look.rs', language: 'rust', text: source });
    const hover = (around: string) => analysis.hover(source.indexOf(around))?.markdown ?? '';
    for (const around of ['SAFETY: Both', 'as somebody', 'unsafe { bindings::mmget(mm']) {
      assert.match(hover(around), /^The code here shows:\n- `mm` is a reference/);
      assert.doesNotMatch(hover(around), /Left to the comment/);
    }
    assert.match(hover('SAFETY: As'), /Left to the comment to show:\n- `raw`/);
  });
});

describe('Rust hovers on hostile text', () => {
  it('answer where a receiver is missing', async () => {
    const analyzer = createAnalyzer({ parser: await createParser() });
    for (const text of ['.as_raw', '..as_raw', '::as_raw', 'fn'])
      for (let at = 0; at <= text.length; at++)
        assert.doesNotThrow(() => analyzer.analyze({ path: 'hostile.rs', language: 'rust', text }).hover(at));
  });

  it('answer in nested text: what is quadratic would not', async () => {
    const analyzer = createAnalyzer({ parser: await createParser() });
    for (const text of ['{'.repeat(100_000), '(mm.'.repeat(50_000), 'let mm = '.repeat(20_000), "'a<".repeat(50_000)]) {
      const analysis = analyzer.analyze({ path: 'hostile.rs', language: 'rust', text: `fn f(mm: &Mm) {${text}` });
      analysis.facts();
      for (const part of [0.3, 0.6, 0.9]) analysis.hover(Math.floor(text.length * part));
    }
  });
});

function readFixture(file: string): { readonly source: string; readonly marks: readonly Mark[] } {
  const source: string[] = [];
  const marks: Mark[] = [];
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const mark = /^\s*\/\/~ *\^ ([\w-]+)$/.exec(line);
    if (mark) marks.push({ line: source.length - 1, column: line.indexOf('^'), id: mark[1]! });
    else source.push(line);
  }
  return { source: source.join('\n'), marks };
}

function toldBy(markdown: string | undefined): string {
  return topics.find(({ title }) => markdown?.includes(`**${title}**`))?.id ?? 'none';
}
