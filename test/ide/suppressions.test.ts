import assert from 'node:assert/strict';
import type { Finding } from '../../server/src/core/facade';
import { applySuppressions, findAllows } from '../../server/src/core/ide/suppressions';
import type { Language } from '../../server/src/core/syntax/node';

const KNOWN = new Set(['leaked-users', 'double-put', 'unused-allow', 'unexplained-allow']);

/** A finding of leaked-users wherever the text says BAD. */
function findingsIn(text: string): Finding[] {
  return [...text.matchAll(/BAD/g)].map(({ index }) => ({
    rule: 'leaked-users',
    severity: 'error',
    span: { start: index, end: index + 3 },
    function: 'f',
    message: 'leaks',
    trail: [],
    fixes: [],
  }));
}

/** The rules and lines that are left, as `rule:line`. */
function left(text: string, options: { language?: Language; off?: string; incomplete?: boolean } = {}): string[] {
  const whole = { span: { start: 0, end: text.length }, function: 'f', reason: 'a test' };
  const { findings } = applySuppressions(
    { language: options.language ?? 'c', text },
    { findings: findingsIn(text), incomplete: options.incomplete ? [whole] : [] },
    { known: KNOWN, off: new Set(options.off ? [options.off] : []) },
  );
  return findings.map(({ rule, span }) => `${rule}:${text.slice(0, span.start).split('\n').length}`);
}

describe('allow comments', () => {
  it('allow on their own line and on the line below', () => {
    assert.deepEqual(left('f();\nBAD; /* mm-analyzer: allow(leaked-users): why */\nBAD;\n'), ['leaked-users:3']);
    assert.deepEqual(left('/* mm-analyzer: allow(leaked-users): why */\nBAD;\nBAD;\n'), ['leaked-users:3']);
    assert.deepEqual(left('// mm-analyzer: allow(leaked-users): why\nBAD;\n'), []);
    assert.deepEqual(left('/* mm-analyzer: allow(leaked-users): why */ BAD;\n'), []);
  });

  it('allow in a whole function when they stand above it', () => {
    const comment = '/*\n * mm-analyzer: allow(leaked-users): the work item\n * puts it.\n */\n';
    const body = 'static int f(void)\n{\n\tif (x) {\n\t\tBAD;\n\t}\n\tBAD;\n}\n\nint g(void)\n{\n\tBAD;\n}\n';
    assert.deepEqual(left(comment + body), ['leaked-users:15']);
    const rust =
      '// mm-analyzer: allow(leaked-users): why\n#[inline]\npub unsafe fn f<T>(x: &T) -> Result {\n    BAD;\n}\nfn g() { BAD; }\n';
    assert.deepEqual(left(rust, { language: 'rust' }), ['leaked-users:6']);
  });

  it('reach past other comments and attributes, and not past a blank line', () => {
    assert.deepEqual(left('// mm-analyzer: allow(leaked-users): why\n// SAFETY: fine.\nBAD;\n'), []);
    assert.deepEqual(left('// mm-analyzer: allow(leaked-users): why\n#[cfg(x)]\nBAD;\n', { language: 'rust' }), []);
    assert.deepEqual(left('// mm-analyzer: allow(leaked-users): why\n\nBAD;\n'), ['leaked-users:3', 'unused-allow:1']);
  });

  it('name several rules, or several stand in one comment', () => {
    assert.deepEqual(left('// mm-analyzer: allow(leaked-users, double-put): why\nBAD;\n'), ['unused-allow:1']);
    assert.deepEqual(
      left('/* mm-analyzer: allow(double-put): a\n * mm-analyzer: allow(leaked-users): b\n */\nBAD;\n'),
      ['unused-allow:1'],
    );
  });

  it('must be needed, explained and readable', () => {
    assert.deepEqual(left('// mm-analyzer: allow(leaked-users): why\nfine;\n'), ['unused-allow:1']);
    assert.deepEqual(left('// mm-analyzer: allow(leaked-users)\nBAD;\n'), ['unexplained-allow:1']);
    assert.deepEqual(left('// mm-analyzer: allow(leaked-users): --\nBAD;\n'), ['unexplained-allow:1']);
    assert.deepEqual(left('// mm-analyzer: allow(no-such-rule): why\nfine;\n'), ['unused-allow:1']);
    assert.deepEqual(left('// mm-analyzer: ignore this\nBAD;\n'), ['leaked-users:2', 'unused-allow:1']);
    assert.deepEqual(left('/* mm-analyzer: allow(leaked-users):\n * the reason comes later\n */\nBAD;\n'), []);
  });

  it('are not called unused where nobody judged', () => {
    assert.deepEqual(left('// mm-analyzer: allow(double-put): why\nfine;\n', { off: 'double-put' }), []);
    assert.deepEqual(left('// mm-analyzer: allow(double-put): why\nfine;\n', { incomplete: true }), []);
  });

  it('are comments: strings and prose do not count', () => {
    assert.deepEqual(findAllows('c', 'char *s = "// mm-analyzer: allow(x): y";\n'), []);
    assert.deepEqual(findAllows('rust', 'let s = r#"\n// mm-analyzer: allow(x): y\n"#;\n'), []);
    assert.deepEqual(findAllows('c', '/* write mm-analyzer: allow(x): y */\n'), []);
    assert.equal(findAllows('rust', 'let x: &\'a str = "\\""; // mm-analyzer: allow(x): y\n').length, 1);
  });

  it('offer to be removed when they are alone, and only by hand', () => {
    const text = 'a;\n\t/* mm-analyzer: allow(double-put): why */\nb;\n';
    const { findings } = applySuppressions(
      { language: 'c', text },
      { findings: [], incomplete: [] },
      { known: KNOWN, off: new Set() },
    );
    assert.deepEqual(findings[0]!.fixes, [
      { title: 'remove the comment', safe: false, edits: [{ span: { start: 3, end: 46 }, text: '' }] },
    ]);
  });

  it('are found among many: what is quadratic would not end', () => {
    const many = '// mm-analyzer: allow(double-put): why\n'.repeat(20_000);
    assert.equal(findAllows('c', many).length, 20_000);
  });
});
