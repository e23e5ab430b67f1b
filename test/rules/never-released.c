// Nothing in this file releases a reference that it was given, so nothing does it when the object goes.

static int attach_ok(struct container *container)
{
	if (container->mm)
		return container->mm == current->mm ? 0 : -EPERM;
	container->mm = current->mm;
	mmgrab(container->mm);
	return 0;
}

static void detach_bad(void *data)
{
	struct container *container = data;

	mutex_destroy(&container->lock);
	kfree(container); //~ ERROR leaked-count: no other function releases it
}

static void forget_group_ok(struct group *group)
{
	kfree(group);
}

static int copy_in_ok(struct container *container)
{
	int ret;

	if (!mmget_not_zero(container->mm))
		return -ESRCH;
	ret = fill(container);
	mmput(container->mm);
	return ret;
}

// The object is found by a member of it, and the users that another function puts are its own.
static int look_ok(struct container *container)
{
	if (!mmget_not_zero(container->mm))
		return -ESRCH;
	container->looking = true;
	return 0;
}

static void stop_looking_ok(struct container *container)
{
	container->looking = false;
	mmput(container->mm);
}

static void release_container_bad(struct kref *kref)
{
	struct container *container = container_of(kref, struct container, kref);

	kfree(container); //~ ERROR leaked-count: no other function releases it
}

// What the field kept is lost with the pointer to it. Whoever frees the object later finds nothing.
static int charge_ok(struct account *account, unsigned long pages)
{
	if (current->mm)
		mmgrab(current->mm);
	account->payer_mm = current->mm;
	return 0;
}

static void uncharge_bad(struct account *account, unsigned long pages)
{
	struct mm_struct *mm = account->payer_mm;

	if (mm) {
		atomic64_sub(pages, &mm->pinned_vm);
		account->payer_mm = NULL; //~ ERROR leaked-count: clears `account->payer_mm` without releasing
	}
}

static void close_account_ok(struct account *account)
{
	kfree(account);
}

// A parameter that is put where it cannot be kept comes with a reference.
static int queue_job_ok(struct job *job, struct mm_struct *mm)
{
	if (job->queued) {
		mmput(mm);
		return 0;
	}
	job->mm = mm;
	queue_work(jobs, &job->work);
	return 0;
}

static int queue_for_task_ok(struct job *job, struct task_struct *task)
{
	struct mm_struct *mm = get_task_mm(task);

	return mm ? queue_job_ok(job, mm) : -ESRCH;
}

static void run_job_bad(struct work_struct *work)
{
	struct job *job = container_of(work, struct job, work);

	run(job);
	kfree(job); //~ ERROR leaked-users: no other function releases it
}

// What a walk over a list releases is released, whatever frees the elements.
static int add_entry_ok(struct entry *entry, struct vm_area_struct *vma)
{
	if (!mmget_not_zero(vma->vm_mm))
		return -ESRCH;
	entry->mm = vma->vm_mm;
	return 0;
}

static struct entry *free_entry_ok(struct entry *entry)
{
	struct entry *next = entry->next;

	kfree(entry);
	return next;
}

static void release_entries_ok(struct entry *entry)
{
	while (entry) {
		mmput(entry->mm);
		entry = free_entry_ok(entry);
	}
}
