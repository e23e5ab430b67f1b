// SPDX-License-Identifier: MIT

int allowed_leak(struct task_struct *task)
{
	struct mm_struct *mm = get_task_mm(task);

	if (!mm)
		return -ESRCH;
	if (mmap_read_lock_killable(mm))
		/* mm-analyzer: allow(leaked-users): the reaper puts it */
		return -EINTR;
	mmap_read_unlock(mm);
	mmput(mm);
	return 0;
}

/* mm-analyzer: allow(double-put) */
int allowed_nothing(struct mm_struct *mm)
{
	return mm->map_count;
}
