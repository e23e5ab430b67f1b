// mmap_lock is not recursive, not even for readers.

static void walk_bad(struct mm_struct *mm)
{
	mmap_read_lock(mm);
	count_areas(mm);
	mmap_read_lock(mm); //~ ERROR recursive-mmap-lock: mmap_lock of `mm` is already held for reading on this path
	count_pages(mm);
	mmap_read_unlock(mm);
}

static void walk_ok(struct mm_struct *mm)
{
	mmap_read_lock(mm);
	count_areas(mm);
	count_pages(mm);
	mmap_read_unlock(mm);
}

static int pin_bad(unsigned long addr, struct page **page)
{
	struct mm_struct *mm = current->mm;
	int pinned;

	mmap_read_lock(mm);
	pinned = get_user_pages_fast(addr, 1, FOLL_WRITE, page); //~ ERROR recursive-mmap-lock: `get_user_pages_fast()` may take mmap_lock
	mmap_read_unlock(mm);
	return pinned;
}

// Another task's lock is another lock.
static void compare_ok(struct mm_struct *mm, struct mm_struct *other)
{
	mmap_write_lock(mm);
	mmap_write_lock_nested(other, SINGLE_DEPTH_NESTING);
	compare_areas(mm, other);
	mmap_write_unlock(other);
	mmap_write_unlock(mm);
}

// Trying cannot wait. What succeeded is to be released on top of the first.
static void try_again_ok(struct mm_struct *mm)
{
	mmap_read_lock(mm);
	if (mmap_read_trylock(mm)) {
		count_areas(mm);
		mmap_read_unlock(mm);
	}
	mmap_read_unlock(mm);
}

// mmap() calls the driver with the lock held for writing: user memory may fault there.
static int report_mmap_bad(struct file *file, struct vm_area_struct *vma)
{
	struct report report = {};

	return copy_to_user(file->private_data, &report, sizeof(report)) ? -EFAULT : 0; //~ ERROR recursive-mmap-lock: `copy_to_user()` may take mmap_lock
}

static long report_ioctl_ok(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct report report = {};

	return copy_to_user((void __user *)arg, &report, sizeof(report)) ? -EFAULT : 0;
}

static const struct file_operations report_fops = {
	.mmap = report_mmap_bad,
	.unlocked_ioctl = report_ioctl_ok,
};
