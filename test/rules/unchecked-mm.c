// A failure must be told apart before the mm is used, and by the test that fits the call.

static int peek_bad(struct task_struct *task)
{
	struct mm_struct *mm = get_task_mm(task);
	int count;

	mmap_read_lock(mm); //~ ERROR unchecked-mm: `mm` is NULL here if `get_task_mm()` fails
	count = mm->map_count;
	mmap_read_unlock(mm);
	mmput(mm);
	if (!count)
		return -ENOENT;
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

static int wrong_test_bad(struct task_struct *task)
{
	struct mm_struct *mm = mm_access(task, PTRACE_MODE_READ);
	int count;

	if (!mm)
		return -ESRCH;
	count = mm->map_count; //~ ERROR unchecked-mm: `mm` is an ERR_PTR here if `mm_access()` fails
	mmput(mm);
	return count;
}

static int right_test_ok(struct task_struct *task)
{
	struct mm_struct *mm = mm_access(task, PTRACE_MODE_READ);
	int count;

	if (IS_ERR(mm))
		return PTR_ERR(mm);
	count = mm->map_count;
	mmput(mm);
	return count;
}

// One test for both conventions is accepted for either.
static int both_tests_ok(struct task_struct *task)
{
	struct mm_struct *mm = mm_access(task, PTRACE_MODE_READ);
	int count;

	if (IS_ERR_OR_NULL(mm))
		return -ESRCH;
	count = mm->map_count;
	mmput(mm);
	return count;
}

// In a system call current->mm is there.
static unsigned long own_total_ok(void)
{
	return current->mm->total_vm;
}

// exit_files() runs after exit_mm().
static int close_device_bad(struct inode *inode, struct file *file)
{
	mmap_read_lock(current->mm); //~ ERROR unchecked-mm: `current->mm` may be NULL here
	forget_pages(file);
	mmap_read_unlock(current->mm);
	return 0;
}

static const struct file_operations device_ops_of_bad = {
	.release = close_device_bad,
};

static int close_other_ok(struct inode *inode, struct file *file)
{
	if (current->mm) {
		mmap_read_lock(current->mm);
		forget_pages(file);
		mmap_read_unlock(current->mm);
	}
	return 0;
}

static const struct file_operations device_ops_of_ok = {
	.release = close_other_ok,
};

// A work item has an mm only between kthread_use_mm() and kthread_unuse_mm().
static void copy_work_ok(struct work_struct *work)
{
	struct job *job = container_of(work, struct job, work);

	if (!mmget_not_zero(job->mm))
		return;
	kthread_use_mm(job->mm);
	mmap_read_lock(current->mm);
	copy_pages(job);
	mmap_read_unlock(current->mm);
	kthread_unuse_mm(job->mm);
	mmput(job->mm);
}

static void start_copy_ok(struct job *job)
{
	INIT_WORK(&job->work, copy_work_ok);
}
