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

// Whoever clears a flag that it was given set has dropped the lock, known or not.
static long fill_all_ok(struct mm_struct *mm, unsigned long start, unsigned long end)
{
	int locked = 1;
	long filled = 0;

	mmap_read_lock(mm);
	while (start < end && filled >= 0) {
		filled = fill_some(mm, start, end, &locked);
		if (!locked) {
			mmap_read_lock(mm);
			locked = 1;
		}
		start += filled;
	}
	mmap_read_unlock(mm);
	return filled;
}

static void fill_once_bad(struct mm_struct *mm, unsigned long start, unsigned long end)
{
	mmap_read_lock(mm);
	fill_some(mm, start, end, NULL);
	mmap_read_lock(mm); //~ ERROR recursive-mmap-lock: mmap_lock of `mm` is already held for reading on this path
	mmap_read_unlock(mm);
}

#define VM_FAULT_BADACCESS 0x020000

// A fault that was not tried is not to be retried: results are different bits, those of an architecture too.
static int fault_here_ok(struct mm_struct *mm, unsigned long addr, unsigned int flags, unsigned long wanted,
			 struct pt_regs *regs)
{
	struct vm_area_struct *vma;
	vm_fault_t fault;

retry:
	vma = lock_mm_and_find_vma(mm, addr, regs);
	if (!vma)
		return -EFAULT;
	if (!(vma->vm_flags & wanted))
		fault = VM_FAULT_BADACCESS;
	else
		fault = handle_mm_fault(vma, addr, flags, regs);
	if (fault & VM_FAULT_COMPLETED)
		return 0;
	if (fault & VM_FAULT_RETRY) {
		flags |= FAULT_FLAG_TRIED;
		goto retry;
	}
	mmap_read_unlock(mm);
	return fault & VM_FAULT_BADACCESS ? -EACCES : 0;
}

static vm_fault_t fault_allowed_ok(struct vm_area_struct *vma, unsigned long addr, unsigned int flags,
				   unsigned long wanted, struct pt_regs *regs)
{
	if (!(vma->vm_flags & wanted))
		return VM_FAULT_BADACCESS;
	return handle_mm_fault(vma, addr, flags, regs);
}

static int fault_through_ok(struct mm_struct *mm, unsigned long addr, unsigned int flags, unsigned long wanted,
			    struct pt_regs *regs)
{
	struct vm_area_struct *vma;
	vm_fault_t fault;

retry:
	vma = lock_mm_and_find_vma(mm, addr, regs);
	if (!vma)
		return -EFAULT;
	fault = fault_allowed_ok(vma, addr, flags, wanted, regs);
	if (fault & VM_FAULT_COMPLETED)
		return 0;
	if (fault & VM_FAULT_RETRY)
		goto retry;
	mmap_read_unlock(mm);
	return 0;
}
