// Readers rely on VMAs that do not change.

static int protect_bad(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;
	int ret = 0;

	mmap_write_lock(mm);
	vma = vma_lookup(mm, addr);
	if (vma)
		vm_flags_set(vma, VM_DONTCOPY);
	else
		ret = -EFAULT;
	mmap_write_unlock(mm);
	return ret;
}

static int protect_ok(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;
	int ret = 0;

	mmap_write_lock(mm);
	vma = vma_lookup(mm, addr);
	if (vma)
		vm_flags_set(vma, VM_DONTCOPY);
	else
		ret = -EFAULT;
	mmap_write_unlock(mm);
	return ret;
}

// A new vma that nobody can find yet needs no lock.
static void prepare_ok(struct vm_area_struct *vma)
{
	vm_flags_init(vma, VM_READ | VM_WRITE);
}

// Flags were plain members before 6.3.
static void mark_bad(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;

	mmap_write_lock(mm);
	vma = vma_lookup(mm, addr);
	if (vma)
		vma->vm_flags |= VM_DONTDUMP;
	mmap_write_unlock(mm);
}

static void mark_ok(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;

	mmap_write_lock(mm);
	vma = vma_lookup(mm, addr);
	if (vma)
		vma->vm_flags |= VM_DONTDUMP;
	mmap_write_unlock(mm);
}

// Statistics of NUMA balancing are written under the read lock.
static void note_scan_ok(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;

	mmap_read_lock(mm);
	vma = vma_lookup(mm, addr);
	if (vma)
		vma->numab_state = NULL;
	mmap_read_unlock(mm);
}

// What the helper needs, its callers have to hold.
static void seal_area_ok(struct vm_area_struct *vma)
{
	vm_flags_set(vma, VM_IO);
}

static void seal_bad(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;

	mmap_write_lock(mm);
	vma = vma_lookup(mm, addr);
	if (vma)
		seal_area_ok(vma);
	mmap_write_unlock(mm);
}

static void seal_ok(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;

	mmap_write_lock(mm);
	vma = vma_lookup(mm, addr);
	if (vma)
		seal_area_ok(vma);
	mmap_write_unlock(mm);
}

// A need goes through helpers to whoever takes the lock, whatever iterator they share.
static int set_flags_ok(struct vma_iterator *vmi, struct vm_area_struct *vma, unsigned long flags)
{
	vm_flags_set(vma, flags);
	return vma_iter_end(vmi) > 0;
}

static int set_range_ok(unsigned long start, unsigned long len, unsigned long flags)
{
	unsigned long end = start + len;
	struct vm_area_struct *vma;
	VMA_ITERATOR(vmi, current->mm, start);

	if (end == start)
		return 0;
	for_each_vma_range(vmi, vma, end) {
		if (set_flags_ok(&vmi, vma, flags))
			return -EINVAL;
	}
	return 0;
}

int set_locked_bad(unsigned long start, unsigned long len)
{
	int error;

	mmap_write_lock(current->mm);
	error = set_range_ok(start, len, VM_LOCKED);
	mmap_write_unlock(current->mm);
	return error;
}
