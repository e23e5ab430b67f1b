import assert from 'node:assert/strict';
import fc from 'fast-check';
import { outline } from '../../server/src/core/ide/outline';
import type { Language } from '../../server/src/core/syntax/node';

/** The first and the last word of each function. */
function functions(language: Language, text: string): string[] {
  return outline(language, text).functions.map(({ start, end }) => {
    const words = text.slice(start, end).split(/\s+/);
    return `${words[0]} … ${words.at(-1)}`;
  });
}

describe('the outline of a text', () => {
  const rows: readonly (readonly [what: string, language: Language, text: string, found: readonly string[]])[] = [
    ['a function', 'c', 'int f(void)\n{ return 0; /* end */}', ['int … */}']],
    [
      'types and data are none',
      'c',
      'struct s { int a; };\nint a[] = { f(1) };\nenum e { A, B };\nint x = ({ f(); });',
      [],
    ],
    ['a macro that defines', 'c', 'SYSCALL_DEFINE1(f, int, x)\n{\n}', ['SYSCALL_DEFINE1(f, … }']],
    ['braces in strings and characters', 'c', "a f() { \"}\"; '}'; '\\''; }\nb g() { }", ['a … }', 'b … }']],
    [
      'arms of #if that each open',
      'c',
      'a f()\n{\n#ifdef X\n\tif (x) {\n#else\n\tif (y) {\n#endif\n\t}\n}\nb g()\n{\n}',
      ['a … }', 'b … }'],
    ],
    ['a } in the first column ends all', 'c', 'a f()\n{\n\tBEGIN {\n}\nb g()\n{\n}', ['a … }', 'b … }']],
    ['directives are no code', 'c', '#define X {\n#define Y(a) \\\n\t{ a\nint f()\n{\n}', ['int … }']],
    ['an apostrophe in #error', 'c', "#error don't\nint f()\n{\n}", ['int … }']],
    [
      'Rust functions in an impl, with attributes',
      'rust',
      "impl X {\n#[inline]\nfn f<'a>(&'a self) -> [u8; 2] { [0; 2] }\nfn g();\n}",
      ['#[inline] … }'],
    ],
    ['function pointers are none', 'rust', 'type F = fn(u8) -> u8;\nstruct S { f: fn(u8) }', []],
    ['nested comments and raw strings', 'rust', '/* /* */ fn x() { */ fn f() { r#"}"# ; b"}"; \'}\' }', ['fn … }']],
  ];

  for (const [what, language, text, found] of rows) it(what, () => assert.deepEqual(functions(language, text), found));

  it('never throws, and its spans lie in the text', () => {
    const token = fc.constantFrom(
      '{',
      '}',
      '(',
      ')',
      ';',
      '=',
      '"',
      "'",
      '/*',
      '*/',
      '//',
      '\n',
      '#if',
      '#else',
      '#endif',
      'fn x',
      'r#"',
      '\\',
      'a',
      ' ',
    );
    fc.assert(
      fc.property(fc.constantFrom<Language>('c', 'rust'), fc.array(token, { maxLength: 60 }), (language, tokens) => {
        const text = tokens.join('');
        const { comments, functions: found } = outline(language, text);
        for (const { start, end } of [...comments, ...found])
          assert.ok(0 <= start && start < end && end <= text.length);
      }),
      { numRuns: 2000 },
    );
  });

  it('ends on nesting and on #if: what is quadratic would not', () => {
    for (const piece of ['{', '(', '#if\n{', '/*', '"', "'a", 'fn x(']) {
      outline('c', piece.repeat(100_000));
      outline('rust', piece.repeat(100_000));
    }
  });
});
