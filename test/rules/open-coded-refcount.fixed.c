// The counters have helpers.

static void hold_bad(struct mm_struct *mm)
{
	mmget(mm);
	run_on(mm);
	mmput(mm);
}

static void hold_ok(struct mm_struct *mm)
{
	mmget(mm);
	atomic_inc(&mm->membarrier_state);
	run_on(mm);
	mmput(mm);
}

static void try_hold_bad(struct work *work)
{
	if (!mmget_not_zero(work->mm))
		return;
	run(work);
	mmput(work->mm);
}

static void put_bad(struct mm_struct *mm)
{
	if (atomic_dec_and_test(&mm->mm_count))
		free_struct(mm);
}

// Reading a counter is no change.
static bool is_shared_ok(struct mm_struct *mm)
{
	return atomic_read(&mm->mm_users) > 1;
}
