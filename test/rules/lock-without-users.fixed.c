// A count keeps the struct; what is walked under the lock needs users.

static int bind_ok(struct binding *binding)
{
	binding->mm = current->mm;
	mmgrab(binding->mm);
	return 0;
}

static void unbind_ok(struct binding *binding)
{
	mmdrop(binding->mm);
}

static int work_bad(struct binding *binding, unsigned long addr)
{
	struct mm_struct *mm = binding->mm;
	struct vm_area_struct *vma;
	int ret = 0;

	if (!mmget_not_zero(mm))
		return -ESRCH;
	mmap_read_lock(mm);
	vma = find_vma(mm, addr);
	if (!vma)
		ret = -EFAULT;
	mmap_read_unlock(mm);
	mmput(mm);
	return ret;
}

static int work_ok(struct binding *binding, unsigned long addr)
{
	struct mm_struct *mm = binding->mm;
	struct vm_area_struct *vma;
	int ret = 0;

	if (!mmget_not_zero(mm))
		return -ESRCH;
	mmap_read_lock(mm);
	vma = find_vma(mm, addr);
	if (!vma)
		ret = -EFAULT;
	mmap_read_unlock(mm);
	mmput(mm);
	return ret;
}

// Accounting touches the struct alone.
static void account_ok(struct binding *binding, long pages)
{
	struct mm_struct *mm = binding->mm;

	mmap_write_lock(mm);
	mm->pinned_vm += pages;
	mmap_write_unlock(mm);
}

// Taken and released at once, the lock is a barrier.
static void barrier_ok(struct binding *binding)
{
	mmap_write_lock(binding->mm);
	mmap_write_unlock(binding->mm);
}

// In process context current->mm is pinned by the task.
static int own_ok(unsigned long addr)
{
	struct mm_struct *mm = current->mm;
	int found;

	mmap_read_lock(mm);
	found = find_vma(mm, addr) != NULL;
	mmap_read_unlock(mm);
	return found;
}

// The definitions of the structs lead from the work item to the field that keeps the mm.
struct machine {
	struct mm_struct *owner;
};

struct slice {
	struct machine *machine;
};

static void start_machine_ok(struct machine *machine)
{
	mmgrab(current->mm);
	machine->owner = current->mm;
}

static void stop_machine_ok(struct machine *machine)
{
	mmdrop(machine->owner);
}

static void fill_bad(struct slice *slice, unsigned long addr)
{
	struct mm_struct *mm = slice->machine->owner;
	int locked = 1;

	mmap_read_lock(mm);
	get_user_pages_remote(mm, addr, 1, FOLL_WRITE, NULL, &locked);
	if (locked)
		mmap_read_unlock(mm);
}

// A flag is no counter: it does not tell whether the address space is alive.
static int fill_bad(struct watcher *watcher)
{
	int ret;

	if (atomic_read(&watcher->changing))
		return -EAGAIN;
	if (!mmget_not_zero(watcher->mm))
		return -ESRCH;
	mmap_read_lock(watcher->mm);
	ret = fixup_user_fault(watcher->mm, watcher->address, 0, NULL);
	mmap_read_unlock(watcher->mm);
	mmput(watcher->mm);
	return ret;
}

static int fill_ok(struct watcher *watcher)
{
	int ret = -ENOENT;

	mmap_read_lock(watcher->mm);
	if (refcount_read(&watcher->tasks))
		ret = fixup_user_fault(watcher->mm, watcher->address, 0, NULL);
	mmap_read_unlock(watcher->mm);
	return ret;
}

static void watch_ok(struct watcher *watcher, struct mm_struct *mm)
{
	mmgrab(mm);
	watcher->mm = mm;
}

static void unwatch_ok(struct watcher *watcher)
{
	mmdrop(watcher->mm);
}

// Messages name the object by its variable.
static void refill_bad(struct work_struct *work)
{
	struct watcher *watcher = container_of(work, struct watcher, work);

	if (!mmget_not_zero(watcher->mm))
		return;
	mmap_read_lock(watcher->mm);
	fixup_user_fault(watcher->mm, watcher->address, 0, NULL);
	mmap_read_unlock(watcher->mm);
	mmput(watcher->mm);
}

// A notifier keeps the struct, and no more.
static int mirror_ok(struct mirror *mirror)
{
	mirror->mm = current->mm;
	return mmu_notifier_register(&mirror->notifier, mirror->mm);
}

static void refresh_bad(struct mirror *mirror)
{
	if (!mmget_not_zero(mirror->mm))
		return;
	mmap_read_lock(mirror->mm);
	fixup_user_fault(mirror->mm, mirror->address, 0, NULL);
	mmap_read_unlock(mirror->mm);
	mmput(mirror->mm);
}

// Nobody between the ioctl and this function takes users.
static int prefetch_bad(struct fault_device *device)
{
	struct mm_struct *mm = device->notifier.mm;
	int ret;

	if (!device->address)
		return -EINVAL;
	if (!mmget_not_zero(mm))
		return -ESRCH;
	mmap_read_lock(mm);
	ret = fixup_user_fault(mm, device->address, 0, NULL);
	mmap_read_unlock(mm);
	mmput(mm);
	return ret;
}

static int prefetch_pinned_ok(struct fault_device *device)
{
	struct mm_struct *mm = device->notifier.mm;
	int ret;

	mmap_read_lock(mm);
	ret = fixup_user_fault(mm, device->address, 0, NULL);
	mmap_read_unlock(mm);
	return ret;
}

static int prefetch_from_outside_ok(struct fault_device *device)
{
	int ret;

	if (!mmget_not_zero(device->notifier.mm))
		return -ESRCH;
	ret = prefetch_pinned_ok(device);
	mmput(device->notifier.mm);
	return ret;
}

static long fault_device_ioctl_ok(struct file *file, unsigned int command, unsigned long arg)
{
	if (command == PREFETCH_OUTSIDE)
		return prefetch_from_outside_ok(file->private_data);
	return prefetch_bad(file->private_data);
}

static const struct file_operations fault_device_fops = {
	.unlocked_ioctl = fault_device_ioctl_ok,
};

struct recorder {
	struct mm_struct *mm;
	unsigned long address;
};

static void open_recorder_ok(struct recorder *recorder)
{
	mmgrab(current->mm);
	recorder->mm = current->mm;
}

static void close_recorder_ok(struct recorder *recorder)
{
	mmdrop(recorder->mm);
}

// One function serves the owner only; those that ask for users show that the others serve anybody.
static int own_recorder_ok(struct recorder *recorder)
{
	return recorder->mm == current->mm ? 0 : -EINVAL;
}

static int count_recorder_ok(struct recorder *recorder)
{
	if (!mmget_not_zero(recorder->mm))
		return -ESRCH;
	mmput(recorder->mm);
	return 0;
}

static int seek_recorder_ok(struct recorder *recorder)
{
	int ret;

	if (!mmget_not_zero(recorder->mm))
		return -ESRCH;
	mmap_read_lock(recorder->mm);
	ret = fixup_user_fault(recorder->mm, recorder->address, 0, NULL);
	mmap_read_unlock(recorder->mm);
	mmput(recorder->mm);
	return ret;
}

static int play_recorder_bad(struct recorder *recorder)
{
	int ret;

	mmap_read_lock(recorder->mm);
	ret = fixup_user_fault(recorder->mm, recorder->address, 0, NULL);
	mmap_read_unlock(recorder->mm);
	return ret;
}

struct pages {
	struct mm_struct *source;
	unsigned long address;
};

static void open_pages_ok(struct pages *pages)
{
	mmgrab(current->mm);
	pages->source = current->mm;
}

static void close_pages_ok(struct pages *pages)
{
	mmdrop(pages->source);
}

// Whoever asks for users where the mm is another's shows that it may be.
static int pin_pages_ok(struct pages *pages)
{
	int ret;

	if (pages->source != current->mm && !mmget_not_zero(pages->source))
		return -ESRCH;
	ret = prepare(pages);
	if (pages->source != current->mm)
		mmput(pages->source);
	return ret;
}

static int read_pages_bad(struct pages *pages)
{
	int ret;

	mmap_read_lock(pages->source);
	ret = fixup_user_fault(pages->source, pages->address, 0, NULL);
	mmap_read_unlock(pages->source);
	return ret;
}

// Users that one function takes and another puts are not what the field keeps.
static int open_cursor_ok(struct cursor *cursor)
{
	cursor->mm = current->mm;
	mmgrab(cursor->mm);
	return 0;
}

static void *start_cursor_ok(struct cursor *cursor)
{
	if (!mmget_not_zero(cursor->mm))
		return NULL;
	mmap_read_lock(cursor->mm);
	return find_vma(cursor->mm, cursor->at);
}

static void stop_cursor_ok(struct cursor *cursor)
{
	mmap_read_unlock(cursor->mm);
	mmput(cursor->mm);
}

static void close_cursor_ok(struct cursor *cursor)
{
	mmdrop(cursor->mm);
	kfree(cursor);
}

static int query_cursor_bad(struct cursor *cursor)
{
	int ret = -ENOENT;

	if (!mmget_not_zero(cursor->mm))
		return -ESRCH;
	mmap_read_lock(cursor->mm);
	if (find_vma(cursor->mm, cursor->at))
		ret = 0;
	mmap_read_unlock(cursor->mm);
	mmput(cursor->mm);
	return ret;
}

// The callee finds the mm in the same field, and answers for it.
static int query_twice_ok(struct cursor *cursor)
{
	int ret = query_cursor_bad(cursor);

	return ret ? ret : query_cursor_bad(cursor);
}

// A call before this one may have left its users.
static int pin_cursor_ok(struct cursor *cursor)
{
	if (!cursor->pinned) {
		if (!mmget_not_zero(cursor->mm))
			return -ESRCH;
		cursor->pinned = true;
	}
	mmap_read_lock(cursor->mm);
	cursor->vma = find_vma(cursor->mm, cursor->at);
	mmap_read_unlock(cursor->mm);
	return 0;
}
