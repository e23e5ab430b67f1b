// mmget() adds to a counter that must not be zero.

static int bind_ok(struct binding *binding)
{
	binding->mm = current->mm;
	mmgrab(binding->mm);
	return 0;
}

static void unbind_ok(struct binding *binding)
{
	mmdrop(binding->mm);
}

static void work_bad(struct binding *binding)
{
	struct mm_struct *mm = binding->mm;

	mmget(mm); //~ ERROR mmget-on-dead-mm: needs `mm_users` of `mm` above zero
	fill(binding);
	mmput(mm);
}

static void work_ok(struct binding *binding)
{
	struct mm_struct *mm = binding->mm;

	if (!mmget_not_zero(mm))
		return;
	fill(binding);
	mmput(mm);
}

// While its lock is held, a task that has an mm keeps it.
static struct mm_struct *peek_ok(struct task_struct *task)
{
	struct mm_struct *mm;

	task_lock(task);
	mm = task->mm;
	if (mm)
		mmget(mm);
	task_unlock(task);
	return mm;
}

// The running task keeps its own.
static void own_ok(struct worker *worker)
{
	mmget(current->mm);
	worker->mm = current->mm;
}

// The kernel's own address space never ends.
static void boot_ok(void)
{
	mmget(&init_mm);
	run_on(&init_mm);
	mmput(&init_mm);
}
