// Looks at another task's memory: take a reference, look, give it back. Two functions are wrong.

static int peek_right(struct task_struct *task)
{
	struct mm_struct *mm = mm_access(task, PTRACE_MODE_READ);
	int count;

	if (IS_ERR(mm))
		return PTR_ERR(mm);
	if (mmap_read_lock_killable(mm)) {
		mmput(mm);
		return -EINTR;
	}
	count = mm->map_count;
	mmap_read_unlock(mm);
	mmput(mm);
	return count;
}

/* mmput() may be the last one, and the last one takes the lock that is held here. */
static int peek_put_too_early(struct task_struct *task)
{
	struct mm_struct *mm = get_task_mm(task);
	int count;

	if (!mm)
		return -ESRCH;
	mmap_read_lock(mm);
	count = mm->map_count;
	mmput(mm);
	mmap_read_unlock(mm);
	return count;
}

/* get_task_mm() takes mm_users, mmdrop() releases mm_count. */
static int peek_wrong_counter(struct task_struct *task)
{
	struct mm_struct *mm = get_task_mm(task);
	int count;

	if (!mm)
		return -ESRCH;
	count = mm->map_count;
	mmdrop(mm);
	return count;
}
