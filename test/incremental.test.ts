import assert from 'node:assert/strict';
import { createAnalyzer } from '../server/src/core/index';
import { loadTable } from '../server/src/core/knowledge/load';
import { AnalysisCache } from '../server/src/core/program/analysis-cache';
import { FileProgram } from '../server/src/core/program/file';
import { CUnits, type UnitCache } from '../server/src/core/program/units';
import type { Parser } from '../server/src/core/syntax/node';
import { createParser } from '../server/src/parser/wasm';

/** Two functions that call each other, and a callee that keeps by mistake what it takes: all are run more than once. */
const TEXT = `
static int descend(struct mm_struct *mm, int depth);

static int step(struct mm_struct *mm, int depth)
{
	mmap_read_lock(mm);
	if (depth > 3) {
		mmap_read_unlock(mm);
		return -EINVAL;
	}
	mmap_read_unlock(mm);
	return descend(mm, depth + 1);
}

static int descend(struct mm_struct *mm, int depth)
{
	if (!mmget_not_zero(mm))
		return step(mm, depth);
	return 0;
}

static void walk(struct mm_struct *mm)
{
	if (descend(mm, 0))
		return;
	mmput(mm);
}

static struct mm_struct *take(struct task_struct *task)
{
	return get_task_mm(task);
}

static void use(struct task_struct *task)
{
	struct mm_struct *mm = take(task);

	if (mm)
		walk(mm);
	if (mm)
		mmput(mm);
}
`;

describe('judging the next version of a file', () => {
  let parser: Parser;

  before(async () => {
    parser = await createParser(undefined, ['c']);
  });

  /** What an editor sees of each version in turn is what it would see if it opened it. */
  function checkVersions(texts: readonly string[]): string[][] {
    const editor = createAnalyzer({ parser, keepCaches: true });
    return texts.map(text => {
      const file = { path: 'mm/versions.c', language: 'c', text } as const;
      const [now, anew] = [editor, createAnalyzer({ parser })].map(analyzer => {
        const analysis = analyzer.analyze(file);
        return { findings: analysis.findings, incomplete: analysis.incomplete, facts: analysis.facts() };
      });
      assert.deepEqual(now, anew);
      return now!.findings.map(
        ({ rule, function: name, span }) => `${rule} ${name} ${text.slice(span.start, span.end)}`,
      );
    });
  }

  it('solves no function again that was solved with the same answers', () => {
    class Watched extends AnalysisCache {
      readonly missed: string[] = [];
      override find(...question: Parameters<AnalysisCache['find']>) {
        const found = super.find(...question);
        if (!found) this.missed.push(question[0]);
        return found;
      }
    }
    const known: UnitCache = new Map();
    const run = (before: AnalysisCache, now: AnalysisCache) => {
      const units = new CUnits(TEXT, parser, known, known, new Set());
      new FileProgram(units, loadTable(), before, now, { aborted: false }).run(units.units);
    };
    const left = new Watched();
    run(new AnalysisCache(), left);
    const solved = left.missed.splice(0);
    assert.ok(solved.length > new Set(solved).size, 'no function was solved more than once');
    run(left, new AnalysisCache());
    assert.deepEqual(left.missed, []);
  });

  it('judges callers anew when what a callee does changes', () => {
    const taken = TEXT.replace('\tif (mm)\n\t\tmmput(mm);\n', '');
    const borrowed = taken.replace('return get_task_mm(task);', 'return current->mm;');
    const [before, changed, back] = checkVersions([taken, borrowed, taken]);
    assert.match(before!.join(), /leaked-users use/);
    assert.doesNotMatch(changed!.join(), /leaked-users use/);
    assert.deepEqual(before, back);
  });

  it('reads anew what a cleanup of the file means', () => {
    const cleanup = `
DEFINE_FREE(put_mm, struct mm_struct *, if (_T) mmput(_T))

static int look(struct task_struct *task)
{
	struct mm_struct *mm __free(put_mm) = get_task_mm(task);

	return mm ? 0 : -EINVAL;
}
`;
    const [before, changed, back] = checkVersions([cleanup, cleanup.replace('mmput(_T)', 'note(_T)'), cleanup]);
    assert.deepEqual(before, []);
    assert.match(changed!.join(), /leaked-users look/);
    assert.deepEqual(before, back);
  });

  it('parses the function that was edited, wherever it moved', () => {
    let parsed = '';
    const counting: Parser = {
      parse(language, text) {
        parsed += text;
        return parser.parse(language, text);
      },
    };
    const editor = createAnalyzer({ parser: counting, keepCaches: true });
    const judge = (text: string) => void editor.analyze({ path: 'mm/versions.c', language: 'c', text });
    judge(TEXT);
    parsed = '';
    judge(`int other;\n${TEXT.replace('walk(mm);', 'walk( mm);')}`);
    assert.match(parsed, /^static void use\(.*\n\{[^}]*\}$/);
  });

  it('judges anew what depends on what a field keeps', () => {
    const fields = `
struct holder {
	struct mm_struct *mm;
};

static void keep(struct holder *holder, struct mm_struct *mm)
{
	mmget(mm);
	holder->mm = mm;
}

static void release(struct holder *holder)
{
	mmput(holder->mm);
}
`;
    const [before, changed, back] = checkVersions([fields, fields.replace('mmput', 'mmdrop'), fields]);
    assert.notDeepEqual(before, changed);
    assert.deepEqual(before, back);
  });

  it('moves findings with the lines above them', () => {
    const leak = `${TEXT}
static void leak(struct mm_struct *mm)
{
	if (!mmget_not_zero(mm))
		return;
	if (mmap_read_lock_killable(mm))
		return;
	mmap_read_unlock(mm);
	mmput(mm);
}
`;
    const [before, moved] = checkVersions([leak, `/* one line more */\n${leak}`]);
    assert.equal(before!.length > 0, true);
    assert.deepEqual(before, moved);
  });
});
