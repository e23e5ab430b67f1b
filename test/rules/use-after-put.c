// After the last put the pointer is only a number.

static unsigned long total_bad(struct task_struct *task)
{
	struct mm_struct *mm = get_task_mm(task);
	unsigned long total;

	if (!mm)
		return 0;
	mmput(mm);
	total = mm->total_vm; //~ ERROR use-after-put: `mm` may be freed
	return total;
}

static unsigned long total_ok(struct task_struct *task)
{
	struct mm_struct *mm = get_task_mm(task);
	unsigned long total;

	if (!mm)
		return 0;
	total = mm->total_vm;
	mmput(mm);
	return total;
}

static void lock_late_bad(struct task_struct *task)
{
	struct mm_struct *mm = get_task_mm(task);

	if (!mm)
		return;
	mmput(mm);
	mmap_read_lock(mm); //~ ERROR use-after-put: `mm` may be freed
	count_areas(mm);
	mmap_read_unlock(mm);
}

// The count keeps the struct after the address space is gone.
static void keep_count_ok(struct task_struct *task, struct watch *watch)
{
	struct mm_struct *mm = get_task_mm(task);

	if (!mm)
		return;
	mmgrab(mm);
	mmput(mm);
	watch->flags = mm->flags;
	mmdrop(mm);
}

// Comparing a pointer does not look at what it points to.
static bool is_own_ok(struct task_struct *task)
{
	struct mm_struct *mm = get_task_mm(task);

	if (!mm)
		return false;
	mmput(mm);
	return mm == current->mm;
}

// The task itself keeps its own mm.
static unsigned long own_total_ok(void)
{
	struct mm_struct *mm = current->mm;

	mmget(mm);
	run_once(mm);
	mmput(mm);
	return mm->total_vm;
}

// The caller gets a pointer that nothing keeps.
static struct mm_struct *open_mm_bad(struct task_struct *task)
{
	struct mm_struct *mm = get_task_mm(task);

	if (mm)
		mmput(mm);
	return mm; //~ ERROR use-after-put: `mm` may be freed
}

static struct mm_struct *open_mm_ok(struct task_struct *task)
{
	struct mm_struct *mm = get_task_mm(task);

	if (mm) {
		mmgrab(mm);
		mmput(mm);
	}
	return mm;
}

// What a function does with a freed mm cannot be right, even if nothing is known of it.
static void announce_bad(struct task_struct *task)
{
	struct mm_struct *mm = get_task_mm(task);

	if (!mm)
		return;
	mmput(mm);
	announce(mm); //~ ERROR use-after-put: `mm` may be freed
}

static void announce_ok(struct task_struct *task)
{
	struct mm_struct *mm = get_task_mm(task);

	if (!mm)
		return;
	announce(mm);
	mmput(mm);
}

// The field keeps none of the references that came with the mm.
static int start_work_bad(struct engine *engine)
{
	engine->mm = get_task_mm(current);
	if (engine->mm) {
		mmput(engine->mm);
		add_copro(engine->mm); //~ ERROR use-after-put: `engine->mm` names an mm that may be freed
	}
	return 0;
}

static int start_work_ok(struct engine *engine)
{
	engine->mm = get_task_mm(current);
	if (engine->mm) {
		mmgrab(engine->mm);
		mmput(engine->mm);
		add_copro(engine->mm);
	}
	return 0;
}

static int bind_window_bad(struct window *window)
{
	if (!window->free)
		return -EBUSY;
	window->mm = get_task_mm(current);
	if (!window->mm)
		return -EPERM;
	mmput(window->mm);
	return 0; //~ ERROR use-after-put: `window->mm` names an mm that may be freed
}

// What is called with the object meanwhile may grab the struct.
static int bind_later_ok(struct window *window)
{
	window->mm = get_task_mm(current);
	if (!window->mm)
		return -EPERM;
	hold_struct(window);
	mmput(window->mm);
	return 0;
}

// It is taken out of the field before it is put.
static int unbind_ok(struct window *window)
{
	window->mm = get_task_mm(current);
	if (!window->mm)
		return -EPERM;
	if (enter(window)) {
		struct mm_struct *mm = window->mm;

		window->mm = NULL;
		mmput(mm);
		return -EIO;
	}
	return 0;
}
