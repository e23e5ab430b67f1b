// A lock that can fail is held only if it says so.

static int unmap_bad(struct mm_struct *mm, unsigned long addr)
{
	if (mmap_write_lock_killable(mm))
		return -EINTR;
	if (!change_area(mm, addr)) {
		mmap_write_unlock(mm);
		return -EINVAL;
	}
	mmap_write_unlock(mm);
	return 0;
}

static int unmap_ok(struct mm_struct *mm, unsigned long addr)
{
	int ret = 0;

	if (mmap_write_lock_killable(mm))
		return -EINTR;
	if (!change_area(mm, addr))
		ret = -EINVAL;
	mmap_write_unlock(mm);
	return ret;
}

static void pin_bad(struct region *region)
{
	struct mm_struct *mm = region->mm;

	if (!mmget_not_zero(mm))
		return;
	map_region(region);
	mmput(mm);
}

static int inverted_bad(struct mm_struct *mm)
{
	if (mmap_read_lock_killable(mm))
		return -EINTR;
	count_areas(mm);
	mmap_read_unlock(mm);
	return 0;
}

// The caller tests it.
static int setup_ok(struct mm_struct *mm)
{
	return mmap_read_lock_killable(mm);
}

static int use_setup_ok(struct mm_struct *mm)
{
	if (setup_ok(mm))
		return -EINTR;
	count_areas(mm);
	mmap_read_unlock(mm);
	return 0;
}

// A flag remembers it.
static void try_ok(struct mm_struct *mm)
{
	bool locked = mmap_read_trylock(mm);

	if (locked)
		count_areas(mm);
	note(mm);
	if (locked)
		mmap_read_unlock(mm);
}

// Waiting until it succeeds is a test.
static void spin_ok(struct mm_struct *mm)
{
	while (!mmap_read_trylock(mm))
		cpu_relax();
	count_areas(mm);
	mmap_read_unlock(mm);
}

// Asking that somebody else holds it takes nothing.
static void must_be_held_ok(struct mm_struct *mm)
{
	BUG_ON(mmap_read_trylock(mm));
	count_areas(mm);
}
