// A reader unlocks as a reader, a writer as a writer.

static void mark_bad(struct mm_struct *mm, unsigned long addr)
{
	mmap_write_lock(mm);
	mark_area(mm, addr);
	mmap_write_unlock(mm);
}

static void mark_ok(struct mm_struct *mm, unsigned long addr)
{
	mmap_write_lock(mm);
	mark_area(mm, addr);
	mmap_write_unlock(mm);
}

static int look_bad(struct mm_struct *mm, unsigned long addr)
{
	if (mmap_read_lock_killable(mm))
		return -EINTR;
	look_at(mm, addr);
	mmap_read_unlock(mm);
	return 0;
}

// After the downgrade the lock is a reader's.
static void shrink_ok(struct mm_struct *mm)
{
	mmap_write_lock(mm);
	detach_areas(mm);
	mmap_write_downgrade(mm);
	free_areas(mm);
	mmap_read_unlock(mm);
}

// Both arms end with the lock held for reading.
static void argument_page_ok(struct mm_struct *mm, bool grow)
{
	if (grow) {
		mmap_write_lock(mm);
		grow_stack(mm);
		mmap_write_downgrade(mm);
	} else {
		mmap_read_lock(mm);
	}
	look_at(mm, 0);
	mmap_read_unlock(mm);
}

// Callers know from the table in which mode this returns.
struct vm_area_struct *lock_mm_and_find_vma(struct mm_struct *mm, unsigned long addr, struct pt_regs *regs)
{
	struct vm_area_struct *vma;

	mmap_write_lock(mm);
	vma = vma_lookup(mm, addr);
	if (!vma) {
		mmap_write_unlock(mm);
		return NULL;
	}
	return vma;
}

// Only 1 tells of the downgrade, but an error may be positive too, as far as this file shows.
static int unmap_some_ok(struct mm_struct *mm, unsigned long start, bool downgrade)
{
	int error = detach_some(mm, start);

	if (error)
		return error;
	if (downgrade)
		mmap_write_downgrade(mm);
	return downgrade ? 1 : 0;
}

static int unmap_ok(struct mm_struct *mm, unsigned long start)
{
	int ret;

	mmap_write_lock(mm);
	ret = unmap_some_ok(mm, start, true);
	if (ret == 1)
		mmap_read_unlock(mm);
	else
		mmap_write_unlock(mm);
	return ret;
}

static struct window *find_window_ok(unsigned long addr)
{
	struct window *window;

	mmap_read_lock(current->mm);
	window = window_at(addr);
	if (!window)
		mmap_read_unlock(current->mm);
	return window;
}

// All who release what it takes do so as readers, and that is right for what the other function takes.
static struct window *make_window_bad(unsigned long addr)
{
	struct window *window;

	mmap_write_lock(current->mm);
	window = new_window(addr);
	if (!window) {
		mmap_write_unlock(current->mm);
		return NULL;
	}
	return window;
}

static void leave_window_ok(struct window *window)
{
	window_put(window);
	mmap_read_unlock(current->mm);
}

int use_window_ok(unsigned long addr)
{
	struct window *window = find_window_ok(addr);

	if (!window) {
		window = make_window_bad(addr);
		if (!window)
			return -EINVAL;
	}
	leave_window_ok(window);
	return 0;
}

// The only one who releases what a function takes may be wrong as well as that function.
static struct window *open_window_ok(unsigned long addr)
{
	mmap_write_lock(current->mm);
	return new_window(addr);
}

int close_window_bad(unsigned long addr)
{
	struct window *window = open_window_ok(addr);

	window_put(window);
	mmap_read_unlock(current->mm);
	return 0;
}
