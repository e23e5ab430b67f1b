// find_vma() returns the vma at an address, or the next one above it.

static bool is_io_bad(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;
	bool io = false;

	mmap_read_lock(mm);
	vma = find_vma(mm, addr); //~ WARN find-vma-misuse: `find_vma()` may return the next vma above the address
	if (vma)
		io = vma->vm_flags & VM_IO;
	mmap_read_unlock(mm);
	return io;
}

static bool is_io_ok(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;
	bool io = false;

	mmap_read_lock(mm);
	vma = vma_lookup(mm, addr);
	if (vma)
		io = vma->vm_flags & VM_IO;
	mmap_read_unlock(mm);
	return io;
}

static unsigned long offset_bad(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;
	unsigned long offset = 0;

	mmap_read_lock(mm);
	vma = find_vma(mm, addr); //~ WARN find-vma-misuse: nothing tests the `vm_start` of `vma`
	if (vma && vma->vm_file)
		offset = addr - vma->vm_start;
	mmap_read_unlock(mm);
	return offset;
}

// The test of vm_start makes it the same as vma_lookup().
static bool tested_ok(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;
	bool io = false;

	mmap_read_lock(mm);
	vma = find_vma(mm, addr);
	if (vma && vma->vm_start <= addr)
		io = vma->vm_flags & VM_IO;
	mmap_read_unlock(mm);
	return io;
}

// A helper may make that test.
static bool covered_ok(struct mm_struct *mm, unsigned long start, unsigned long end)
{
	struct vm_area_struct *vma;
	bool io = false;

	mmap_read_lock(mm);
	vma = find_vma(mm, start);
	if (vma && range_in_vma(vma, start, end))
		io = vma->vm_flags & VM_IO;
	mmap_read_unlock(mm);
	return io;
}

// Iteration wants the next one.
static unsigned long count_io_ok(struct mm_struct *mm)
{
	struct vm_area_struct *vma;
	unsigned long addr = 0, count = 0;

	mmap_read_lock(mm);
	while ((vma = find_vma(mm, addr))) {
		if (vma->vm_flags & VM_IO)
			count++;
		addr = vma->vm_end;
	}
	mmap_read_unlock(mm);
	return count;
}

// The fault-in has shown that the address is mapped.
static bool faulted_in_ok(struct mm_struct *mm, unsigned long addr, struct page **page)
{
	struct vm_area_struct *vma;
	bool io = false;

	mmap_read_lock(mm);
	if (get_user_pages_remote(mm, addr, 1, 0, page, NULL) == 1) {
		vma = find_vma(mm, addr);
		io = vma->vm_flags & VM_IO;
	}
	mmap_read_unlock(mm);
	return io;
}

// The gap below the next vma is what is searched for.
static bool fits_ok(struct mm_struct *mm, unsigned long addr, unsigned long length)
{
	struct vm_area_struct *vma = find_vma(mm, addr);

	return !vma || addr + length <= vm_start_gap(vma);
}

// That the vma reaches far enough does not tell where it begins.
static bool is_anonymous_bad(struct mm_struct *mm, unsigned long start, unsigned long end)
{
	struct vm_area_struct *vma = find_vma(mm, start); //~ WARN find-vma-misuse: nothing tests the `vm_start` of `vma`

	return vma && vma->vm_end >= end && !vma->vm_file;
}

static bool is_anonymous_ok(struct mm_struct *mm, unsigned long start, unsigned long end)
{
	struct vm_area_struct *vma = find_vma(mm, start);

	return vma && vma->vm_start <= start && vma->vm_end >= end && !vma->vm_file;
}

// The lock of one VMA was tried first, and failed.
static bool is_ours_bad(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma = lock_vma_under_rcu(mm, addr);
	bool ours;

	if (vma) {
		ours = vma->vm_ops == &our_vm_ops;
		vma_end_read(vma);
		return ours;
	}
	mmap_read_lock(mm);
	vma = find_vma(mm, addr); //~ WARN find-vma-misuse: nothing tests the `vm_start` of `vma`
	ours = vma && vma->vm_ops == &our_vm_ops;
	mmap_read_unlock(mm);
	return ours;
}
