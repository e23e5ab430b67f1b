// What a handle is follows from the calls that were made and the tests that were passed.

static void get_task_mm_may_fail(struct task_struct *task)
{
	struct mm_struct *mm = get_task_mm(task);

	if (!mm) //~ STATE mm: MmWithUser owned nullable
		return;
	note(mm); //~ STATE mm: MmWithUser owned nonnull type=ARef<MmWithUser>
	mmput(mm); //~ STATE mm: MmWithUser owned nonnull
}

static void mm_access_fails_with_an_errno(struct task_struct *task)
{
	struct mm_struct *mm = mm_access(task, PTRACE_MODE_READ);

	if (IS_ERR(mm)) //~ STATE mm: MmWithUser owned nullable
		return;
	note(mm); //~ STATE mm: MmWithUser owned nonnull
	mmput(mm);
}

static void the_task_keeps_its_own(void)
{
	struct mm_struct *mm = current->mm; //~ STATE current->mm: MmWithUser borrowed

	note(mm); //~ STATE mm: MmWithUser borrowed type=&MmWithUser
}

static void a_grab_keeps_the_struct(struct watch *watch)
{
	struct mm_struct *mm = watch->mm;

	mmgrab(mm);
	note(mm); //~ STATE mm: Mm owned nonnull type=ARef<Mm>
	mmdrop(mm); //~ STATE mm: Mm owned
}

static void users_may_be_gone(struct watch *watch)
{
	struct mm_struct *mm = watch->mm;

	if (!mmget_not_zero(mm)) //~ STATE mm: Mm borrowed type=&Mm
		return;
	note(mm); //~ STATE mm: MmWithUser owned nonnull
	mmput(mm);
}

static bool only_compared(struct task_struct *task)
{
	return task->mm == current->mm; //~ STATE task->mm: raw
}

static void the_task_lock_pins(struct task_struct *task)
{
	task_lock(task);
	if (task->mm)
		note(task->mm); //~ STATE task->mm: MmWithUser borrowed nonnull
	task_unlock(task);
}

// The kernel calls it when the last user is gone.
static void exit_mmap(struct mm_struct *mm)
{
	note(mm); //~ STATE mm: Mm borrowed
	take_down(mm);
}

static void take_down(struct mm_struct *mm)
{
	note(mm); //~ STATE mm: Mm borrowed
}
