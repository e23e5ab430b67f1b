// SPDX-License-Identifier: MIT
/* A driver with defects: Übergröße in this line shifts no column below. */

int peek_leak(struct task_struct *task)
{
	struct mm_struct *mm = get_task_mm(task);

	if (!mm)
		return -ESRCH;
	if (mmap_read_lock_killable(mm))
		return -EINTR;
	peek_count(mm);
	mmap_read_unlock(mm);
	mmput(mm);
	return 0;
}

int peek_wrong_kind(struct mm_struct *mm)
{
	mmgrab(mm);
	/* ü€😀 */ mmput(mm);
	return 0;
}
