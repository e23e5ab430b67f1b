// What was taken once is released once.

static int dump_bad(struct task_struct *task)
{
	struct mm_struct *mm = get_task_mm(task);
	int ret;

	if (!mm)
		return -ESRCH;
	ret = dump_area(task);
	if (ret) {
		mmput(mm);
		goto out;
	}
	ret = dump_rest(task);
out:
	mmput(mm); //~ ERROR double-put: was already released on this path
	return ret;
}

static int dump_ok(struct task_struct *task)
{
	struct mm_struct *mm = get_task_mm(task);
	int ret;

	if (!mm)
		return -ESRCH;
	ret = dump_area(task);
	if (!ret)
		ret = dump_rest(task);
	mmput(mm);
	return ret;
}

static void drop_twice_bad(struct watch *watch)
{
	struct mm_struct *mm = watch->mm;

	mmgrab(mm);
	stop_watch(watch);
	mmdrop(mm);
	free_watch(watch);
	mmdrop(mm); //~ ERROR double-put: the `mm_count` reference on `mm`
}

// The reference belongs to the object; this is where its life ends.
static void session_release_ok(struct session *session)
{
	struct mm_struct *mm = session->mm;

	if (mm)
		mmput(mm);
}

// Two references, two releases.
static void twice_ok(struct mm_struct *mm)
{
	mmget(mm);
	mmget(mm);
	run_both(mm);
	mmput(mm);
	mmput(mm);
}

// The pointer is cleared together with the put.
static void clear_ok(struct task_struct *task, int rounds)
{
	struct mm_struct *mm = NULL;

	while (rounds--) {
		if (!mm)
			mm = get_task_mm(task);
		if (!mm)
			return;
		if (need_resched()) {
			mmput(mm);
			mm = NULL;
		}
	}
	if (mm)
		mmput(mm);
}

// A task keeps users, and no count that anybody could drop.
static void mark_victim_bad(struct task_struct *task)
{
	struct mm_struct *mm = NULL;

	task_lock(task);
	if (task->mm)
		mm = task->mm;
	task_unlock(task);
	if (mm) {
		mark(mm);
		mmdrop(mm); //~ ERROR double-put: that nothing here took: a task keeps none of its own
	}
}

static void mark_victim_ok(struct task_struct *task)
{
	struct mm_struct *mm = NULL;

	task_lock(task);
	if (task->mm) {
		mm = task->mm;
		mmgrab(mm);
	}
	task_unlock(task);
	if (mm) {
		mark(mm);
		mmdrop(mm);
	}
}

// What the task was bound to before is dropped once it is bound to something else.
static void leave_ok(struct task_struct *task)
{
	struct mm_struct *mm = task->mm;

	task->mm = NULL;
	mmdrop(mm);
}
