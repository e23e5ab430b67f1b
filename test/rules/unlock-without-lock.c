// An unlock needs a lock that is still held.

static int stretch_bad(struct mm_struct *mm, unsigned long addr)
{
	int ret = 0;

	mmap_read_lock(mm);
	if (!addr) {
		mmap_read_unlock(mm);
		ret = -EFAULT;
		goto out;
	}
	touch(mm, addr);
out:
	mmap_read_unlock(mm); //~ ERROR unlock-without-lock: `mmap_read_unlock()` has already released it on this path
	return ret;
}

static int stretch_ok(struct mm_struct *mm, unsigned long addr)
{
	mmap_read_lock(mm);
	if (!addr) {
		mmap_read_unlock(mm);
		return -EFAULT;
	}
	touch(mm, addr);
	mmap_read_unlock(mm);
	return 0;
}

static void grow_bad(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;

	mmap_read_lock(mm);
	vma = expand_stack(mm, addr);
	if (!vma) {
		mmap_read_unlock(mm); //~ ERROR unlock-without-lock: `expand_stack()` has already released it
		return;
	}
	touch(mm, vma->vm_start);
	mmap_read_unlock(mm);
}

static void twice_bad(struct mm_struct *mm)
{
	mmap_write_lock(mm);
	change_one(mm);
	mmap_write_unlock(mm);
	mmap_write_unlock(mm); //~ ERROR unlock-without-lock: mmap_lock of `mm` is not held here
}

// Entered with the lock held: dropped for slow work, and taken again.
static void relax_ok(struct mm_struct *mm)
{
	mmap_read_unlock(mm);
	cond_resched();
	mmap_read_lock(mm);
}

// A fault handler lets the lock go before it asks for a retry.
static vm_fault_t idle_fault_ok(struct vm_fault *vmf)
{
	if (!(vmf->flags & FAULT_FLAG_ALLOW_RETRY))
		return VM_FAULT_NOPAGE;
	mmap_read_unlock(vmf->vma->vm_mm);
	wait_for_idle(vmf);
	return VM_FAULT_RETRY;
}

// The fault has dropped the lock only if it says VM_FAULT_RETRY.
static int fault_in_ok(struct mm_struct *mm, struct vm_area_struct *vma, unsigned long addr, struct pt_regs *regs)
{
	unsigned int flags = FAULT_FLAG_DEFAULT;
	vm_fault_t fault;

	mmap_read_lock(mm);
retry:
	vma = vma_lookup(mm, addr);
	if (!vma) {
		mmap_read_unlock(mm);
		return -EFAULT;
	}
	fault = handle_mm_fault(vma, addr, flags, regs);
	if (fault & VM_FAULT_COMPLETED)
		return 0;
	if (fault & VM_FAULT_RETRY) {
		flags |= FAULT_FLAG_TRIED;
		mmap_read_lock(mm);
		goto retry;
	}
	mmap_read_unlock(mm);
	return 0;
}

// Take and release have one condition of two terms. Which term failed is forgotten, that one did is not.
static void hold_ok(struct mm_struct *mm, bool wanted, bool first)
{
	if (wanted && first)
		mmap_read_lock(mm);
	count_areas(mm);
	if (wanted && first)
		mmap_read_unlock(mm);
}

// A trylock under the read lock holds it twice.
static int tried_again_ok(struct mm_struct *mm)
{
	int areas;

	mmap_read_lock(mm);
	if (mmap_read_trylock(mm)) {
		count_areas(mm);
		mmap_read_unlock(mm);
	}
	areas = count_areas(mm);
	mmap_read_unlock(mm);
	return areas;
}

static void released_too_often_bad(struct mm_struct *mm)
{
	mmap_read_lock(mm);
	if (mmap_read_trylock(mm))
		mmap_read_unlock(mm);
	mmap_read_unlock(mm);
	mmap_read_unlock(mm); //~ ERROR unlock-without-lock: mmap_lock of `mm` is not held here
}

// Whatever is NULL on both ways is one value: what it tells of the lock is not lost where the ways meet.
static int lock_page_ok(struct vm_fault *vmf, struct page *page, struct file **pinned)
{
	if (trylock_page(page))
		return 1;
	*pinned = maybe_unlock_mmap_for_io(vmf, *pinned);
	if (vmf->flags & FAULT_FLAG_KILLABLE) {
		if (wait_for_page_killable(page)) {
			if (*pinned == NULL)
				mmap_read_unlock(vmf->vma->vm_mm);
			return 0;
		}
	} else {
		wait_for_page(page);
	}
	return 1;
}

static int read_in_ok(struct vm_fault *vmf, struct page *page)
{
	struct file *pinned = maybe_unlock_mmap_for_io(vmf, NULL);

again:
	if (!lock_page_ok(vmf, page, &pinned))
		return VM_FAULT_RETRY;
	if (!page_is_ours(page))
		goto again;
	if (pinned)
		return VM_FAULT_RETRY;
	mmap_read_unlock(vmf->vma->vm_mm);
	return VM_FAULT_COMPLETED;
}

// A system call is entered without the lock.
SYSCALL_DEFINE2(flush_bad, unsigned long, start, unsigned long, end)
{
	struct mm_struct *mm = current->mm;
	int ret = -EINVAL;

	if (end <= start)
		goto out_unlock;
	mmap_read_lock(mm);
	ret = vma_lookup(mm, start) ? 0 : -ENOMEM;
out_unlock:
	mmap_read_unlock(mm); //~ ERROR unlock-without-lock: nothing on this path took it
	return ret;
}

// Older kernels have a function of this name that takes one argument more, and not `locked` at this place.
static int peek_older_ok(struct mm_struct *mm, unsigned long addr, unsigned long len, struct page **page)
{
	struct vm_area_struct *vma;
	int ret = 0;

	mmap_read_lock(mm);
	while (len--) {
		ret = get_user_pages_remote(mm, addr, 1, 0, page, &vma, NULL);
		if (ret <= 0)
			break;
		show_area(vma->vm_flags);
	}
	mmap_read_unlock(mm);
	return ret;
}

// The flag may have nothing to do with the lock: nobody knows whether the callee dropped it.
static int count_found_ok(struct task_struct *task)
{
	struct mm_struct *mm = get_task_mm(task);
	int found = 1;

	if (!mm)
		return 0;
	mmap_read_lock(mm);
	look_for(mm, &found);
	show_area(find_vma(mm, 0));
	mmap_read_unlock(mm);
	mmput(mm);
	return found;
}
