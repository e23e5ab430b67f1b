// The last put takes mmap_lock itself.

static int peek_bad(struct task_struct *task)
{
	struct mm_struct *mm = get_task_mm(task);
	int count;

	if (!mm)
		return -ESRCH;
	mmap_read_lock(mm);
	count = mm->map_count;
	mmap_read_unlock(mm);
	mmput(mm);
	return count;
}

static int peek_ok(struct task_struct *task)
{
	struct mm_struct *mm = get_task_mm(task);
	int count;

	if (!mm)
		return -ESRCH;
	mmap_read_lock(mm);
	count = mm->map_count;
	mmap_read_unlock(mm);
	mmput(mm);
	return count;
}

// On the path where the lock failed there is nothing to unlock.
static int start_ok(struct session *session)
{
	struct mm_struct *mm = session->mm;

	if (!mmget_not_zero(mm))
		return -ESRCH;
	if (mmap_read_lock_killable(mm)) {
		mmput(mm);
		return -EINTR;
	}
	count_areas(mm);
	mmap_read_unlock(mm);
	mmput(mm);
	return 0;
}

// It is another mm whose lock is held.
static void other_lock_ok(struct mm_struct *mm, struct task_struct *task)
{
	struct mm_struct *other = get_task_mm(task);

	if (!other)
		return;
	mmap_read_lock(mm);
	count_areas(mm);
	mmput(other);
	mmap_read_unlock(mm);
}

// The unlock that follows shows that the lock was held on entry.
static void stop_bad(struct seq_file *m, void *v)
{
	struct session *session = m->private;

	mmap_read_unlock(session->mm);
	mmput(session->mm);
}

static void stop_ok(struct seq_file *m, void *v)
{
	struct session *session = m->private;

	mmap_read_unlock(session->mm);
	mmput(session->mm);
}
