import looseAssert from 'node:assert';
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import type { Analyzer, FileAnalysis, SourceFile } from '../../server/src/core/facade';
import { createAnalyzer } from '../../server/src/core/index';
import type { Language, Parser } from '../../server/src/core/syntax/node';
import { applyEdits } from '../../server/src/core/text';
import { createParser } from '../../server/src/parser/wasm';
import { checkAnalysis } from '../support/analysis';
import { stripMarks } from '../support/marks';

/** What is parsed may exceed the text only by what is parsed twice: a function for its facts after its findings. */
const MAX_PARSED_PER_UNIT = 4;

const FIXTURES = readFixtures();
/** What a change may bring in: single tokens that open, close, jump, take and put. */
const TOKENS = [
  ...['{', '}', '(', ')', ';', ',', '"', "'", '/*', '*/', '\n', '\\\n', '\0', '\ud800', '->', '*', '&', '!', '=', '?'],
  ...['if (x) ', 'else ', 'while (1) ', 'goto out;', 'out:', 'return 0;', 'break;', 'case 1:', 'do {', '} while (0);'],
  ...['\n#if A\n', '\n#else\n', '\n#endif\n', '\n#define X(a) a\n', 'mmget(mm);', 'mmput(mm);', 'mmap_read_lock(mm);'],
  ...[
    'mmap_read_unlock(mm);',
    'mm = current->mm;',
    'if (!mmget_not_zero(mm))',
    'mm = ERR_PTR(-1);',
    'unsafe {',
    'match mm {',
  ],
];

describe('the whole analyzer on any text', () => {
  let analyzer: Analyzer;
  let editor: Analyzer;
  let parsed = 0;

  before(async () => {
    const parser = await createParser();
    const counting: Parser = {
      parse(language, text) {
        parsed += text.length;
        return parser.parse(language, text);
      },
    };
    analyzer = createAnalyzer({ parser: counting });
    editor = createAnalyzer({ parser, keepCaches: true });
  });

  /** Everything that may be asked of a text, and everything that must hold of the answers. */
  function judge(file: SourceFile): FileAnalysis {
    parsed = 0;
    const analysis = analyzer.analyze(file);
    checkAnalysis(file, analysis);
    if (file.language === 'c') checkPlain(analyzer.contribute(file, true));
    assert.ok(parsed <= MAX_PARSED_PER_UNIT * file.text.length + 1_000, `parsed ${parsed} of ${file.text.length}`);
    for (let at = 0; at <= file.text.length; at += 1 + (file.text.length >> 5)) checkHover(file, analysis, at);
    for (const fix of analysis.findings.flatMap(finding => finding.fixes)) {
      const text = applyEdits(file.text, fix.edits);
      assert.notEqual(text, file.text, `${fix.title} changes nothing`);
      checkAnalysis({ ...file, text }, analyzer.analyze({ ...file, text }));
    }
    return analysis;
  }

  it('mutated fixtures', () => {
    fc.assert(
      fc.property(mutant(), file => void judge(file)),
      { numRuns: 2_000 },
    );
  });

  it('truncated and joined fixtures', () => {
    const pair = fc.tuple(fixture('c'), fixture('c'), fc.nat(), fc.nat());
    fc.assert(
      fc.property(pair, ([a, b, end, start]) => {
        const text = a.text.slice(0, end % (a.text.length + 1)) + b.text.slice(start % (b.text.length + 1));
        judge({ ...a, text });
      }),
      { numRuns: 1_000 },
    );
  });

  it('random bytes and random characters', () => {
    const bytes = fc.uint8Array({ maxLength: 2_000 }).map(data => Buffer.from(data).toString('latin1'));
    const text = fc.oneof(bytes, fc.string({ unit: 'binary', maxLength: 1_000 }), tokens());
    fc.assert(
      fc.property(text, fc.constantFrom<Language>('c', 'rust'), (inside, language) => {
        judge({ path: 'any', language, text: inside });
        judge({ path: 'any', language, text: `void f(struct mm_struct *mm)\n{\n\tmmget(mm);\n${inside}\n}\n` });
      }),
      { numRuns: 1_500 },
    );
  });

  it('a cached analysis is the analysis', () => {
    const edits = fc.array(fc.tuple(fc.nat(), fc.nat({ max: 30 }), fc.constantFrom(...TOKENS)), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(fixture('c', 'rust'), edits, (start, list) => {
        let file = start;
        editor.analyze(file);
        for (const [at, length, token] of list) {
          file = { ...file, text: replaceAt(file.text, at, length, token) };
          assert.deepEqual(plain(editor.analyze(file)), plain(analyzer.analyze(file)));
        }
      }),
      { numRuns: 400 },
    );
  });

  for (const [title, text] of nestings(20_000)) {
    it(`20,000 deep: ${title}`, () => {
      judge({ path: 'deep.c', language: 'c', text: `void f(struct mm_struct *mm)\n{\n\tmmget(mm);\n${text}\n}\n` });
      judge({ path: 'deep.rs', language: 'rust', text: `fn f(mm: &Mm) {\n${text}\n}\n` });
    });
  }
});

/** What one file tells the others goes to disk and to other threads as JSON, where `null` stands for `undefined`. */
function checkPlain(data: unknown): void {
  looseAssert.deepEqual(JSON.parse(JSON.stringify(data)), data);
}

function checkHover(file: SourceFile, analysis: FileAnalysis, at: number): void {
  const hover = analysis.hover(at);
  if (!hover) return;
  // The dot in front of a method may answer for it, also from the line above, and a keyword or a module for the name behind
  // it.
  const between = file.text.slice(at + 1, hover.span.start);
  assert.match(between, /^[\w\s:]*$/);
  assert.ok(at <= hover.span.end && hover.span.end <= file.text.length);
  assert.notEqual(hover.markdown, '');
}

function fixture(...languages: Language[]): fc.Arbitrary<SourceFile> {
  return fc.constantFrom(...FIXTURES.filter(file => languages.includes(file.language)));
}

/** A fixture with a few of its parts cut, doubled, moved or replaced. */
function mutant(): fc.Arbitrary<SourceFile> {
  const change = fc.tuple(fc.nat(), fc.nat({ max: 200 }), fc.nat(), fc.option(fc.constantFrom(...TOKENS)));
  return fc.tuple(fixture('c', 'rust'), fc.array(change, { minLength: 1, maxLength: 5 })).map(([file, changes]) => {
    let text = file.text;
    for (const [at, length, from, token] of changes) {
      const source = from % (text.length + 1);
      text = replaceAt(text, at, token === null ? 0 : length % 12, token ?? text.slice(source, source + length));
    }
    return { ...file, text };
  });
}

function tokens(): fc.Arbitrary<string> {
  return fc.array(fc.constantFrom(...TOKENS), { maxLength: 150 }).map(list => list.join(' '));
}

function replaceAt(text: string, at: number, length: number, by: string): string {
  const start = at % (text.length + 1);
  return text.slice(0, start) + by + text.slice(start + length);
}

function* nestings(count: number): Iterable<[title: string, text: string]> {
  const nest = (open: string, close: string) => open.repeat(count) + close.repeat(count);
  yield ['blocks', nest('{', '}')];
  yield ['parentheses', `${nest('(', ')')};`];
  yield ['conditions', `${'if (mm) '.repeat(count)};`];
  yield ['else-ifs', `${'if (mm) mmput(mm); else '.repeat(count)};`];
  yield ['loops', nest('while (mmget_not_zero(mm)) {', '}')];
  yield ['calls', `${nest('mmget(', ')')};`];
  yield ['operators', `${'a && '.repeat(count)}b;`];
  yield ['negations', `${'!'.repeat(count)}mm;`];
  yield ['fields', `mm${'->mm'.repeat(count)};`];
  yield ['a chain of statements', 'mmget(mm); if (a) mmput(mm);\n'.repeat(count >> 2)];
  yield [
    'labels',
    Array.from({ length: count >> 4 }, (_, i) => `l${i}: if (a) goto l${(i * 7) % (count >> 4)};`).join('\n'),
  ];
  yield ['preprocessor conditions', nest('\n#if A\n', '\n#endif\n')];
  yield ['open blocks', '{'.repeat(count)];
}

/** What two analyses of one text must share. */
function plain(analysis: FileAnalysis): unknown {
  return { findings: analysis.findings, incomplete: analysis.incomplete, facts: analysis.facts() };
}

function readFixtures(): SourceFile[] {
  return ['rules', 'states', 'lower'].flatMap(folder => {
    const full = path.resolve(__dirname, '..', folder);
    return readdirSync(full)
      .filter(name => /\.(c|rs)$/.test(name))
      .map(
        (name): SourceFile => ({
          path: name,
          language: name.endsWith('.rs') ? 'rust' : 'c',
          text: stripMarks(readFileSync(path.join(full, name), 'utf8')),
        }),
      );
  });
}
