import assert from 'node:assert/strict';
import fc from 'fast-check';
import { insertAfter, insertBefore } from '../../server/src/core/rules/fixes';
import { type Found, settle } from '../../server/src/core/rules/precedence';
import type { Rule } from '../../server/src/core/rules/rule';
import { Source } from '../../server/src/core/rules/source';
import { applyEdits } from '../../server/src/core/text';

/** `text` after writing `put();` before the statement at `|`. */
function insertAtBar(text: string): string | null {
  const at = text.indexOf('|');
  const plain = text.replace('|', '');
  const edits = insertBefore(new Source(plain), { start: at, end: at }, 'put();');
  return edits && applyEdits(plain, edits);
}

describe('fixes', () => {
  it('insert a statement into a block', () => {
    assert.equal(insertAtBar('{\n\ta();\n\t|return 1;\n}'), '{\n\ta();\n\tput();\n\treturn 1;\n}');
    assert.equal(insertAtBar('{\nout:\n\t|return 1;\n}'), '{\nout:\n\tput();\n\treturn 1;\n}');
  });

  it('add the braces that a second statement needs', () => {
    assert.equal(insertAtBar('\tif (a)\n\t\t|return 1;\n\tb();'), '\tif (a) {\n\t\tput();\n\t\treturn 1;\n\t}\n\tb();');
    assert.equal(
      insertAtBar('\tif (a)\n\t\t|return 1;\n\telse\n\t\tb();'),
      '\tif (a) {\n\t\tput();\n\t\treturn 1;\n\t} else\n\t\tb();',
    );
    assert.equal(insertAtBar('\telse\n\t\t|return 1;\n}'), '\telse {\n\t\tput();\n\t\treturn 1;\n\t}\n}');
  });

  it('leave alone what stands on one line with its condition', () => {
    assert.equal(insertAtBar('\tif (a) |return 1;\n'), null);
  });

  it('do not take comments and strings for code', () => {
    assert.equal(
      insertAtBar('{\n\ta(); /* if (x) */\n\t|return 1;\n}'),
      '{\n\ta(); /* if (x) */\n\tput();\n\treturn 1;\n}',
    );
    const { code } = new Source('a("{;", \'}\'); // {\n#define X { \\\n\t}\nb();');
    assert.equal(code.replace(/\s+/g, ' '), 'a( , ); b();');
  });

  it('insert after the whole statement that holds a call', () => {
    const text = '{\n\tx = get(task,\n\t\tflags);\n\tuse(x);\n}';
    const at = text.indexOf('get');
    const edits = insertAfter(new Source(text), { start: at, end: at }, 'if (!x)\n\treturn;');
    assert.equal(
      edits && applyEdits(text, edits),
      '{\n\tx = get(task,\n\t\tflags);\n\tif (!x)\n\t\treturn;\n\tuse(x);\n}',
    );
    assert.equal(insertAfter(new Source('{ if (get(x)) y(); }'), { start: 6, end: 6 }, 'z();'), null);
  });

  it('never fail on damaged text', () => {
    const pieces = fc.constantFrom(
      '{',
      '}',
      '(',
      ')',
      ';',
      '"',
      "'",
      '/*',
      '*/',
      '//',
      '\n',
      '#',
      '\\',
      'if',
      'else',
      'return',
      'goto',
      ':',
      '\ud800',
      ' ',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 60 }), fc.nat(80), (words, at) => {
        const text = words.join('');
        const source = new Source(text);
        assert.equal(source.code.length, text.length);
        for (const edit of insertBefore(source, { start: at, end: at }, 'put();') ?? [])
          assert.ok(edit.span.start <= edit.span.end);
        insertAfter(source, { start: at, end: at }, 'put();');
        source.skipBrackets(at);
      }),
    );
  });
});

describe('precedence', () => {
  const found = (id: string, start: number, subject?: number): Found => ({
    rule: { id } as Rule,
    report: {
      span: { start, end: start + 1 },
      message: '',
      trail: [],
      fixes: [],
      ...(subject !== undefined && { subject }),
    },
  });
  const settled = (list: Found[]) => settle(list).map(({ rule }) => rule.id);

  it('tells one defect of one handle once', () => {
    assert.deepEqual(settled([found('use-after-put', 9, 1), found('put-under-mmap-lock', 5, 1)]), [
      'put-under-mmap-lock',
    ]);
    assert.deepEqual(settled([found('leaked-users', 9, 1), found('mismatched-put', 5, 1)]), ['mismatched-put']);
  });

  it('keeps reports about other handles, in the order of the text', () => {
    assert.deepEqual(settled([found('use-after-put', 9, 2), found('put-under-mmap-lock', 5, 1)]), [
      'put-under-mmap-lock',
      'use-after-put',
    ]);
    assert.deepEqual(settled([found('use-after-put', 9), found('double-put', 5)]), ['double-put', 'use-after-put']);
  });
});
