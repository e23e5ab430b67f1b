import assert from 'node:assert/strict';
import { scanC } from '../../server/src/core/syntax/functions';

/** What stays of conditional text inside a body; a line that became blank is shown as an empty one. */
function resolve(lines: readonly string[]): string[] {
  const text = `void f(void)\n{\n${lines.join('\n')}\n}\n`;
  const { normalised } = scanC(text);
  assert.equal(normalised.length, text.length);
  return normalised
    .split('\n')
    .slice(2, -2)
    .map(line => line.trimEnd());
}

function stays(lines: readonly string[]): void {
  assert.deepEqual(resolve(lines), lines);
}

describe('conditional groups', () => {
  it('stay when their arms are whole statements', () => {
    stays(['#ifdef A', 'a();', '#elif B', 'b();', '#else', 'if (x) {', 'c();', '}', '#endif']);
  });

  it('stay when their arms are whole cases', () => {
    stays(['switch (x) {', 'case 1:', '#ifdef A', 'case 2:', '#endif', 'f();', '}']);
  });

  it('stay inside each other', () => {
    stays(['#ifdef A', '#ifndef B', 'b();', '#endif', 'a();', '#endif']);
  });

  it('keep the first arm where an arm opens a block', () => {
    assert.deepEqual(resolve(['#ifdef A', 'if (a) {', '#else', 'if (b) {', '#endif', 'f();', '}']), [
      '',
      'if (a) {',
      '',
      '',
      '',
      'f();',
      '}',
    ]);
  });

  it('keep the first arm in the middle of an expression', () => {
    assert.deepEqual(resolve(['x = a', '#ifdef A', '| b', '#else', '| c', '#endif', ';']), [
      'x = a',
      '',
      '| b',
      '',
      '',
      '',
      ';',
    ]);
  });

  it('keep the first arm where it is the body of a condition', () => {
    assert.deepEqual(resolve(['if (x)', '#ifdef A', 'a();', '#else', 'b();', '#endif']), [
      'if (x)',
      '',
      'a();',
      '',
      '',
      '',
    ]);
  });

  it('keep the first arm around an else', () => {
    assert.deepEqual(resolve(['if (x)', 'a();', '#ifdef A', 'else', 'b();', '#endif']), [
      'if (x)',
      'a();',
      '',
      'else',
      'b();',
      '',
    ]);
    assert.deepEqual(resolve(['#ifdef A', 'if (x)', 'a();', 'else', '#endif', 'b();']), [
      '',
      'if (x)',
      'a();',
      'else',
      '',
      'b();',
    ]);
  });

  it('keep the first arm after a label, where the grammar takes no directive', () => {
    assert.deepEqual(resolve(['out:', '#ifdef A', 'a();', '#endif', 'b();']), ['out:', '', 'a();', '', 'b();']);
  });

  it('drop what is never compiled', () => {
    assert.deepEqual(resolve(['#if 0', 'a();', '#else', 'b();', '#endif']), ['', '', '', 'b();', '']);
    assert.deepEqual(resolve(['#if 1 /* on */', 'a();', '#else', 'b();', '#endif']), ['', 'a();', '', '', '']);
  });

  it('drop a whole arm with all that it holds', () => {
    assert.deepEqual(resolve(['#if 0', '#ifdef A', 'a();', '#endif', '#if 0', '#endif', '#endif', 'b();']), [
      ...Array<string>(7).fill(''),
      'b();',
    ]);
  });

  it('keep all text around directives without a partner', () => {
    assert.deepEqual(resolve(['#endif', 'a();', '#ifdef A', 'b();', '#else', 'c();']), [
      '',
      'a();',
      '',
      'b();',
      '',
      'c();',
    ]);
  });

  it('read continued directives as one line', () => {
    stays(['#if defined(A) && \\', '    defined(B)', 'a();', '#endif']);
  });
});

describe('conditional definitions', () => {
  const names = (text: string) => scanC(text).functions.map(found => found.name);

  it('are all found', () => {
    assert.deepEqual(names('#ifdef A\nint f(void)\n{\n}\n#else\nint f(void)\n{\n}\n#endif\nint g(void)\n{\n}\n'), [
      'f',
      'f',
      'g',
    ]);
  });

  it('are all found beside macros without a semicolon', () => {
    assert.deepEqual(names('#ifdef A\nint f(void)\n{\n}\nEXPORT(f)\n#else\nint f(void)\n{\n}\nEXPORT(f)\n#endif\n'), [
      'f',
      'f',
    ]);
  });

  it('share the body under two headers', () => {
    assert.deepEqual(names('#ifdef A\nint f(int a)\n#else\nint f(long a)\n#endif\n{\n}\n'), ['f']);
  });

  it('are not found where they are never compiled', () => {
    assert.deepEqual(names('#if 0\nint f(void)\n{\n}\n#endif\nint g(void)\n{\n}\n'), ['g']);
  });
});
