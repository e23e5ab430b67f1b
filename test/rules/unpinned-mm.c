// An object that outlives the call keeps an mm: it needs a reference of its own.

static int open_bad(struct inode *inode, struct job *job)
{
	job->mm = current->mm; //~ ERROR unpinned-mm: `job.mm` keeps `current->mm` without a reference
	return 0;
}

static int open_ok(struct inode *inode, struct job *job)
{
	job->mm = current->mm;
	mmgrab(job->mm);
	return 0;
}

static void free_job_ok(struct job *job)
{
	mmdrop(job->mm);
	kfree(job);
}

// Nobody drops anything, yet a worker looks into it.
static void submit_bad(struct request *request)
{
	request->mm = current->mm; //~ WARN unpinned-mm: other functions look into it
	queue_work(request_queue, &request->work);
}

static void run_request_ok(struct work_struct *work)
{
	struct request *request = container_of(work, struct request, work);

	mmap_read_lock(request->mm);
	copy_pages(request);
	mmap_read_unlock(request->mm);
}

// Only compared.
static void claim_ok(struct engine *engine)
{
	engine->mm = current->mm;
}

static bool is_ours_ok(struct engine *engine)
{
	return engine->mm == current->mm;
}

// The task lets go of its mm whenever it exits.
static void watch_bad(struct watcher *watcher, struct task_struct *task)
{
	watcher->mm = task->mm; //~ WARN unpinned-mm: the task may let go of it at any time
	if (watcher->mm && mmap_read_trylock(watcher->mm))
		mmap_read_unlock(watcher->mm);
}

// A notifier keeps the mm that it is registered with.
static int watch_range_ok(struct tracker *tracker)
{
	tracker->mm = current->mm;
	return mmu_notifier_register(&tracker->notifier, current->mm);
}

static void flush_ok(struct tracker *tracker)
{
	mmap_read_lock(tracker->mm);
	mmap_read_unlock(tracker->mm);
}

static bool may_share_ok(struct tracker *tracker)
{
	return tracker->mm == current->mm;
}

// The owner is named by the way to it.
static void keep_inside_bad(struct device_state *state)
{
	state->client.mm = current->mm; //~ ERROR unpinned-mm: `device_state.client.mm` keeps `current->mm` without a reference
}

static void drop_inside_ok(struct device_state *state)
{
	mmdrop(state->client.mm);
}

// A lazy-TLB reference has a life of its own.
static void borrow_ok(struct task_struct *next, struct task_struct *prev)
{
	next->active_mm = prev->active_mm;
	if (mmap_read_trylock(prev->active_mm))
		mmap_read_unlock(prev->active_mm);
}

// What the notifier keeps is given back with the notifier: whoever drops one more drops what nobody took.
static int attach_bad(struct session *session)
{
	session->mm = current->mm; //~ ERROR unpinned-mm: whoever is done with the object drops one
	return mmu_notifier_register(&session->notifier, current->mm);
}

static void detach_ok(struct session *session)
{
	mmu_notifier_unregister(&session->notifier, session->mm);
	mmdrop(session->mm);
	kfree(session);
}

// A VMA brings no reference along.
static void follow_bad(struct session *session, struct vm_area_struct *vma)
{
	session->mm = vma->vm_mm; //~ ERROR unpinned-mm: `session.mm` keeps `vma->vm_mm` without a reference
}

// Callers drop what they get, whichever return it came from.
static struct mm_struct *find_target_bad(pid_t pid)
{
	struct task_struct *task;

	if (!pid)
		return current->mm; //~ ERROR unpinned-mm: returns `current->mm` without a reference
	task = find_get_task_by_vpid(pid);
	if (!task)
		return ERR_PTR(-ESRCH);
	return get_task_mm(task);
}

static struct mm_struct *find_target_ok(pid_t pid)
{
	struct task_struct *task;

	if (!pid) {
		mmget(current->mm);
		return current->mm;
	}
	task = find_get_task_by_vpid(pid);
	if (!task)
		return ERR_PTR(-ESRCH);
	return get_task_mm(task);
}

// One of the ways that meet stores it without a reference.
static int dup_event_bad(struct vm_area_struct *vma, struct event *old)
{
	struct event *event = old->twin;

	if (!event) {
		event = kmalloc(sizeof(*event), GFP_KERNEL);
		if (!event)
			return -ENOMEM;
		event->mm = vma->vm_mm; //~ ERROR unpinned-mm: but whoever is done with the object drops one
		old->twin = event;
	}
	vma->event = event;
	return 0;
}

static void drop_event_ok(struct event *event)
{
	mmdrop(event->mm);
	kfree(event);
}

// A reference for accounting only is one as well.
static int charge_bad(struct charge *charge)
{
	charge->mm_account = current->mm; //~ ERROR unpinned-mm: but whoever is done with the object drops one
	return start(charge);
}

static void uncharge_ok(struct charge *charge)
{
	mmdrop(charge->mm_account);
	kfree(charge);
}

// Its callers put what they get, so it has to come with a reference.
static struct mm_struct *mm_of_target_bad(struct target *target)
{
	struct task_struct *task = find_task(target);
	struct mm_struct *mm;

	if (!task)
		return NULL;
	mm = task->mm;
	put_task_struct(task);
	return mm; //~ ERROR unpinned-mm: without a reference, although its callers put one
}

static int walk_target_ok(struct target *target)
{
	struct mm_struct *mm = mm_of_target_bad(target);

	if (!mm)
		return -ESRCH;
	walk(mm);
	mmput(mm);
	return 0;
}

// Nobody puts it: whoever calls holds the task.
static struct mm_struct *peek_ok(struct task_struct *task)
{
	return task->mm;
}

static bool is_shared_ok(struct task_struct *task, struct mm_struct *mm)
{
	return peek_ok(task) == mm;
}
