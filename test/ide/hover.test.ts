import assert from 'node:assert/strict';
import type { FileAnalysis } from '../../server/src/core/facade';
import { createAnalyzer } from '../../server/src/core/index';
import { createParser } from '../../server/src/parser/wasm';

const SOURCE = `static int peek(struct task_struct *task, unsigned long addr)
{
	struct mm_struct *mm = get_task_mm(task);
	struct vm_area_struct *vma;

	if (!mm)
		return -ESRCH;
	mmap_read_lock(mm);
	vma = vma_lookup(mm, addr);
	if (vma)
		note(vma);
	mmap_read_unlock(mm);
	mmput(mm);
	return 0;
}
`;

describe('hover', () => {
  let analysis: FileAnalysis;
  before(async () => {
    const analyzer = createAnalyzer({ parser: await createParser() });
    analysis = analyzer.analyze({ path: 'peek.c', language: 'c', text: SOURCE });
  });

  /** The hover at the first place of `around`, on the character after `|`. */
  const hover = (around: string): string => {
    const at = SOURCE.indexOf(around.replace('|', ''));
    assert.ok(at >= 0, around);
    return analysis.hover(at + around.indexOf('|'))?.markdown ?? '';
  };

  it('says what a handle is before it is tested', () => {
    const text = hover('if (!|mm)');
    assert.match(text, /^\*\*`mm`\*\* — `MmWithUser`, owned · mmap_lock: none · may be NULL or an ERR_PTR here\n/);
    assert.match(text, /released with `mmput\(mm\)` on every path/);
    assert.match(text, /line 3: `get_task_mm\(\)` takes an `mm_users` reference/);
    assert.match(text, /`Option<ARef<MmWithUser>>` until it is tested; dropping it calls `mmput\(\)`/);
  });

  it('says which lock is held', () => {
    assert.match(hover('vma_lookup(|mm'), /^\*\*`mm`\*\* — `MmWithUser`, owned · mmap_lock: read · never NULL here\n/);
  });

  it('says how long a vma lives', () => {
    const text = hover('note(|vma)');
    assert.match(text, /^\*\*`vma`\*\* — a vma · mmap_lock: read · never NULL here\n/);
    assert.match(text, /until the unlock it is neither freed nor changed/);
  });

  it('tells the contract of a call, from the table', () => {
    const text = hover('|get_task_mm(');
    assert.match(text, /^\*\*`get_task_mm\(task\)`\*\* — /);
    assert.match(text, /takes an mm_users reference/);
    assert.match(text, /does not sleep|may sleep/);
  });

  it('claims nothing about other words', () => {
    assert.equal(hover('return |-ESRCH'), '');
    assert.equal(hover('static |int'), '');
  });
});
