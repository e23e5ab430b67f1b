/* The same program as pairs.rs. */

static int pin(struct mm_struct *mm)
{
	if (!mmget_not_zero(mm))
		return -ESRCH;
	mmap_read_lock(mm);
	note(0);
	mmap_read_unlock(mm);
	mmput(mm);
	return 0;
}

static bool contains(struct mm_struct *mm, unsigned long address)
{
	struct vm_area_struct *vma;

	mmap_read_lock(mm);
	vma = vma_lookup(mm, address);
	mmap_read_unlock(mm);
	return vma != NULL;
}
