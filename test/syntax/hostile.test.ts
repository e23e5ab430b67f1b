import assert from 'node:assert/strict';
import fc from 'fast-check';
import { MAX_TEXT, parseFunction, scanC } from '../../server/src/core/syntax/functions';
import type { Parser } from '../../server/src/core/syntax/node';
import { createParser } from '../../server/src/parser/wasm';

const MANY = 100_000;
const body = (text: string) => `int f(void)\n{\n${text}\n}\n`;
const nested = (open: string, close: string, count = MANY) => open.repeat(count) + close.repeat(count);

/** Texts that nobody writes by hand, or that somebody is in the middle of writing. */
const HOSTILE: Readonly<Record<string, string>> = {
  nothing: '',
  'NUL bytes': '\0int f(void)\0{\0}\0',
  'an open comment': 'int f(void) { /* }',
  'an open string': 'int f(void) { "\n }',
  'an open parenthesis': 'int f(void) { g(',
  'lone surrogates': 'int f(void) { \udc00 g("\ud800"); }',
  'a lone backslash': 'int f(void) { \\',
  'line ends of DOS': 'int f(void)\r\n{\r\n#ifdef A \\\r\n B\r\n\tg(__user);\r\n#endif\r\n}\r\n',
  braces: body(nested('{', '}')),
  parentheses: body(`${nested('(', ')')};`),
  'open braces': '{'.repeat(MANY),
  'closed braces': '}'.repeat(MANY),
  'open parentheses around blocks': '('.repeat(MANY) + '{\n}\n'.repeat(MANY),
  'statement expressions': body(nested('({', '})')),
  conditions: nested('#if A\nx\n#else\n', '#endif\n'),
  'unbalanced conditions': nested('#if A\n{\n#else\n', '#endif\n'),
  'dead conditions': nested('#if 0\n', '#endif\n'),
  'open conditions': '#ifdef A\n'.repeat(MANY),
  'loops in loops': body(nested('for_each_x(a) {', '}')),
  'calls in calls': body('g(struct s *, '.repeat(MANY)),
  'offsets in offsets': body(nested('offsetof(', ')')),
  'assembly in assembly': body(nested('asm("x":', ')')),
  stars: body(`g(a${'*'.repeat(MANY)});`),
  commas: body(`g(${','.repeat(MANY)});`),
  annotations: `int f(void)${' __acquires(x)'.repeat(MANY)}\n{\n}\n`,
  'unknown annotations': `int f(void)${' odd(x)'.repeat(MANY)}\n{\n}\n`,
  specifiers: `${'a '.repeat(MANY)}f(void)\n{\n}\n`,
  'old-style definitions': 'f(a) int a; {}'.repeat(MANY),
  semicolons: ';{};{}'.repeat(MANY),
  'clean-ups in clean-ups': nested('DEFINE_FREE(', ')'),
};

describe('hostile text', () => {
  let parser: Parser;
  before(async () => {
    parser = await createParser();
  });

  for (const [title, text] of Object.entries(HOSTILE)) {
    it(`${title}: ends soon and keeps every offset`, () => {
      const source = scanC(text);
      checkShape(text);
      for (const found of source.functions.slice(0, 3)) parseFunction(parser, source, found)?.tree.delete();
    });
  }

  it('a text beyond the limit is not read', () => {
    const text = ' '.repeat(MAX_TEXT + 1);
    const source = scanC(text);
    assert.equal(source.tooLarge, true);
    assert.equal(source.normalised, text);
  });

  it('any sequence of tokens keeps every offset', () => {
    const word = fc.constantFrom(
      ...[
        'int',
        'f',
        'struct',
        'static',
        '__user',
        '__must_hold',
        'typeof',
        'asm',
        'offsetof',
        'for_each_x',
        'do',
        'else',
      ],
      ...[
        'case',
        'return',
        'DEFINE_FREE',
        'SYSCALL_DEFINE1',
        '__free',
        '__alignof__',
        '64_f',
        '"s"',
        "'",
        '"',
        '/*',
        '*/',
      ],
      ...['(', ')', '{', '}', '[', ']', ';', ',', '=', '*', '.', '...', ':', '->', ' ', '\n', '\r\n', '\\', '\t'],
      ...['\n#if A\n', '\n#if 0\n', '\n#else\n', '\n#endif\n', '\n#define X\n', '\n{\n', '\n}\n', '//', '\udc00'],
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 120 }), words => checkShape(words.join(''))),
      { numRuns: 2_000 },
    );
  });
});

/** Length and line ends stay, and functions stand in order, apart from each other. */
function checkShape(text: string): void {
  const { normalised, functions } = scanC(text);
  assert.equal(normalised.length, text.length);
  assert.equal(normalised.replace(/[^\r\n]+/g, ''), text.replace(/[^\r\n]+/g, ''));
  let end = 0;
  for (const found of functions) {
    assert.ok(
      found.start >= end && found.bodyStart > found.start && found.end > found.bodyStart,
      JSON.stringify(found),
    );
    assert.ok(found.nameStart >= found.start && found.nameStart + found.name.length <= found.bodyStart);
    assert.equal(text.slice(found.nameStart, found.nameStart + found.name.length), found.name);
    end = found.end;
  }
}
