import assert from 'node:assert/strict';
import { createAnalyzer } from '../../server/src/core/index';
import type { Parser } from '../../server/src/core/syntax/node';
import { applyEdits } from '../../server/src/core/text';
import { createParser } from '../../server/src/parser/wasm';

const TITLE = 'write an unsafe block with its SAFETY comment for each statement';

describe('splitting unsafe blocks', () => {
  let parser: Parser;
  before(async () => {
    parser = await createParser(undefined, ['rust']);
  });

  const findingsOf = (text: string) =>
    createAnalyzer({ parser })
      .analyze({ path: 'split.rs', language: 'rust', text })
      .findings.filter(({ rule }) => rule === 'missing-safety-comment');
  /** The text after the fix; null where it is not offered. */
  const split = (text: string): string | null => {
    const fix = findingsOf(text)[0]?.fixes.find(({ title }) => title === TITLE);
    return fix ? applyEdits(text, [...fix.edits]) : null;
  };
  const bodyOf = (lines: readonly string[]) =>
    `fn f(mm: &Mm, ptr: *mut u8) {\n${lines.map(line => `    ${line}\n`).join('')}}\n`;

  it('gives each statement its own block and comment', () => {
    const text = bodyOf([
      'unsafe {',
      '    bindings::mmgrab(mm.as_raw());',
      '    note();',
      '    bindings::mmdrop(mm.as_raw());',
      '}',
      'note();',
    ]);
    const after = split(text)!;
    assert.match(
      after,
      /^fn f.*\n {4}\/\/ SAFETY: [^\n]*\n {4}unsafe \{ bindings::mmgrab\(mm\.as_raw\(\)\) \};\n {4}note\(\);\n(?: {4}\/\/ [^\n]*\n)+ {4}unsafe \{ bindings::mmdrop\(mm\.as_raw\(\)\) \};\n {4}note\(\);\n\}\n$/,
    );
    assert.deepEqual(findingsOf(after), []);
  });

  it('keeps the braces around what the block declares or gives', () => {
    const text = bodyOf(['let second = unsafe {', '    let first = *ptr;', '    *ptr = 0;', '    first', '};']);
    const after = split(text)!;
    assert.match(after, /let second = \{\n {8}\/\/ SAFETY: /);
    assert.match(after, /\n {8}let first = unsafe \{ \*ptr \};\n/);
    assert.match(after, /\n {8}unsafe \{ \*ptr = 0 \};\n {8}first\n {4}\};\n/);
    assert.deepEqual(findingsOf(after), []);
  });

  it('ends the last expression of a statement, and wraps what spans lines', () => {
    const text = bodyOf([
      'unsafe {',
      '    if note() {',
      '        *ptr = 0;',
      '    }',
      '    bindings::mmgrab(mm.as_raw())',
      '};',
      'note();',
    ]);
    const after = split(text)!;
    assert.match(after, /\n {4}unsafe \{\n {8}if note\(\) \{\n {12}\*ptr = 0;\n {8}\}\n {4}\}\n/);
    assert.match(after, /\n {4}unsafe \{ bindings::mmgrab\(mm\.as_raw\(\)\) \};\n {4}note\(\);\n\}\n$/);
    assert.deepEqual(findingsOf(after), []);
  });

  it('leaves the value of a function what it is', () => {
    const after = split('fn f(ptr: *mut u8) -> u8 {\n    unsafe {\n        *ptr = 0;\n        *ptr\n    }\n}\n')!;
    assert.match(after, /\n {4}unsafe \{ \*ptr \}\n\}\n$/);
  });

  it('leaves comments alone that are there', () => {
    const text = bodyOf(['unsafe {', '    *ptr = 0;', '    // SAFETY: As above.', '    *ptr = 1;', '}']);
    const after = split(text)!;
    assert.equal(after.match(/SAFETY/g)!.length, 2);
    assert.deepEqual(findingsOf(after), []);
  });

  it('is not offered where one statement is all, or where more than a statement would change', () => {
    assert.equal(split(bodyOf(['unsafe {', '    *ptr = 0;', '    note();', '}'])), null);
    assert.equal(split(bodyOf(['unsafe { *ptr = 0; *ptr = 1; }'])), null);
    assert.equal(split(bodyOf(['unsafe {', '    *ptr = 0;', '    *ptr', '}', '.max(1);'])), null);
    assert.equal(split(bodyOf(['unsafe {', '    #[cfg(CONFIG_MMU)]', '    *ptr = 0;', '    *ptr = 1;', '}'])), null);
  });
});
