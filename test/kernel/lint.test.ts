import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Analyzer, FileAnalysis, SourceFile } from '../../server/src/core/facade';
import { chooseFixes } from '../../server/src/core/ide/fix-all';
import { createAnalyzer } from '../../server/src/core/index';
import { applyEdits } from '../../server/src/core/text';
import { createParser } from '../../server/src/parser/wasm';
import { languageOf } from '../../server/src/workspace/languages';
import { ensureBundle, ROOT, runBundle } from '../cli/bundle';
import { checkAnalysis } from '../support/analysis';

const tree = process.env.KERNEL_TREE!;
/** Functions of the whole tree that may be given up for what their paths hold: code that needs more worlds than it is worth. */
const MAX_INCOMPLETE = 12;

interface Report {
  readonly findings: readonly {
    readonly severity: string;
    readonly file: string;
    readonly line: number;
    readonly rule: string;
  }[];
  readonly incomplete: readonly { readonly file: string; readonly function: string; readonly reason: string }[];
  readonly stats: { readonly files: number; readonly skipped: readonly unknown[] };
}

describe('linting the kernel', () => {
  let names: readonly string[];
  let report: Report;

  before(() => {
    ensureBundle();
    names = filesWithAnMm();
    const { status, stdout, stderr } = runBundle(['lint', '--no-cache', '--jobs', '2', '--format', 'json', '.'], {
      cwd: tree,
      timeout: 300_000,
    });
    assert.ok(status === 0 || status === 1, stderr);
    report = JSON.parse(stdout);
  });

  it('judges every file that mentions an mm', () => {
    assert.deepEqual(report.stats.skipped, []);
    assert.equal(report.stats.files, names.length);
    console.log(`      ${names.length} files, ${report.findings.length} findings`);
  });

  it('gives up next to no function, and none for a fault of its own', () => {
    const reasons = report.incomplete.map(({ file, function: name, reason }) => `${file}: ${name}: ${reason}`);
    console.log(`      ${reasons.length} functions are incomplete`, reasons);
    assert.deepEqual(
      reasons.filter(reason => / failed: /.test(reason)),
      [],
    );
    assert.ok(reasons.length <= MAX_INCOMPLETE);
  });

  it('reports what docs/triage/linux-6.12.md has a verdict on', () => {
    const reported = report.findings
      .filter(({ severity }) => severity !== 'info')
      .map(({ file, line, rule }) => `${file}:${line} ${rule}`);
    const page = readFileSync(path.join(ROOT, 'docs/triage/linux-6.12.md'), 'utf8');
    const judged = [...page.matchAll(/^### (\S+:\d+ [\w-]+)$/gm)].map(match => match[1]!);
    assert.deepEqual(judged.sort(), reported.sort());
  });

  it('has facts and fixes of each file that fit its text', async () => {
    const analyzer = createAnalyzer({ parser: await createParser() });
    for (const name of names) {
      const file = readSource(name);
      const analysis = analyzer.analyze(file);
      checkAnalysis(file, analysis);
      checkFixes(analyzer, file, analysis);
    }
  });
});

/** The safe fixes leave a text that can be judged again, with fewer findings. */
function checkFixes(analyzer: Analyzer, file: SourceFile, analysis: FileAnalysis): void {
  const fixes = chooseFixes(analysis.findings);
  if (fixes.length === 0) return;
  const text = applyEdits(
    file.text,
    fixes.flatMap(fix => fix.edits),
  );
  const after = analyzer.analyze({ ...file, text });
  checkAnalysis({ ...file, text }, after);
  assert.ok(after.findings.length < analysis.findings.length, file.path);
}

/** grep's answer, so that the prefilter of the program is checked by another one. */
function filesWithAnMm(): string[] {
  const c = 'mm_struct|mmget|mmput|mmgrab|mmdrop|mmap_(read|write)_|mmap_lock|mmap_sem';
  const rust = String.raw`${c}|MmWithUser|\bMm\b|kernel::mm\b|bindings::(mm|vma)_|VmaRef`;
  const grep = (pattern: string, ...include: string[]) => {
    const args = ['-rlEI', ...include.map(glob => `--include=${glob}`), pattern, '.'];
    const { stdout } = spawnSync('grep', args, { cwd: tree, encoding: 'utf8', maxBuffer: 1 << 26 });
    return stdout.split('\n').filter(name => name !== '' && !name.startsWith('./.'));
  };
  return [...grep(c, '*.c', '*.h'), ...grep(rust, '*.rs')].map(name => path.posix.normalize(name)).sort();
}

function readSource(name: string): SourceFile {
  return { path: name, language: languageOf(name)!, text: readFileSync(path.join(tree, name), 'utf8') };
}
