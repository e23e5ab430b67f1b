// A vma lives as long as the lock that it was found under.

static unsigned long flags_bad(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;

	mmap_read_lock(mm);
	vma = vma_lookup(mm, addr);
	mmap_read_unlock(mm);
	if (!vma)
		return 0;
	return vma->vm_flags; //~ ERROR vma-after-unlock: `vma` may be freed
}

static unsigned long flags_ok(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;
	unsigned long flags = 0;

	mmap_read_lock(mm);
	vma = vma_lookup(mm, addr);
	if (vma)
		flags = vma->vm_flags;
	mmap_read_unlock(mm);
	return flags;
}

static void relock_bad(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;

	mmap_read_lock(mm);
	vma = vma_lookup(mm, addr);
	if (!vma)
		goto out;
	mmap_read_unlock(mm);
	cond_resched();
	mmap_read_lock(mm);
	mark(vma->vm_start); //~ ERROR vma-after-unlock: the lock that kept it was dropped on this path
out:
	mmap_read_unlock(mm);
}

static unsigned long own_lock_bad(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma = lock_vma_under_rcu(mm, addr);

	if (!vma)
		return 0;
	vma_end_read(vma);
	return vma->vm_end; //~ ERROR vma-after-unlock: `vma` may be freed
}

// Looked up again after the lock was taken again.
static void refresh_ok(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;

	mmap_read_lock(mm);
	vma = vma_lookup(mm, addr);
	if (vma)
		mark(vma->vm_start);
	mmap_read_unlock(mm);
	cond_resched();
	mmap_read_lock(mm);
	vma = vma_lookup(mm, addr);
	if (vma)
		mark(vma->vm_end);
	mmap_read_unlock(mm);
}

// What was pinned under the lock outlives it; the pointer itself is only compared.
static bool snapshot_ok(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;
	struct file *file = NULL;

	mmap_read_lock(mm);
	vma = vma_lookup(mm, addr);
	if (vma)
		file = get_file(vma->vm_file);
	mmap_read_unlock(mm);
	if (file)
		sync_file(file);
	return vma != NULL;
}

// The per-VMA lock was taken before mmap_lock was dropped.
static void hand_over_ok(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;

	mmap_write_lock(mm);
	vma = vma_lookup(mm, addr);
	if (!vma) {
		mmap_write_unlock(mm);
		return;
	}
	mmap_write_downgrade(mm);
	mark(vma->vm_start);
	mmap_read_unlock(mm);
}

// Whoever is given the VMA looks into it.
static vm_fault_t wait_for_user_bad(struct vm_fault *vmf, unsigned long reason)
{
	vm_fault_t ret = handle_userfault(vmf, reason);

	unlock_tables(vmf->vma); //~ ERROR vma-after-unlock: `vmf->vma` may be freed
	return ret;
}

static vm_fault_t wait_for_user_ok(struct vm_fault *vmf, unsigned long reason)
{
	unlock_tables(vmf->vma);
	return handle_userfault(vmf, reason);
}

// What a callee stores behind a pointer it found in the only mm that it was given.
static int revalidate_bad(struct mm_struct *mm, unsigned long address)
{
	struct vm_area_struct *vma;
	int result;

	mmap_read_lock(mm);
	result = revalidate(mm, address, &vma);
	mmap_read_unlock(mm);
	if (result)
		return result;
	mmap_write_lock(mm);
	result = vma->vm_flags & VM_SHARED; //~ ERROR vma-after-unlock: `vma` may be freed
	mmap_write_unlock(mm);
	return result;
}

static int revalidate_again_ok(struct mm_struct *mm, unsigned long address)
{
	struct vm_area_struct *vma;
	int result;

	mmap_read_lock(mm);
	result = revalidate(mm, address, &vma);
	mmap_read_unlock(mm);
	mmap_write_lock(mm);
	result = revalidate(mm, address, &vma);
	if (!result)
		result = vma->vm_flags & VM_SHARED;
	mmap_write_unlock(mm);
	return result;
}

// A helper that exchanges the lock lets go of it in between.
static bool exchange_lock_ok(struct mm_struct *mm, struct pt_regs *regs)
{
	mmap_read_unlock(mm);
	if (!user_mode(regs) && !may_sleep(regs))
		return false;
	return !mmap_write_lock_killable(mm);
}

static int extend_bad(struct mm_struct *mm, struct pt_regs *regs, unsigned long address)
{
	struct vm_area_struct *vma;
	int ret = -EFAULT;

	mmap_read_lock(mm);
	vma = find_vma(mm, address);
	if (!vma) {
		mmap_read_unlock(mm);
		return -EFAULT;
	}
	if (!exchange_lock_ok(mm, regs))
		return -EINTR;
	if (vma->vm_start > address) //~ ERROR vma-after-unlock: `vma` may be freed
		ret = expand_stack_locked(vma, address);
	mmap_write_unlock(mm);
	return ret;
}

static void breathe_ok(struct mm_struct *mm)
{
	mmap_read_unlock(mm);
	cond_resched();
	mmap_read_lock(mm);
}

static bool is_shared_bad(struct mm_struct *mm, unsigned long address)
{
	struct vm_area_struct *vma;
	bool shared = false;

	mmap_read_lock(mm);
	vma = vma_lookup(mm, address);
	breathe_ok(mm);
	if (vma)
		shared = vma->vm_flags & VM_SHARED; //~ ERROR vma-after-unlock: `vma` may be freed
	mmap_read_unlock(mm);
	return shared;
}

// A VMA that was given is as stale as one that was found.
static long advise_bad(struct vm_area_struct *vma, unsigned long start, unsigned long end)
{
	struct mm_struct *mm = vma->vm_mm;

	if (!userfaultfd_remove(vma, start, end)) {
		mmap_read_lock(mm);
		if (end > vma->vm_end) //~ ERROR vma-after-unlock: `vma` may be freed
			end = vma->vm_end;
	}
	return zap(mm, start, end);
}

// Whichever way the VMA was found, it is of the one address space.
static int handle_access_bad(struct mm_struct *mm, unsigned long address)
{
	struct vm_area_struct *vma;

	mmap_read_lock(mm);
	vma = find_vma(mm, address);
	if (!vma || address < vma->vm_start) {
		vma = expand_stack(mm, address);
		if (!vma)
			goto no_area;
	}
	if (vma->vm_flags & VM_WRITE) {
		mmap_read_unlock(mm);
		return 0;
	}
	mmap_read_unlock(mm);
no_area:
	if (!vma || address < vma->vm_start) //~ ERROR vma-after-unlock: `vma` may be freed
		return SEGV_MAPERR;
	return SEGV_ACCERR;
}

static bool has_room_ok(struct mm_struct *mm, unsigned long address)
{
	struct vm_area_struct *vma = NULL;

	mmap_read_lock(mm);
	if (address)
		vma = find_vma(mm, address);
	if (!vma)
		vma = find_vma(mm, 0);
	mmap_read_unlock(mm);
	return vma != NULL;
}
