static void shadowed(struct mm_struct *mm)
{
	use(mm);
	if (mm) {
		struct mm_struct *mm = current->mm;

		use(mm);
	}
	use(mm);
	for (int i = 0; i < 2; i++)
		use(i);
	for (int i = 0; i < 2; i++)
		use(i);
}

static void kinds(int array[], struct range range, const struct range *const pointer, ...)
{
	static struct mm_struct *last;
	extern int outside;
	struct mm_struct *one, **two, *three[2];
	void (*callback)(struct mm_struct *mm);
	unsigned long flags;
	typeof(range) same = range;
	LIST_HEAD(list);

	last = one;
	spin_lock_irqsave(&pointer->lock, flags);
	callback(*two);
	use(three[0], outside, &list, &same, array);
}

static int old_style(task, mm)
	struct task_struct *task;
	struct mm_struct *mm;
{
	return task->mm == mm;
}

static noinline __noreturn struct mm_struct **unnamed(struct mm_struct *, int)
{
	for (;;)
		;
}

SYSCALL_DEFINE2(example, unsigned long, start, size_t, len)
{
	return start + len;
}
