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
