// Whoever takes mmap_lock releases it, unless its callers do.

static int count_bad(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;

	mmap_read_lock(mm);
	vma = vma_lookup(mm, addr);
	if (!vma) {
		mmap_read_unlock(mm);
		return -EFAULT;
	}
	if (vma->vm_flags & VM_LOCKED) {
		mmap_read_unlock(mm);
		return -EINVAL;
	}
	mmap_read_unlock(mm);
	return 0;
}

static int count_ok(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;
	int ret = 0;

	mmap_read_lock(mm);
	vma = vma_lookup(mm, addr);
	if (!vma)
		ret = -EFAULT;
	mmap_read_unlock(mm);
	return ret;
}

static void stop_early_bad(struct mm_struct *mm, int rounds)
{
	while (rounds--) {
		mmap_write_lock(mm);
		if (change_one(mm)) {
			mmap_write_unlock(mm);
			return;
		}
		mmap_write_unlock(mm);
	}
}

// Returns locked if it returns an item; release_item_ok() is the other half.
static struct item *find_item_ok(struct mm_struct *mm, unsigned long addr)
{
	struct item *item;

	mmap_read_lock(mm);
	item = lookup_item(mm, addr);
	if (!item)
		mmap_read_unlock(mm);
	return item;
}

static void release_item_ok(struct item *item, struct mm_struct *mm)
{
	mmap_read_unlock(mm);
}

static void use_item_ok(struct mm_struct *mm, unsigned long addr)
{
	struct item *item = find_item_ok(mm, addr);

	if (!item)
		return;
	mark(item);
	release_item_ok(item, mm);
}

// One local chooses the mode, both times.
static int advise_ok(struct mm_struct *mm, int advice)
{
	bool write = needs_write(advice);
	int ret;

	if (write) {
		if (mmap_write_lock_killable(mm))
			return -EINTR;
	} else {
		mmap_read_lock(mm);
	}
	ret = apply(mm, advice);
	if (write)
		mmap_write_unlock(mm);
	else
		mmap_read_unlock(mm);
	return ret;
}

// The condition is tested twice, and does not change in between.
static void filter_ok(struct filter *filter, struct mm_struct *mm)
{
	if (filter->count)
		mmap_read_lock(mm);
	apply_filter(filter);
	if (filter->count)
		mmap_read_unlock(mm);
}

// The callee drops the lock and says so through `locked`.
static long pin_one_ok(struct mm_struct *mm, unsigned long addr, struct page **page)
{
	int locked = 1;
	long pinned;

	mmap_read_lock(mm);
	pinned = pin_user_pages_remote(mm, addr, 1, FOLL_WRITE, page, &locked);
	if (locked)
		mmap_read_unlock(mm);
	return pinned;
}

// Both ways to return NULL look the same to callers, who release only what they were given.
static struct vm_area_struct *find_either_bad(struct mm_struct *mm, unsigned long addr, bool *mmap_locked)
{
	struct vm_area_struct *vma = lock_vma_under_rcu(mm, addr);

	if (vma) {
		if (vma->vm_ops != &session_vm_ops) {
			vma_end_read(vma);
			return NULL;
		}
		*mmap_locked = false;
		return vma;
	}
	mmap_read_lock(mm);
	vma = vma_lookup(mm, addr);
	if (!vma) {
		mmap_read_unlock(mm);
		return NULL;
	}
	*mmap_locked = true;
	return vma;
}

static int use_either_ok(unsigned long addr)
{
	bool mmap_locked;
	struct vm_area_struct *vma = find_either_bad(current->mm, addr, &mmap_locked);

	int ret;

	if (!vma)
		return -EINVAL;
	ret = receive(vma);
	if (mmap_locked)
		mmap_read_unlock(current->mm);
	else
		vma_end_read(vma);
	return ret;
}

// No caller releases anything when it gets no item.
static struct item *find_locked_bad(unsigned long addr)
{
	struct mm_struct *mm = current->mm;
	struct item *item;

	mmap_read_lock(mm);
	item = lookup_item(mm, addr);
	if (item)
		mutex_lock(&item->lock);
	mmap_read_unlock(mm);
	return item;
}

static void release_locked_ok(struct item *item)
{
	mutex_unlock(&item->lock);
	mmap_read_unlock(current->mm);
}

static int read_locked_ok(unsigned long addr)
{
	struct item *item = find_locked_bad(addr);
	int ret;

	if (!item)
		return -EINVAL;
	ret = read_item(item);
	release_locked_ok(item);
	return ret;
}

static int write_locked_ok(unsigned long addr)
{
	struct item *item = find_locked_bad(addr);
	int ret;

	if (!item)
		return -ENOENT;
	ret = write_item(item);
	release_locked_ok(item);
	return ret;
}

// What both halves ask for decides whether the lock is taken, and callers cannot tell.
static void begin_ok(struct scan *scan)
{
	if (needs_lock(scan->kind))
		mmap_read_lock(scan->mm);
}

static void end_ok(struct scan *scan)
{
	if (needs_lock(scan->kind))
		mmap_read_unlock(scan->mm);
}

static int scan_one_ok(struct scan *scan)
{
	int ret;

	begin_ok(scan);
	ret = walk(scan);
	end_ok(scan);
	return ret;
}
