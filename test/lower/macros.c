static void passes_through(struct task_struct *task)
{
	struct mm_struct *mm = READ_ONCE(task->mm);

	if (WARN_ON_ONCE(!mm) || likely(rcu_dereference_protected(mm->owner, held())))
		return;
	WARN(mm->users, "%d", mm->count);
}

static void stores(struct work *w, struct mm_struct *mm)
{
	struct mm_struct *old;

	WRITE_ONCE(w->mm, mm);
	smp_store_release(&w->mm, mm);
	rcu_assign_pointer(w->mm, NULL);
	old = xchg(&w->mm, mm);
	old = cmpxchg(&w->mm, old, mm);
	swap(old, mm);
	mm = smp_load_acquire(&w->mm);
	if (try_cmpxchg(&w->mm, &old, mm))
		done();
}

static struct work *around(struct notifier *n)
{
	struct work *w = container_of(n, struct work, notifier);

	BUILD_BUG_ON(sizeof(*w) > 64);
	if (IS_ENABLED(CONFIG_NUMA))
		migrate(w);
	return IS_ERR_OR_NULL(w) ? ERR_PTR(-EINVAL) : w;
}

static int writes_its_argument(int __user *p)
{
	int v;

	if (get_user(v, p))
		return -EFAULT;
	return v;
}
