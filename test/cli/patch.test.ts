import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Change, computeChanges } from '../../server/src/cli/changes';
import { decodeMail } from '../../server/src/cli/mail';
import { parsePatch } from '../../server/src/cli/patch';
import { inScratch } from './bundle';

const OLD = 'one\ntwo\nthree\nfour\nfive\n';
const NEW = 'one\ntwo\n2.5\nthree\nfive\n';
const DIFF = `--- a/x.c
+++ b/x.c
@@ -1,5 +1,5 @@
 one
 two
+2.5
 three
-four
 five
`;

/** What a patch makes of a tree. */
function changesOf(tree: Readonly<Record<string, string | Buffer>>, patch: string | Buffer): readonly Change[] {
  let changes: readonly Change[] = [];
  inScratch(folder => {
    for (const [file, text] of Object.entries(tree)) {
      mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
      writeFileSync(path.join(folder, file), text);
    }
    changes = computeChanges(parsePatch(Buffer.from(patch), 'p'), folder, 'p').map(change => ({
      ...change,
      path: path.relative(folder, change.path),
    }));
  });
  return changes;
}

function told(change: Change | undefined): unknown {
  return (
    change && {
      path: change.path,
      before: change.before?.source.text ?? null,
      after: change.after.text,
      touched: [...change.touched],
    }
  );
}

describe('patches', () => {
  it('apply to a tree that does not have them, and are recognised in one that has', () => {
    const expected = { path: 'x.c', before: OLD, after: NEW, touched: [3, 5] };
    assert.deepEqual(changesOf({ 'x.c': OLD }, DIFF).map(told), [expected]);
    assert.deepEqual(changesOf({ 'x.c': NEW }, DIFF).map(told), [expected]);
  });

  it('find their place when lines moved', () => {
    const shifted = `${'head\n'.repeat(9)}${OLD}`;
    assert.deepEqual([...changesOf({ 'x.c': shifted }, DIFF)[0]!.touched], [12, 14]);
  });

  it('come without context, as git diff -U0 makes them', () => {
    const insert = '--- a/x.c\n+++ b/x.c\n@@ -2,0 +3 @@ two\n+2.5\n';
    const remove = '--- a/x.c\n+++ b/x.c\n@@ -4 +3,0 @@\n-four\n';
    const inserted = OLD.replace('three', '2.5\nthree');
    const removed = OLD.replace('four\n', '');
    for (const tree of [OLD, inserted])
      assert.deepEqual(changesOf({ 'x.c': tree }, insert).map(told), [
        { path: 'x.c', before: OLD, after: inserted, touched: [3] },
      ]);
    for (const tree of [OLD, removed])
      assert.deepEqual(changesOf({ 'x.c': tree }, remove).map(told), [
        { path: 'x.c', before: OLD, after: removed, touched: [4] },
      ]);
  });

  it('build on each other in a series', () => {
    const second = '--- a/x.c\n+++ b/x.c\n@@ -2,3 +2,3 @@\n two\n-2.5\n+2.75\n three\n';
    const [change] = changesOf({ 'x.c': OLD }, DIFF + second);
    assert.equal(change!.after.text, NEW.replace('2.5', '2.75'));
    assert.equal(change!.before!.source.text, OLD);
    assert.deepEqual([...change!.touched], [3, 5]);
  });

  it('make, delete and rename files', () => {
    const made = '--- /dev/null\n+++ b/new.c\n@@ -0,0 +1,2 @@\n+a\n+b\n';
    assert.deepEqual(changesOf({}, made).map(told), [
      { path: 'new.c', before: null, after: 'a\nb\n', touched: [1, 2] },
    ]);
    const deleted = '--- a/x.c\n+++ /dev/null\n@@ -1,5 +0,0 @@\n-one\n-two\n-three\n-four\n-five\n';
    assert.deepEqual(changesOf({ 'x.c': OLD }, deleted), []);
    const renamed =
      'diff --git a/x.c b/y.c\nsimilarity index 90%\nrename from x.c\nrename to y.c\n--- a/x.c\n+++ b/y.c\n@@ -2,3 +2,3 @@\n two\n-three\n+3\n four\n';
    const [change] = changesOf({ 'x.c': OLD }, renamed);
    assert.equal(change!.path, 'y.c');
    assert.match(change!.before!.path, /x\.c$/);
    assert.deepEqual([...change!.touched], [3]);
  });

  it('may be written without a/ and b/, or from another folder', () => {
    assert.equal(changesOf({ 'mm/x.c': OLD }, DIFF.replaceAll(/[ab]\/x/g, 'mm/x'))[0]!.path, 'mm/x.c');
    assert.equal(
      changesOf({ 'mm/x.c': OLD }, DIFF.replace('a/x', 'linux.orig/mm/x').replace('b/x', 'linux/mm/x'))[0]!.path,
      'mm/x.c',
    );
  });

  it('may mix encodings', () => {
    const latin1 = Buffer.from(OLD.replace('one', 'ü'), 'latin1');
    const [change] = changesOf({ 'x.c': latin1 }, Buffer.from(DIFF.replace(' one', ' ü'), 'latin1'));
    assert.deepEqual([change!.after.encoding, change!.after.text], ['latin1', NEW.replace('one', 'ü')]);
  });

  it('must fit', () => {
    assert.throws(
      () => changesOf({ 'x.c': OLD.replace('two', '2') }, DIFF),
      /p: the hunk for line 1 of x\.c does not fit the tree/,
    );
    assert.throws(() => changesOf({}, DIFF), /p: x\.c is not in the tree/);
    assert.throws(
      () => parsePatch(Buffer.from(DIFF.replace(' five\n', '')), 'p'),
      /p:9: the hunk is damaged or cut short/,
    );
    assert.throws(
      () => parsePatch(Buffer.from(DIFF.replaceAll('x.c', '../x.c')), 'p'),
      /names a file outside the tree: a\/\.\.\/x\.c/,
    );
    assert.throws(() => parsePatch(Buffer.from(DIFF.replaceAll(/[ab]\/x\.c/g, '/etc/x.c')), 'p'), /outside the tree/);
  });

  it('touch nothing on disk', () => {
    inScratch(folder => {
      writeFileSync(path.join(folder, 'x.c'), OLD);
      computeChanges(parsePatch(Buffer.from(DIFF), 'p'), folder, 'p');
      assert.equal(readFileSync(path.join(folder, 'x.c'), 'utf8'), OLD);
    });
  });
});

describe('mail', () => {
  const mail = (subject: string, body: string, headers = '') =>
    `From 0123 Mon Sep 17 00:00:00 2001\nFrom: A <a@example.org>\nSubject: ${subject}\n${headers}\n${body}\n`;

  it('is decoded', () => {
    const quoted = mail('x', '=C3=BC=3D1 long=\n er', 'Content-Transfer-Encoding: quoted-printable\n');
    assert.deepEqual(decodeMail(quoted), ['Ã¼=1 long er\n']);
    const encoded = mail('x', Buffer.from('a\nb\n').toString('base64'), 'Content-Transfer-Encoding: base64\n');
    assert.deepEqual(decodeMail(encoded), ['a\nb\n']);
    assert.deepEqual(decodeMail(mail('x', '>From here')), ['From here\n']);
  });

  it('comes in the order of its series', () => {
    const box =
      mail('[PATCH v2 2/2] b', 'second') + mail('[PATCH v2 0/2] c', 'cover') + mail('[PATCH v2 1/2] a', 'first');
    assert.deepEqual(
      decodeMail(box).map(body => body.trim()),
      ['cover', 'first', 'second'],
    );
  });

  it('is not what a plain diff is', () => {
    assert.deepEqual(decodeMail(DIFF), [DIFF]);
  });
});
