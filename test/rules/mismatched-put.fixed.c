// mmget() pairs with mmput(), mmgrab() with mmdrop().

static int read_limit_bad(struct task_struct *task)
{
	struct mm_struct *mm = get_task_mm(task);
	int limit;

	if (!mm)
		return -ESRCH;
	limit = mm->map_count;
	mmput(mm);
	return limit;
}

static int read_limit_ok(struct task_struct *task)
{
	struct mm_struct *mm = get_task_mm(task);
	int limit;

	if (!mm)
		return -ESRCH;
	limit = mm->map_count;
	mmput(mm);
	return limit;
}

static void pause_watch_bad(struct watch *watch)
{
	struct mm_struct *mm = watch->mm;

	mmgrab(mm);
	wait_for_idle(watch);
	mmdrop(mm);
}

// Nobody has seen this mm yet: the struct can be dropped as a whole.
static int prepare_ok(struct loader *loader)
{
	struct mm_struct *mm = mm_alloc();

	if (!mm)
		return -ENOMEM;
	if (setup_stack(loader)) {
		mmdrop(mm);
		return -EFAULT;
	}
	loader->mm = mm;
	return 0;
}

// Both kinds are held, and each is released by its own call.
static void replace_ok(struct watch *watch, struct task_struct *task)
{
	struct mm_struct *mm = get_task_mm(task);

	if (!mm)
		return;
	mmgrab(mm);
	wait_for_idle(watch);
	mmput(mm);
	mmdrop(mm);
}

// One flag chooses the kind, both times.
static void borrow_ok(struct worker *worker, struct mm_struct *mm, bool pin)
{
	if (pin)
		mmget(mm);
	else
		mmgrab(mm);
	run(worker);
	if (pin)
		mmput(mm);
	else
		mmdrop(mm);
}

// What the object kept is dropped once it keeps nothing more; the reference that was grabbed is another one.
static void take_out_ok(struct session *session)
{
	struct mm_struct *mm = session->mm;

	mmgrab(mm);
	session->lazy_mm = mm;
	session->mm = NULL;
	mmput(mm);
}
