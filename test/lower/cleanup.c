DEFINE_FREE(put_work, struct work *, if (!IS_ERR_OR_NULL(_T)) work_put(_T))
DEFINE_GUARD(work, struct work *, work_lock(_T), work_unlock(_T))
DEFINE_GUARD_COND(work, _try, work_trylock(_T))
DEFINE_LOCK_GUARD_1(queue, struct queue, queue_lock(_T->lock), queue_unlock(_T->lock))
DEFINE_CLASS(work_of, struct work *, if (_T) work_put(_T), work_get(task, 0), struct task_struct *task)

static int guarded(struct task_struct *task)
{
	guard(task_lock)(task);
	if (!task->mm)
		return -ESRCH;
	return task->mm->flags;
}

static int reverse_order(struct task_struct *task)
{
	struct mm_struct *mm __free(mmput) = get_task_mm(task);

	if (!mm)
		return -ESRCH;
	guard(mmap_read_lock)(mm);
	return walk(mm);
}

static struct work *handed_over(struct task_struct *task, int flag)
{
	struct work *w __free(put_work) = work_new(task);

	if (flag)
		return no_free_ptr(w);
	return_ptr(w);
}

static void block_scopes(struct work *w)
{
	for (;;) {
		guard(work)(w);
		if (skip(w))
			continue;
		if (stop(w))
			break;
		if (fail(w))
			goto out;
		step(w);
	}
	return;
out:
	failed(w);
}

static void scoped(struct work *w)
{
	scoped_guard(rcu) {
		if (!lookup(w))
			break;
		use(w);
	}
	scoped_guard(work_try, w)
		use(w);
	scoped_cond_guard(mutex_intr, return -EINTR, &w->mutex)
		use(w);
}

static void class_variable(struct task_struct *task)
{
	CLASS(work_of, w)(task);

	use(w);
}

static void unknown_names(struct work *w)
{
	struct thing *t __free(thing) = thing_of(w);

	guard(mystery)(w);
	use(t);
}

static int acquired(struct work *w)
{
	int ret;

	ACQUIRE(mutex_intr, lock)(&w->mutex);
	ret = ACQUIRE_ERR(mutex_intr, &lock);
	if (ret)
		return ret;
	use(w);
	return 0;
}

static void back_before_the_guard(struct work *w)
{
retry:
	relax();
	guard(work)(w);
	if (again(w))
		goto retry;
	done(w);
}

static void scoped_object(struct task_struct *task)
{
	scoped_class(work_of, w, task)
		use(w);
}

static void lock_guard(struct work *w)
{
	guard(queue)(&w->queue);
	use(w);
}
