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
