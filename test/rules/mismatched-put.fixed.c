// mmget() pairs with mmput(), mmgrab() with mmdrop().

static int read_limit_bad(struct task_struct *task)
{
	struct mm_struct *mm = get_task_mm(task);
	int limit;

	if (!mm)
		return -ESRCH;
	limit = mm->map_count;
	mmput(mm);
	return limit;
}

static int read_limit_ok(struct task_struct *task)
{
	struct mm_struct *mm = get_task_mm(task);
	int limit;

	if (!mm)
		return -ESRCH;
	limit = mm->map_count;
	mmput(mm);
	return limit;
}

static void pause_watch_bad(struct watch *watch)
{
	struct mm_struct *mm = watch->mm;

	mmgrab(mm);
	wait_for_idle(watch);
	mmdrop(mm);
}

// Nobody has seen this mm yet: the struct can be dropped as a whole.
static int prepare_ok(struct loader *loader)
{
	struct mm_struct *mm = mm_alloc();

	if (!mm)
		return -ENOMEM;
	if (setup_stack(loader)) {
		mmdrop(mm);
		return -EFAULT;
	}
	loader->mm = mm;
	return 0;
}

// Both kinds are held, and each is released by its own call.
static void replace_ok(struct watch *watch, struct task_struct *task)
{
	struct mm_struct *mm = get_task_mm(task);

	if (!mm)
		return;
	mmgrab(mm);
	wait_for_idle(watch);
	mmput(mm);
	mmdrop(mm);
}

// One flag chooses the kind, both times.
static void borrow_ok(struct worker *worker, struct mm_struct *mm, bool pin)
{
	if (pin)
		mmget(mm);
	else
		mmgrab(mm);
	run(worker);
	if (pin)
		mmput(mm);
	else
		mmdrop(mm);
}

// What the object kept is dropped once it keeps nothing more; the reference that was grabbed is another one.
static void take_out_ok(struct session *session)
{
	struct mm_struct *mm = session->mm;

	mmgrab(mm);
	session->lazy_mm = mm;
	session->mm = NULL;
	mmput(mm);
}

// Every store grabs the struct, so the field has no users to put.
static struct fence *make_fence_ok(struct mm_struct *mm)
{
	struct fence *fence = kzalloc(sizeof(*fence), GFP_KERNEL);

	if (!fence)
		return NULL;
	mmgrab(mm);
	fence->mm = mm;
	return fence;
}

static void release_fence_bad(struct fence *fence)
{
	mmdrop(fence->mm);
	kfree(fence);
}

// Who takes users of it puts them in another function, which says nothing of what the object keeps.
static int lock_view_ok(struct view *view)
{
	if (!mmget_not_zero(view->mm))
		return -ESRCH;
	mmap_read_lock(view->mm);
	return 0;
}

static void unlock_view_ok(struct view *view)
{
	mmap_read_unlock(view->mm);
	mmput(view->mm);
}

static struct view *make_view_ok(void)
{
	struct view *view = kzalloc(sizeof(*view), GFP_KERNEL);

	if (!view)
		return NULL;
	view->mm = current->mm;
	mmgrab(view->mm);
	return view;
}

static void release_view_ok(struct view *view)
{
	mmdrop(view->mm);
	kfree(view);
}

// Nobody would ask for users that the field keeps, so it is the store that takes the wrong kind.
static struct request *make_request_bad(void)
{
	struct request *request = kzalloc(sizeof(*request), GFP_KERNEL);

	if (!request)
		return NULL;
	request->mm = current->mm;
	mmgrab(request->mm);
	return request;
}

static void serve_ok(struct request *request)
{
	if (mmget_not_zero(request->mm)) {
		fill(request);
		mmput(request->mm);
	}
}

static void release_request_ok(struct request *request)
{
	mmdrop(request->mm);
	kfree(request);
}
