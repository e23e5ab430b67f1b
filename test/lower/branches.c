static int nested_and_or(struct mm_struct *mm, int a, int b)
{
	if (mm && (a || !b))
		use(mm);
	else if (a && b)
		return -EINVAL;
	else
		other();
	return 0;
}

static int assignment_in_condition(struct task_struct *task)
{
	struct mm_struct *mm;

	if (!(mm = get_task_mm(task)))
		return -ESRCH;
	mmput(mm);
	return 0;
}

static bool boolean_value(struct mm_struct *mm, int a)
{
	bool both = mm && a > 1;

	return !both;
}

static struct mm_struct *conditional_value(struct task_struct *task, struct mm_struct *other)
{
	struct mm_struct *mm = task ? task->mm : NULL;

	return mm ?: other;
}

static int comma_and_update(int *counter)
{
	int i = 0, old;

	old = i++, --*counter;
	i += old;
	if (first(), second())
		return i--;
	return (*counter)++;
}

static int negated_error(struct mm_struct *mm)
{
	if (!IS_ERR(mm) && unlikely(!mm))
		return -EINVAL;
	return PTR_ERR_OR_ZERO(mm);
}
