import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { BUNDLE, ensureBundle, inScratch, runBundle, TREE } from './bundle';

const LEAK = readFileSync(path.join(TREE, 'drivers/peek.c'));
const CLEAN = readFileSync(path.join(TREE, 'mm/clean.c'));

interface Json {
  readonly findings: readonly {
    readonly file: string;
    readonly line: number;
    readonly column: number;
    readonly rule: string;
  }[];
  readonly incomplete: readonly { readonly function: string; readonly reason: string }[];
  readonly stats: {
    readonly files: number;
    readonly skipped: readonly { readonly file: string; readonly reason: string }[];
  };
}

/** Lints what `fill` puts into a folder, together with a sound file that must be judged whatever happens. */
function lintFolder(
  fill: (folder: string) => void,
  args: readonly string[] = [],
  uid?: number,
): Json & { stderr: string } {
  let result: (Json & { stderr: string }) | undefined;
  inScratch(folder => {
    chmodSync(folder, 0o755);
    writeFileSync(path.join(folder, 'leak.c'), LEAK);
    fill(folder);
    const { status, stdout, stderr } = runBundle(['lint', '--format=json', ...args], {
      cwd: folder,
      ...(uid !== undefined && { uid }),
    });
    assert.equal(status, 1, stderr);
    result = { ...JSON.parse(stdout), stderr };
    assert.ok(
      result!.findings.some(({ file }) => file === 'leak.c'),
      'the sound file is judged',
    );
  });
  return result!;
}

describe('hostile and odd input', () => {
  before(ensureBundle);

  it('skips binary files and says so', () => {
    const { stats, stderr } = lintFolder(folder => writeFileSync(path.join(folder, 'binary.c'), 'mm_struct\0\x01\x02'));
    assert.deepEqual(stats.skipped, [{ file: 'binary.c', reason: 'binary (it holds a NUL byte)' }]);
    assert.match(stderr, /^binary\.c: skipped: binary/m);
  });

  it('reads what is not UTF-8 as Latin-1, and counts its columns in bytes', () => {
    const latin1 = Buffer.from(LEAK.toString().replace('ü€😀', 'ü'), 'latin1');
    const { findings, stderr } = lintFolder(folder => writeFileSync(path.join(folder, 'old.c'), latin1));
    assert.match(stderr, /^old\.c: not UTF-8, read as Latin-1$/m);
    const put = findings.find(finding => finding.file === 'old.c' && finding.rule === 'mismatched-put');
    assert.deepEqual([put?.line, put?.column], [21, 10]);
  });

  it('keeps columns right behind a byte order mark and with CRLF', () => {
    const text = `\uFEFF${LEAK.toString().replaceAll('\n', '\r\n')}`;
    const { findings } = lintFolder(folder => writeFileSync(path.join(folder, 'dos.c'), text));
    const put = findings.find(finding => finding.file === 'dos.c' && finding.rule === 'mismatched-put');
    assert.deepEqual([put?.line, put?.column], [21, 18]);
  });

  it('skips a file of 100 MB when it concerns an mm, and passes over it otherwise', () => {
    const { stats } = lintFolder(folder => {
      for (const [name, text] of [
        ['huge.c', 'struct mm_struct;'],
        ['table.h', 'int x;'],
      ]) {
        writeFileSync(path.join(folder, name!), text!);
        truncateSync(path.join(folder, name!), 100 * 1024 * 1024);
      }
    });
    assert.deepEqual(stats.skipped, [{ file: 'huge.c', reason: '100.0 MB is over the limit of 16 MB' }]);
  });

  it('survives absurd nesting', () => {
    const deep = (open: string, close: string) =>
      `int f(struct mm_struct *mm)\n{\nmmget(mm);\n${open.repeat(100_000)}${close.repeat(100_000)}\n}\n`;
    const { findings } = lintFolder(folder => {
      writeFileSync(path.join(folder, 'braces.c'), deep('{', '}'));
      writeFileSync(path.join(folder, 'parens.c'), deep('(', ')'));
      writeFileSync(path.join(folder, 'open.c'), deep('if (x) {', ''));
      writeFileSync(path.join(folder, 'comment.c'), deep('/*', ''));
      writeFileSync(path.join(folder, 'deep.rs'), `fn f(mm: &Mm) { ${'/*'.repeat(100_000)} ${'{'.repeat(100_000)}`);
    });
    assert.ok(findings.length > 0);
  });

  it('survives half-typed code', () => {
    lintFolder(folder => {
      const text = CLEAN.toString();
      for (let at = 1; at < text.length; at += 17) writeFileSync(path.join(folder, `cut${at}.c`), text.slice(0, at));
    });
  });

  it('does not follow symbolic links in folders', () => {
    const { findings, stats } = lintFolder(folder => {
      symlinkSync('.', path.join(folder, 'loop'));
      symlinkSync('nowhere', path.join(folder, 'dangling.c'));
      symlinkSync(path.join(TREE, 'drivers'), path.join(folder, 'outside'));
      symlinkSync('leak.c', path.join(folder, 'alias.c'));
    });
    assert.deepEqual([...new Set(findings.map(({ file }) => file))], ['leak.c']);
    assert.deepEqual(stats.skipped, []);
  });

  it('passes over folders with the name of a source, and pipes', () => {
    const { stats } = lintFolder(folder => {
      mkdirSync(path.join(folder, 'folder.c'));
      spawnSync('mkfifo', [path.join(folder, 'pipe.c')]);
    });
    assert.equal(stats.files, 1);
  });

  it('does not wait for a pipe that is named', () => {
    inScratch(folder => {
      if (spawnSync('mkfifo', [path.join(folder, 'pipe.c')]).status !== 0) return;
      const { status, stderr } = runBundle(['lint', 'pipe.c'], { cwd: folder });
      assert.match(stderr, /^mm-analyzer lint: pipe\.c: not a regular file$/m);
      assert.equal(status, 2);
    });
  });

  it('says what it may not read, and goes on', function () {
    // Root may read everything, so the bundle runs as nobody; it must be able to reach itself then.
    if (process.getuid?.() !== 0 || runBundle(['--version'], { cwd: '/', uid: 65534 }).status !== 0) this.skip();
    const { stats, stderr } = lintFolder(
      folder => {
        writeFileSync(path.join(folder, 'secret.c'), LEAK, { mode: 0 });
        mkdirSync(path.join(folder, 'closed'), { mode: 0 });
      },
      [],
      65534,
    );
    assert.deepEqual(stats.skipped, [
      { file: 'closed', reason: 'permission denied' },
      { file: 'secret.c', reason: 'permission denied' },
    ]);
    assert.match(stderr, /^secret\.c: skipped: permission denied$/m);
  });

  it('does not pass for clean when nothing that was named could be judged', () => {
    inScratch(folder => {
      writeFileSync(path.join(folder, 'a.c'), '\0');
      const { status, stdout, stderr } = runBundle(['lint', 'a.c'], { cwd: folder });
      assert.equal(stderr, 'mm-analyzer lint: a.c: binary (it holds a NUL byte)\n');
      assert.deepEqual([status, stdout], [2, '']);
    });
  });

  it('judges the text on stdin as a file of the tree', () => {
    const { status, stdout } = runBundle(['lint', '--stdin-filename', 'drivers/new.c'], { input: LEAK });
    assert.equal(status, 1);
    assert.match(stdout, /^drivers\/new\.c:11:3: error: .* \[leaked-users\]$/m);
    const binary = runBundle(['lint', '--stdin-filename', 'drivers/new.c'], { input: Buffer.from('\0') });
    assert.deepEqual([binary.status, binary.stdout], [2, '']);
  });

  it('ends quietly when the reader of its output has seen enough', () => {
    inScratch(folder => {
      // More than a pipe holds, so that the writer meets its end.
      for (let i = 0; i < 100; i++) writeFileSync(path.join(folder, `leak${i}.c`), LEAK);
      const shell = `node ${JSON.stringify(BUNDLE)} lint --format=json | head -n 1`;
      const { stdout, stderr } = spawnSync('sh', ['-c', shell], { cwd: folder, encoding: 'utf8' });
      assert.equal(stdout, '{\n');
      assert.doesNotMatch(stderr, /EPIPE|Error/);
    });
  });

  it('makes names harmless that could steer a terminal', () => {
    const { stderr } = lintFolder(folder => writeFileSync(path.join(folder, '\x1b[2J.c'), 'mm_struct\0'));
    assert.match(stderr, /^\\x1b\[2J\.c: skipped/m);
  });

  it('judges an empty file', () => {
    inScratch(folder => {
      writeFileSync(path.join(folder, 'empty.c'), '');
      assert.equal(runBundle(['lint', 'empty.c'], { cwd: folder }).status, 0);
    });
  });
});
