import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Analyzer, Finding } from '../../server/src/core/facade';
import { ALONE } from '../support/alone';
import { inScratchLater } from './bundle';
import { runHere } from './here';

/** Reports a double-put at every `BAD`, throws at `CRASH`, and gives up at `DAMAGED`. */
const fake: Analyzer = {
  ...ALONE,
  analyze({ path: file, text }) {
    if (text.includes('CRASH')) throw new RangeError('too deep');
    const whole = { span: { start: 0, end: text.length }, function: 'f', reason: 'a test' };
    return {
      findings: findingsIn(text),
      incomplete: /(?<!:)DAMAGED/.test(text) ? [whole] : [],
      facts: () => [],
      hover: () => null,
      declarationAt: () => null,
      inlayHints: () => [],
      emit: kind => `${kind} of ${file}`,
    };
  },
};

/** The safe fix of `BAD` is what follows it: `BAD:x` becomes `x`. */
function findingsIn(text: string): Finding[] {
  return [...text.matchAll(/BAD(?::(\w*))?/g)].map(match => {
    const span = { start: match.index, end: match.index + match[0].length };
    return {
      rule: 'double-put',
      severity: 'error',
      span,
      function: 'f',
      message: 'is bad',
      trail: [{ span: { start: 0, end: 1 }, message: 'because of this', at: { file: 'other.h', line: 3 } }],
      fixes: match[1] === undefined ? [] : [{ title: 'mend', safe: true, edits: [{ span, text: match[1] }] }],
    };
  });
}

/** Runs a command line in a folder with these files; `text` is what is in a file afterwards. */
function runOver(files: Readonly<Record<string, string>>, ...argv: readonly string[]) {
  return inScratchLater(async cwd => {
    for (const [file, text] of Object.entries(files)) writeFileSync(path.join(cwd, file), text);
    const { status, stdout: out, stderr: err } = await runHere(argv, cwd, async () => fake);
    const texts = new Map(Object.keys(files).map(file => [file, readFileSync(path.join(cwd, file), 'utf8')]));
    return { status, out, err, text: (file: string) => texts.get(file) };
  });
}

describe('the command line over any analyzer', () => {
  it('follows a trail into another file of the tree, without reading it', async () => {
    const { out } = await runOver({ 'a.c': 'x;\n BAD;\n' }, 'lint', 'a.c');
    assert.equal(out, 'a.c:2:2: error: is bad [double-put]\nother.h:3:1: note: because of this\n');
  });

  it('goes on when the analysis of one file fails', async () => {
    const { status, out, err } = await runOver({ 'a.c': 'CRASH', 'b.c': 'BAD' }, 'lint', 'a.c', 'b.c');
    assert.match(out, /^b\.c:1:1: error: is bad \[double-put\]\n/);
    assert.match(err, /^a\.c: skipped: internal error: too deep$/m);
    assert.equal(status, 1);
  });

  it('fails when nothing else was left', async () => {
    const { status, out, err } = await runOver({ 'a.c': 'CRASH mm_struct' }, 'lint');
    assert.deepEqual([status, out, err], [2, '', 'mm-analyzer lint: a.c: internal error: too deep\n']);
  });

  it('fixes until nothing changes', async () => {
    const { out, text } = await runOver({ 'a.c': 'BAD:BAD; BAD:x; BAD;' }, 'lint', '--fix', 'a.c');
    assert.equal(text('a.c'), 'BAD; x; BAD;');
    assert.equal(out.match(/is bad/g)?.length, 2);
  });

  it('takes back a fix that leaves a function unreadable', async () => {
    const { err, text } = await runOver({ 'a.c': 'BAD:DAMAGED;' }, 'lint', '--fix', 'a.c');
    assert.equal(text('a.c'), 'BAD:DAMAGED;');
    assert.doesNotMatch(err, /fixed/);
  });

  it('tells what could not be judged', async () => {
    const { status, out, err } = await runOver({ 'a.c': 'DAMAGED\n' }, 'lint', '--format=json', 'a.c');
    assert.deepEqual(JSON.parse(out).incomplete, [{ file: 'a.c', line: 1, function: 'f', reason: 'a test' }]);
    assert.match(err, /^no findings in 1 file; 1 function not judged \(--emit=incomplete tells why\)\n$/);
    assert.equal(status, 0);
  });

  it('names each file of --emit when there are several', async () => {
    const files = { 'a.c': '', 'b.c': '' };
    assert.equal((await runOver(files, 'lint', '--emit=ir', 'a.c')).out, 'ir of a.c\n');
    assert.equal(
      (await runOver(files, 'lint', '--emit=ir', 'a.c', 'b.c')).out,
      '== a.c\nir of a.c\n== b.c\nir of b.c\n',
    );
  });

  it('judges a file once, however often it is named', async () => {
    assert.equal(
      (await runOver({ 'a.c': 'BAD mm_struct' }, 'lint', 'a.c', './a.c', '.')).out.match(/is bad/g)?.length,
      1,
    );
  });

  it('counts findings alike by rule, function and line, so that moved lines keep their fingerprint', async () => {
    const prints = async (text: string): Promise<string[]> => {
      const { out } = await runOver({ 'a.c': text }, 'lint', '--format=json', 'a.c');
      return JSON.parse(out).findings.map(({ fingerprint }: { fingerprint: string }) => fingerprint);
    };
    const before = await prints('BAD;\nBAD;\nx BAD;\n');
    assert.equal(new Set(before).size, 3);
    assert.deepEqual(await prints('\n\n  BAD;\n\tBAD;\ny;\nx   BAD;\n'), before);
  });
});
