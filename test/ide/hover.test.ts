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

static void hand_over(struct mm_struct *mm, struct slot *slot)
{
	/* The mm is kept, then given away. */
	if (atomic_read(&mm->mm_users) == 0)
		return;
	slot->mm = mm;
	mmput(mm);
}

static void keep(struct slot *slot)
{
	mmgrab(current->mm);
	slot->mm = current->mm;
}

void walk(struct vm_area_struct *vma)
{
	zap(vma, vma->vm_start);
}

void rust_helper_mmap_read_lock(struct mm_struct *mm)
{
	mmap_read_lock(mm);
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

  it('says where a reference was taken, and nothing of the line that it stands in', () => {
    const text = hover('mmput(|mm);\n\treturn');
    assert.deepEqual(text.match(/^- .*/gm), [
      '- line 3: `get_task_mm()` takes an `mm_users` reference',
      '- line 8: `mmap_read_lock()` takes mmap_lock for reading',
      '- line 12: `mmap_read_unlock()` drops mmap_lock for reading',
    ]);
    assert.match(hover('slot->mm = |mm'), /^- this function releases the reference, so it is its own to release$/m);
  });

  it('says of a name that is declared or assigned what it is where it is read next', () => {
    assert.match(hover('*|mm = get_task'), /^\*\*`mm`\*\* — `MmWithUser`, owned .*\(as it is next read, in line 6\)\n/);
    assert.match(hover('|vma = vma_lookup'), /^\*\*`vma`\*\* — a vma .*\(as it is next read, in line 10\)\n/);
    assert.match(hover('hand_over(struct mm_struct *|mm'), /\(as it is next read, in line 20\)/);
  });

  it('says what is owed beside what somebody else guarantees', () => {
    assert.match(
      hover('slot->mm = current->|mm'),
      /`MmWithUser`, borrowed .*\n(?:.*\n)*.*released with `mmdrop\(current->mm\)`, or/,
    );
    assert.match(hover('mmgrab(current->|mm'), /Nothing is to be released here/);
  });

  it('says nothing of a result on an argument that is no handle', () => {
    assert.equal(hover('vma_lookup(mm, |addr'), '');
    assert.match(hover('vma_lookup(|mm, addr'), /^\*\*`mm`\*\*/);
  });

  it('tells the contract of a function on its own name', () => {
    assert.match(
      hover('|hand_over(struct'),
      /^\*\*`hand_over\(mm, slot\)`\*\*\n\n- releases an mm_users reference on `mm`/,
    );
    assert.match(
      hover('|peek(struct'),
      /^\*\*`peek\(\)`\*\* — leaves references and locks of an mm as its callers have them/,
    );
  });

  it('explains the types and the counters', () => {
    assert.match(
      hover('struct |mm_struct *mm = '),
      /^\*\*`struct mm_struct`: an address space, with two lifetimes\*\*/,
    );
    assert.match(hover('struct |vm_area_struct'), /Kept by a lock, not by a counter/);
    assert.match(hover('mm->|mm_users'), /^\*\*`mm_users`: users of the address space\*\*/);
  });

  it('says which call of Rust a helper serves, and that no helper writes', () => {
    const text = hover('|rust_helper_mmap_read_lock');
    assert.match(text, /what Rust calls as `bindings::mmap_read_lock\(\)`/);
    assert.match(text, /the write side has none/);
    assert.match(text, /takes mmap_lock for reading on `mm`/);
  });

  it('says which lock is held', () => {
    assert.match(hover('vma_lookup(|mm'), /^\*\*`mm`\*\* — `MmWithUser`, owned · mmap_lock: read · never NULL here\n/);
  });

  it('says how long a vma lives', () => {
    const text = hover('note(|vma)');
    assert.match(text, /^\*\*`vma`\*\* — a vma · mmap_lock: read · never NULL here\n/);
    assert.match(text, /until the unlock it is neither freed nor changed/);
  });

  it('does not say that a lock is free where only callers can know', () => {
    assert.match(hover('zap(|vma'), /a vma · mmap_lock: not known here .*\n\nNothing here takes the `mmap_lock`/);
  });

  it('tells the contract of a call, from the table', () => {
    const text = hover('|get_task_mm(');
    assert.match(text, /^\*\*`get_task_mm\(task\)`\*\* — /);
    assert.match(text, /takes an mm_users reference/);
    assert.match(text, /does not sleep|may sleep/);
  });

  it('does not tell the contract of a function of another kernel version', async () => {
    const text =
      'long pin(struct mm_struct *mm);\nlong pin(void)\n{\n\treturn pin_user_pages(f(1, 2), 1, 0, p, NULL);\n}\n';
    const analyzer = createAnalyzer({ parser: await createParser() });
    const older = analyzer.analyze({ path: 'pin.c', language: 'c', text });
    const markdown = older.hover(text.indexOf('pin_user_pages'))?.markdown ?? '';
    assert.match(markdown, /^\*\*`pin_user_pages\(\)`\*\* with 5 arguments — nothing is known of such a call/);
    const same = text.replace(', NULL', '');
    const current = analyzer.analyze({ path: 'pin.c', language: 'c', text: same });
    assert.match(current.hover(same.indexOf('pin_user_pages'))?.markdown ?? '', /^\*\*`pin_user_pages\(start, /);
  });

  it('claims nothing about other words', () => {
    assert.equal(hover('return |-ESRCH'), '');
    assert.equal(hover('static |int'), '');
    assert.equal(hover('The |mm is kept'), '');
    assert.equal(hover('slot->|mm = mm'), '');
  });
});
