import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ensureBundle, inScratch, type Outcome, runBundle, TREE } from './bundle';

interface Finding {
  readonly rule: string;
  readonly severity: string;
  readonly file: string;
  readonly line: number;
  readonly fingerprint: string;
}

function findingsOf({ stdout }: Outcome): readonly Finding[] {
  return JSON.parse(stdout).findings;
}

/** Gives the body a copy of the tree to change. */
function inTree(body: (folder: string, lint: (...args: readonly string[]) => Outcome) => void): void {
  inScratch(folder => {
    cpSync(TREE, folder, { recursive: true });
    body(folder, (...args) => runBundle(['lint', ...args], { cwd: folder }));
  });
}

function edit(folder: string, file: string, change: (text: string) => string): void {
  const full = path.join(folder, file);
  writeFileSync(full, change(readFileSync(full, 'utf8')));
}

function git(folder: string, ...args: readonly string[]): string {
  const who = [
    '-c',
    'user.name=Test',
    '-c',
    'user.email=test@localhost',
    '-c',
    'commit.gpgsign=false',
    '-c',
    'init.defaultBranch=main',
  ];
  const { status, stdout, stderr } = spawnSync('git', [...who, ...args], { cwd: folder, encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  return stdout;
}

describe('mm-analyzer lint', () => {
  before(ensureBundle);

  it('exits by the severity that is asked for', () => {
    const status = (...args: readonly string[]) => runBundle(['lint', ...args]).status;
    assert.equal(status('drivers/peek.c'), 1);
    assert.equal(status('--fail-on=never', 'drivers/peek.c'), 0);
    assert.equal(status('--fail-on=error', 'drivers/allowed.c'), 0);
    assert.equal(status('--fail-on=warning', 'drivers/allowed.c'), 1);
    assert.equal(status('--rule=leaked-users=info', '--rule=mismatched-put=off', 'drivers/peek.c'), 0);
    assert.equal(status('mm/clean.c'), 0);
    assert.equal(status('lib'), 0);
  });

  it('prints paths relative to the working folder, wherever that is', () => {
    const { stdout } = runBundle(['lint', '../drivers/peek.c'], { cwd: path.join(TREE, 'mm') });
    assert.match(stdout, /^\.\.\/drivers\/peek\.c:11:3: error/);
  });

  it('colours on demand only', () => {
    const isColoured = (env: NodeJS.ProcessEnv) =>
      runBundle(['lint', 'drivers/peek.c'], { env }).stdout.includes('\x1b[1;31merror:');
    assert.deepEqual(
      [isColoured({}), isColoured({ FORCE_COLOR: '1' }), isColoured({ FORCE_COLOR: '0' })],
      [false, true, false],
    );
  });

  it('cuts at --max-findings and still counts the rest', () => {
    const { status, stdout } = runBundle(['lint', '--max-findings=1', '--format=json']);
    const { findings, stats } = JSON.parse(stdout);
    assert.deepEqual([findings.length, stats.omitted, status], [1, 3, 1]);
  });

  it('gives the same report with any number of threads', () => {
    inScratch(folder => {
      for (let i = 0; i < 200; i++) cpSync(path.join(TREE, 'drivers'), path.join(folder, `d${i}`), { recursive: true });
      const [one, many] = ['1', '3'].map(jobs => runBundle(['lint', '--jobs', jobs, '--format=json'], { cwd: folder }));
      assert.equal(one!.stdout, many!.stdout);
      assert.equal(findingsOf(one!).length, 800);
    });
  });

  it('shares the files out to shards', () => {
    const files = ['1/3', '2/3', '3/3'].map(shard => runBundle(['lint', '--format=json', '--shard', shard]));
    const all = files.flatMap(findingsOf).map(({ fingerprint }) => fingerprint);
    assert.deepEqual(
      all.sort(),
      findingsOf(runBundle(['lint', '--format=json']))
        .map(({ fingerprint }) => fingerprint)
        .sort(),
    );
  });

  it('obeys mm-analyzer.json, and the command line more', () => {
    inTree((folder, lint) => {
      writeFileSync(
        path.join(folder, 'mm-analyzer.json'),
        '{ "rules": { "leaked-users": "info" }, "exclude": ["drivers/allowed.c"] }',
      );
      const rules = findingsOf(lint('--format=json')).map(({ rule, severity }) => `${rule} ${severity}`);
      assert.deepEqual(rules, ['leaked-users info', 'mismatched-put error']);
      assert.deepEqual(findingsOf(lint('--format=json', '--rule=leaked-users=off')).length, 1);
      assert.ok(
        findingsOf(lint('--format=json', 'drivers/allowed.c')).length > 0,
        'a named file is judged though excluded',
      );
    });
  });

  it('knows the functions that mm-analyzer.json adds, and says what is wrong with a row', () => {
    inTree((folder, lint) => {
      const row = {
        name: 'peek_count',
        params: ['mm'],
        effects: ['drops users of arg0'],
        returns: 'void',
        sleeps: true,
        doc: 'Counts, and puts.',
        source: 'drivers/peek.c:1',
      };
      writeFileSync(path.join(folder, 'mm-analyzer.json'), JSON.stringify({ api: [row] }));
      assert.ok(findingsOf(lint('--format=json')).some(({ rule, line }) => rule === 'double-put' && line === 14));
      writeFileSync(
        path.join(folder, 'mm-analyzer.json'),
        JSON.stringify({ api: [{ ...row, effects: ['frobs users of arg0'] }] }),
      );
      const { status, stdout, stderr } = lint();
      assert.match(stderr, /^mm-analyzer lint: configuration: api: .*peek_count.*frobs/);
      assert.deepEqual([status, stdout], [2, '']);
    });
  });

  it('remembers accepted findings when their lines move', () => {
    inTree((folder, lint) => {
      assert.equal(lint('--baseline=accepted.json', '--write-baseline').status, 0);
      edit(folder, 'drivers/peek.c', text => `\n\n${text.replace('\tmmgrab(mm);', '\n\tmmgrab(mm);')}`);
      const again = lint('--baseline=accepted.json');
      assert.deepEqual([again.status, again.stdout], [0, '']);
      assert.match(again.stderr, /no findings in 3 files; 4 in the baseline/);
      edit(folder, 'mm/clean.c', text => text.replace('\tmmput(mm);\n', ''));
      assert.deepEqual(
        findingsOf(lint('--baseline=accepted.json', '--format=json')).map(({ file }) => file),
        ['mm/clean.c'],
      );
    });
  });

  it('prints what the analysis sees', () => {
    for (const kind of ['tree', 'ir', 'states', 'summaries', 'incomplete']) {
      const { status, stderr } = runBundle(['lint', `--emit=${kind}`, 'mm/clean.c']);
      assert.deepEqual([status, stderr], [0, '']);
    }
  });
});

describe('mm-analyzer lint --fix', () => {
  before(ensureBundle);

  it('applies the safe fixes and reports what is left', () => {
    inTree((folder, lint) => {
      const file = path.join(folder, 'drivers/peek.c');
      const { mode } = statSync(file);
      const diff = lint('--diff-fixes', 'drivers/peek.c').stdout;
      const { status, stdout, stderr } = lint('--fix', 'drivers/peek.c');
      assert.deepEqual([status, stdout], [0, ''], stderr);
      assert.match(stderr, /^fixed 2 findings in 1 file\nno findings in 1 file\n$/);
      assert.equal(statSync(file).mode, mode);
      git(folder, 'apply', '--check', '-R', '--unsafe-paths', '--directory=', writePatch(folder, diff));
      assert.match(lint('--fix', 'drivers/peek.c').stderr, /^no findings in 1 file\n$/);
    });
  });

  it('writes through a link inside the tree, and never outside', () => {
    inScratch(outside => {
      writeFileSync(path.join(outside, 'peek.c'), readFileSync(path.join(TREE, 'drivers/peek.c')));
      inTree((folder, lint) => {
        symlinkSync(path.join(outside, 'peek.c'), path.join(folder, 'away.c'));
        symlinkSync('drivers/peek.c', path.join(folder, 'within.c'));
        assert.match(lint('--fix', 'away.c').stderr, /^away\.c: not fixed: it lies outside the tree$/m);
        assert.equal(lint('--fix', 'within.c').status, 0);
        assert.equal(lint('drivers/peek.c').status, 0);
      });
      assert.ok(readFileSync(path.join(outside, 'peek.c')).equals(readFileSync(path.join(TREE, 'drivers/peek.c'))));
    });
  });

  it('keeps the encoding of a file', () => {
    inTree((folder, lint) => {
      edit(folder, 'drivers/peek.c', text => text.replace('ü€😀', 'ü'));
      const latin1 = Buffer.from(readFileSync(path.join(folder, 'drivers/peek.c'), 'utf8'), 'latin1');
      writeFileSync(path.join(folder, 'drivers/peek.c'), latin1);
      assert.equal(lint('--fix', 'drivers/peek.c').status, 0);
      const text = readFileSync(path.join(folder, 'drivers/peek.c'), 'latin1');
      assert.match(text, /Übergröße/);
      assert.match(text, /ü \*\/ mmdrop\(mm\);/);
    });
  });
});

function writePatch(folder: string, diff: string): string {
  const file = path.join(folder, 'fixes.patch');
  writeFileSync(file, diff);
  return file;
}

describe('mm-analyzer lint of changes', () => {
  before(ensureBundle);

  /** A repository of the tree without its defect of clean.c, then with it, and the patch between them. */
  function inRepository(
    body: (folder: string, lint: (...args: readonly string[]) => Outcome, patch: string) => void,
  ): void {
    inTree((folder, lint) => {
      git(folder, 'init', '-q');
      git(folder, 'add', '.');
      git(folder, 'commit', '-qm', 'Begin');
      edit(folder, 'mm/clean.c', text => text.replace('\tmmput(mm);\n', ''));
      git(folder, 'commit', '-qam', 'Forget to put');
      git(folder, 'format-patch', '-q', '-1', '-o', '..', '--start-number=7');
      const patch = path.join(folder, '..', '0007-Forget-to-put.patch');
      body(folder, lint, patch);
    });
  }

  it('reports what a patch causes, whether the tree has it or not', () => {
    inRepository((folder, lint, patch) => {
      const caused = ['mm/clean.c leaked-users'];
      const reported = (outcome: Outcome) => findingsOf(outcome).map(({ file, rule }) => `${file} ${rule}`);
      assert.deepEqual(reported(lint('--patch', patch, '--format=json')), caused);
      git(folder, 'reset', '-q', '--hard', 'HEAD~1');
      assert.deepEqual(reported(lint('--patch', patch, '--format=json')), caused);
      const piped = runBundle(['lint', '--patch=-', '--format=json'], {
        cwd: path.join(folder, 'mm'),
        input: readFileSync(patch),
      });
      assert.deepEqual(reported(piped), ['clean.c leaked-users']);
      edit(folder, 'mm/clean.c', text => text.replace('return count;', 'return -count;'));
      assert.match(lint('--patch', patch).stderr, /: the hunk for line \d+ of mm\/clean\.c does not fit the tree$/m);
    });
  });

  it('reports what changed since a revision, new files too', () => {
    inRepository((folder, lint) => {
      const files = (revision: string) =>
        findingsOf(lint('--since', revision, '--format=json')).map(({ file }) => file);
      assert.deepEqual(files('HEAD'), []);
      assert.deepEqual(files('HEAD~1'), ['mm/clean.c']);
      cpSync(path.join(TREE, 'drivers/peek.c'), path.join(folder, 'drivers/new.c'));
      edit(folder, 'drivers/peek.c', text => text.replace('peek_count(mm);', 'peek_count(mm, 1);'));
      assert.deepEqual(files('HEAD'), ['drivers/new.c', 'drivers/new.c', 'drivers/peek.c']);
      assert.deepEqual(findingsOf(lint('--since=HEAD', '--format=json', 'mm')), []);
    });
  });

  it('takes an empty patch for a clean one, and other text for a mistake', () => {
    const empty = runBundle(['lint', '--patch=-'], { input: '' });
    assert.deepEqual([empty.status, empty.stdout], [0, '']);
    const prose = runBundle(['lint', '--patch=-'], { input: 'Dear all,\n' });
    assert.equal(prose.stderr, 'mm-analyzer lint: the patch on stdin: there is no diff in it\n');
    assert.equal(prose.status, 2);
  });
});
