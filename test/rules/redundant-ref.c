/* References on current->mm that the running task does not need. */

int walk_bad(unsigned long address)
{
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma;

	if (!mm)
		return -EINVAL;
	mmget(mm); //~ INFO redundant-ref: changes nothing
	mmap_read_lock(mm);
	vma = vma_lookup(mm, address);
	mmap_read_unlock(mm);
	mmput(mm);
	return vma ? 0 : -EFAULT;
}

int stored_ok(struct tracker *tracker)
{
	mmgrab(current->mm);
	tracker->mm = current->mm;
	return 0;
}

int lent_ok(struct work *work)
{
	struct mm_struct *mm = current->mm;

	mmgrab(mm);
	queue_for(work, mm);
	mmdrop(mm);
	return 0;
}

int of_another_ok(struct mm_struct *mm)
{
	if (!mmget_not_zero(mm))
		return -ESRCH;
	walk(mm);
	mmput(mm);
	return 0;
}

int kept_on_success_ok(struct tracker *tracker)
{
	struct mm_struct *mm = current->mm;

	mmgrab(mm);
	if (!tracker->ready) {
		mmdrop(mm);
		return -EAGAIN;
	}
	tracker->mm = mm;
	return 0;
}
