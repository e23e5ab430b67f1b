import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { GETTER, PEEKER, writeTree } from '../support/session-tree';
import { ensureBundle, inScratch, type Outcome, runBundle } from './bundle';

const WALK = `void begin_walk(struct mm_struct *mm)
{
	note(mm);
	mmap_read_lock(mm);
	note(mm);
}
void end_walk(struct mm_struct *mm)
{
	note(mm);
	mmap_read_unlock(mm);
}
int walk(struct mm_struct *mm)
{
	begin_walk(mm);
	end_walk(mm);
	return 0;
}
`;

/** A function of a header. */
const inline = (name: string, of: string) => `static inline void ${name}(${of})\n{\n}\n`;

const LOOK = `int look(struct mm_struct *mm, unsigned long addr)
{
	return find_vma(mm, addr) ? 0 : -EFAULT;
}
`;

/** A caller that holds the lock by what it is given. */
const LOOKER = `int look_beside(struct vm_area_struct *vma, struct mm_struct *mm)
{
	return look(mm, vma->vm_end);
}
`;

const USER = `fn unbalanced(mm: &MmWithUser, early: bool) -> Result {
    unsafe { bindings::begin_walk(mm.as_raw()) }; // SAFETY: Fine.
    if early {
        return Err(EINVAL);
    }
    unsafe { bindings::end_walk(mm.as_raw()) }; // SAFETY: Fine.
    Ok(())
}
`;

/** A driver with a struct of its own, and a work item that faults pages in. */
const keeper = (take: string, release: string) => `struct keeper {
	struct work_struct work;
	struct mm_struct *mm;
};
static void fill(struct work_struct *work)
{
	struct keeper *keeper = container_of(work, struct keeper, work);

	mmap_read_lock(keeper->mm);
	fixup_user_fault(keeper->mm, 0, 0, NULL);
	mmap_read_unlock(keeper->mm);
}
static void keep(struct keeper *keeper)
{
	INIT_WORK(&keeper->work, fill);
	${take}(current->mm);
	keeper->mm = current->mm;
}
static void forget(struct keeper *keeper)
{
	${release}(keeper->mm);
	kfree(keeper);
}
`;

describe('mm-analyzer over a tree', () => {
  before(ensureBundle);

  /** Runs in a small tree with a cache of its own. */
  function inTree(body: (run: (...args: readonly string[]) => Outcome, tree: string, cache: string) => void): void {
    inScratch(folder => {
      const [tree, cache] = [path.join(folder, 'tree'), path.join(folder, 'cache')];
      writeTree(tree);
      body((...args) => runBundle(args, { cwd: tree, env: { XDG_CACHE_HOME: cache } }), tree, cache);
    });
  }

  const LEAK = /^mm\/leaker\.c:8:3: error: .*`session_mm\(\)`/m;

  it('judges a file by what the others tell', () =>
    inTree(run => {
      assert.match(run('lint', 'mm/leaker.c').stdout, LEAK);
      assert.equal(run('lint', '--no-index', 'mm/leaker.c').stdout, '');
      assert.match(run('lint', 'mm').stdout, LEAK);
      assert.match(run('lint').stdout, LEAK);
    }));

  it('asks for the lock of a VMA only where the tree has such locks', () =>
    inTree((run, tree) => {
      const older = inline('mmap_write_lock', 'struct mm_struct *mm');
      const grow = `int grow(struct vm_area_struct *vma, unsigned long start)
{
	if (anon_vma_prepare(vma))
		return -ENOMEM;
	vma->vm_start = start;
	mmap_assert_locked(vma->vm_mm);
	return 0;
}
`;
      writeTree(tree, { 'include/linux/mmap_lock.h': older, 'lib/grow.c': grow });
      assert.doesNotMatch(run('lint', 'lib/grow.c').stdout, /vma_start_write/);
      writeTree(tree, {
        'include/linux/mm.h': inline('vma_start_write', 'struct vm_area_struct *vma') + older,
      });
      assert.match(run('lint', '--no-cache', 'lib/grow.c').stdout, /vma_start_write/);
      assert.match(run('lint', '--no-index', 'lib/grow.c').stdout, /vma_start_write/);
    }));

  it('asks a function for the lock that nobody in the kernel calls it with', () =>
    inTree((run, tree) => {
      const lint = () => run('lint', '--no-cache', 'lib/look.c').stdout;
      writeTree(tree, { 'lib/look.c': LOOK });
      assert.doesNotMatch(lint(), /find_vma/);
      writeTree(tree, { 'include/linux/mmap_lock.h': inline('mmap_write_lock', 'struct mm_struct *mm') });
      assert.match(
        lint(),
        /^lib\/look\.c:3:9: error: `find_vma\(\)` needs mmap_lock of `mm`, which no path takes before/m,
      );
      writeTree(tree, { 'lib/caller.c': LOOKER });
      assert.doesNotMatch(lint(), /find_vma/);
    }));

  it('keeps apart what structs of one name in two C files keep', () =>
    inTree((run, tree) => {
      writeTree(tree, { 'drivers/count.c': keeper('mmgrab', 'mmdrop'), 'drivers/users.c': keeper('mmget', 'mmput') });
      assert.match(
        run('lint', 'drivers').stdout,
        /^drivers\/count\.c:9:2: error: .*`keeper\.mm` is kept with `mmgrab\(\)`/m,
      );
      assert.doesNotMatch(run('lint', 'drivers').stdout, /users\.c/);
    }));

  it('judges what Rust calls by what the C files tell', () =>
    inTree((run, tree) => {
      writeTree(tree, { 'lib/walk.c': WALK, 'drivers/user.rs': USER });
      assert.match(run('lint', 'drivers/user.rs').stdout, /^drivers\/user\.rs:4:9: error: .*\[leaked-mmap-lock\]$/m);
      assert.doesNotMatch(run('lint', '--no-index', 'drivers/user.rs').stdout, /leaked/);
    }));

  it('tells where another file shows what a field keeps', () =>
    inTree(run => {
      const facts = (...args: readonly string[]) =>
        JSON.parse(run('facts', '--format=json', ...args, 'mm/reader.c').stdout).facts;
      const [fact] = facts();
      assert.equal(fact.handle, 'Mm');
      assert.deepEqual(fact.because, [
        { file: 'mm/keeper.c', line: 7, message: '`session.mm` is kept with `mmgrab()`' },
      ]);
      assert.doesNotMatch(JSON.stringify(facts('--no-index')), /keeper/);
    }));

  it('says the same with one thread and with many, with a cache and without', () =>
    inTree((run, tree) => {
      const copies = Object.fromEntries(
        Array.from({ length: 100 }, (_, i) => [`many/${i}.c`, GETTER.replaceAll('session_mm', `many_${i}`)]),
      );
      writeTree(tree, copies);
      const lint = (...args: readonly string[]) => run('lint', '--format=json', ...args).stdout;
      const alone = lint('--jobs=1', '--no-cache');
      assert.match(alone, /leaked-users/);
      for (const args of [['--jobs=3', '--no-cache'], ['--jobs=2'], ['--jobs=2'], ['--jobs=1']]) {
        assert.equal(lint(...args), alone, args.join(' '));
      }
    }));

  it('notices what changed since the last run', () =>
    inTree((run, tree) => {
      const lint = () => run('lint', 'mm/leaker.c').stdout;
      assert.match(lint(), LEAK);
      writeFileSync(path.join(tree, 'lib/getter.c'), PEEKER);
      assert.doesNotMatch(lint(), /leaked/);
      writeFileSync(path.join(tree, 'lib/getter.c'), GETTER);
      assert.match(lint(), LEAK);
      rmSync(path.join(tree, 'lib/getter.c'));
      assert.doesNotMatch(lint(), /leaked/);
      writeFileSync(path.join(tree, 'lib/plain.c'), GETTER);
      assert.match(run('lint').stdout, LEAK);
    }));

  it('does without a cache that it cannot read or write', () =>
    inTree((run, tree, cache) => {
      run('lint');
      const folder = path.join(cache, 'mm-analyzer');
      const [file] = readdirSync(folder);
      writeFileSync(path.join(folder, file!), 'mm-analyzer index');
      assert.match(run('lint').stdout, LEAK);
      rmSync(folder, { recursive: true });
      writeFileSync(folder, 'not a folder');
      const { status, stdout, stderr } = run('lint');
      assert.equal(status, 1);
      assert.match(stdout, LEAK);
      assert.match(stderr, /^the index is not kept for the next run: .+$/m);
      assert.match(run('lint', '--no-cache').stdout, LEAK);
      const own = path.join(tree, '../own');
      mkdirSync(own);
      run('lint', '--cache-dir', own);
      assert.equal(readdirSync(own).length, 1);
    }));

  it('reports what a patch causes in files that it does not touch', () =>
    inTree((run, tree) => {
      writeFileSync(path.join(tree, 'lib/getter.c'), PEEKER);
      const lines = (sign: string, text: string) =>
        text
          .trimEnd()
          .split('\n')
          .map(line => `${sign}${line}\n`)
          .join('');
      const hunk = `@@ -1,${PEEKER.trimEnd().split('\n').length} +1,${GETTER.trimEnd().split('\n').length} @@\n`;
      const patch = `--- a/lib/getter.c\n+++ b/lib/getter.c\n${hunk}${lines('-', PEEKER)}${lines('+', GETTER)}`;
      writeFileSync(path.join(tree, 'take.patch'), patch);
      assert.match(run('lint', '--patch=take.patch').stdout, LEAK);
      writeFileSync(path.join(tree, 'lib/getter.c'), GETTER);
      assert.match(run('lint', '--patch=take.patch').stdout, LEAK);
      assert.doesNotMatch(run('lint', '--no-index', '--patch=take.patch').stdout, /leaker/);
    }));
});
