// A path must not end with an mm_users reference that nobody else knows of.

static int copy_name_bad(struct task_struct *task, char __user *to)
{
	struct mm_struct *mm = get_task_mm(task);
	char *page;

	if (!mm)
		return -ESRCH;
	page = (char *)__get_free_page(GFP_KERNEL);
	if (!page)
		return -ENOMEM; //~ ERROR leaked-users: without releasing the `mm_users` reference on `mm` from `get_task_mm()`
	if (copy_to_user(to, page, PAGE_SIZE)) {
		free_page((unsigned long)page);
		mmput(mm);
		return -EFAULT;
	}
	free_page((unsigned long)page);
	mmput(mm);
	return 0;
}

static int copy_name_ok(struct task_struct *task, char __user *to)
{
	struct mm_struct *mm = get_task_mm(task);
	int ret = -EFAULT;

	if (!mm)
		return -ESRCH;
	if (!copy_to_user(to, mm->owner_name, sizeof(mm->owner_name)))
		ret = 0;
	mmput(mm);
	return ret;
}

static int wrong_label_bad(struct probe *probe)
{
	struct mm_struct *mm = probe->mm;
	int ret = -EINVAL;

	if (!mmget_not_zero(mm))
		return -ESRCH;
	if (probe->closed)
		goto out;
	ret = read_counters(probe);
	mmput(mm);
out:
	return ret; //~ ERROR leaked-users: `mmget_not_zero()`
}

static int wrong_exit_bad(struct probe *probe)
{
	struct mm_struct *mm = probe->mm;
	int ret = -ESRCH;

	if (!mmget_not_zero(mm))
		goto out;
	if (probe->closed) {
		ret = -EINVAL;
		goto out;
	} else if (probe->busy)
		return -EBUSY; //~ ERROR leaked-users: another path that returns an error releases it
	else
		ret = read_counters(probe);
	mmput(mm);
out:
	return ret; //~ ERROR leaked-users: `mmget_not_zero()`
}

static int next_label_bad(struct probe *probe)
{
	struct mm_struct *mm = probe->mm;
	int ret = -ESRCH;

	if (!mmget_not_zero(mm))
		goto out;
	if (probe->closed) {
		ret = -EINVAL;
		goto out;
	}
	ret = read_counters(probe);
	if (ret)
		goto put;
	note(probe);
put:
	mmput(mm);
out:
	return ret; //~ ERROR leaked-users: `mmget_not_zero()`
}

static unsigned long never_put_bad(struct task_struct *task)
{
	struct mm_struct *mm = get_task_mm(task);

	if (!mm)
		return 0;
	return mm->total_vm; //~ ERROR leaked-users: nothing else names `mm`
}

// The reference moves to the object; whoever frees the object puts it.
static int attach_ok(struct session *session, struct task_struct *task)
{
	struct mm_struct *mm = get_task_mm(task);

	if (!mm)
		return -ESRCH;
	session->mm = mm;
	return 0;
}

static void detach_ok(struct session *session)
{
	mmput(session->mm);
	session->mm = NULL;
}

// The result is the reference.
static struct mm_struct *open_target_ok(struct task_struct *task)
{
	struct mm_struct *mm = get_task_mm(task);

	if (mm && mm->closing) {
		mmput(mm);
		return NULL;
	}
	return mm;
}

// The pointer is its own flag: what starts as NULL is put only when it was taken.
static void maybe_account_ok(struct probe *probe, struct task_struct *task, bool deep)
{
	struct mm_struct *mm = NULL;

	if (deep)
		mm = get_task_mm(task);
	account(probe);
	if (mm)
		mmput(mm);
}

// One parameter decides about both.
static void account_pages_ok(struct region *region, bool async)
{
	struct mm_struct *mm = region->mm;

	if (async && !mmget_not_zero(mm))
		return;
	add_pages(region);
	if (async)
		mmput(mm);
}

// Every round of the loop puts what the round before has taken.
static void scan_all_ok(struct list_head *head)
{
	struct mm_struct *previous = &init_mm;
	struct mm_struct *mm;

	mmget(previous);
	list_for_each_entry(mm, head, node) {
		if (!mmget_not_zero(mm))
			continue;
		mmput(previous);
		previous = mm;
		scan_one(mm);
	}
	mmput(previous);
}

// start() takes for stop(): the iterator's state carries the reference in between, and says so.
static void *walk_start_ok(struct walker *walker)
{
	struct mm_struct *mm = walker->mm;

	if (!mm || !mmget_not_zero(mm)) {
		walker->active = NULL;
		return NULL;
	}
	if (mmap_read_lock_killable(mm)) {
		mmput(mm);
		walker->active = NULL;
		return ERR_PTR(-EINTR);
	}
	return first_item(walker);
}

static void walk_stop_ok(struct walker *walker)
{
	if (!walker->active)
		return;
	mmap_read_unlock(walker->mm);
	mmput(walker->mm);
}

// It is mmget() under a name of its own, for callers in another language.
void helper_get_ok(struct mm_struct *mm)
{
	mmget(mm);
}

// ->stop does nothing where ->start has left no task.
static void *start_walk_bad(struct seq_file *m, loff_t *pos)
{
	struct walk *walk = m->private;

	walk->task = get_walk_task(walk);
	if (!walk->task)
		return ERR_PTR(-ESRCH);
	if (!mmget_not_zero(walk->walk_mm)) {
		put_task_struct(walk->task);
		walk->task = NULL;
		return NULL;
	}
	if (mmap_read_lock_killable(walk->walk_mm)) {
		put_task_struct(walk->task);
		walk->task = NULL;
		return ERR_PTR(-EINTR); //~ ERROR leaked-users: returns without releasing the `mm_users` reference
	}
	return first_area(walk, pos);
}

static void stop_walk_ok(struct seq_file *m, void *v)
{
	struct walk *walk = m->private;

	if (!walk->task)
		return;
	mmap_read_unlock(walk->walk_mm);
	mmput(walk->walk_mm);
	put_task_struct(walk->task);
	walk->task = NULL;
}
