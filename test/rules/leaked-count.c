// The struct itself must be dropped on every path that grabbed it.

static int watch_bad(struct watch *watch, struct mm_struct *mm)
{
	mmgrab(mm);
	if (watch->limit < atomic_read(&watch->used))
		return -EDQUOT; //~ ERROR leaked-count: without releasing the `mm_count` reference on `mm` from `mmgrab()`
	if (start_watch(watch)) {
		mmdrop(mm);
		return -EIO;
	}
	mmdrop(mm);
	return 0;
}

static int watch_ok(struct watch *watch, struct mm_struct *mm)
{
	int ret;

	mmgrab(mm);
	ret = start_watch(watch);
	mmdrop(mm);
	return ret;
}

static void forget_on_retry_bad(struct watch *watch)
{
	struct mm_struct *mm = watch->mm;

	mmgrab(mm);
	if (!start_watch(watch)) {
		retry_later(watch);
		return; //~ ERROR leaked-count: another path releases it
	}
	mmdrop(mm);
}

// The object keeps the grab, even if the field was set before.
static int bind_ok(struct binding *binding)
{
	binding->mm = current->mm;
	mmgrab(binding->mm);
	if (reserve(binding)) {
		mmdrop(binding->mm);
		return -ENOMEM;
	}
	return 0;
}

static void unbind_ok(struct binding *binding)
{
	mmdrop(binding->mm);
}

// A users reference becomes a longer lived count.
static int keep_struct_ok(struct binding *binding, struct task_struct *task)
{
	struct mm_struct *mm = get_task_mm(task);

	if (!mm)
		return -ESRCH;
	mmgrab(mm);
	mmput(mm);
	binding->mm = mm;
	return 0;
}

// The count that the field kept is lost with the pointer to it.
static int change_owner_bad(struct mapping *mapping, struct mm_struct *mm)
{
	if (mmget_not_zero(mapping->mm)) {
		account(mapping->mm, -mapping->pages);
		mmput(mapping->mm);
	}
	mapping->mm = mm; //~ ERROR leaked-count: overwrites `mapping->mm` without releasing the `mm_count` reference
	mmgrab(mapping->mm);
	return 0;
}

static int change_owner_ok(struct mapping *mapping, struct mm_struct *mm)
{
	if (mmget_not_zero(mapping->mm)) {
		account(mapping->mm, -mapping->pages);
		mmput(mapping->mm);
	}
	mmdrop(mapping->mm);
	mapping->mm = mm;
	mmgrab(mapping->mm);
	return 0;
}

static void free_mapping_ok(struct mapping *mapping)
{
	mmdrop(mapping->mm);
	kfree(mapping);
}

// The only name of the reference is freed.
static struct mapping *map_bad(struct mm_struct *mm)
{
	struct mapping *mapping = kzalloc(sizeof(*mapping), GFP_KERNEL);

	if (!mapping)
		return NULL;
	mapping->mm = mm;
	mmgrab(mm);
	if (fill(mapping)) {
		kfree(mapping);
		return NULL; //~ ERROR leaked-count: frees the object whose field keeps it
	}
	return mapping;
}

static struct mapping *map_ok(struct mm_struct *mm)
{
	struct mapping *mapping = kzalloc(sizeof(*mapping), GFP_KERNEL);

	if (!mapping)
		return NULL;
	mapping->mm = mm;
	mmgrab(mm);
	if (fill(mapping)) {
		kfree(mapping);
		mmdrop(mm);
		return NULL;
	}
	return mapping;
}

// Whoever else frees such an object drops what it keeps.
static int open_channel_ok(struct channel *channel)
{
	channel->mm = current->mm;
	mmgrab(channel->mm);
	return 0;
}

static void close_channel_ok(struct channel *channel)
{
	mmdrop(channel->mm);
	kfree(channel);
}

static void abort_channel_bad(struct channel *channel)
{
	stop(channel);
	kfree(channel); //~ ERROR leaked-count: which others release where they free one
}

// A function that made the object knows whether it has got its mm.
static struct channel *make_channel_ok(void)
{
	struct channel *channel = kzalloc(sizeof(*channel), GFP_KERNEL);

	if (channel && start(channel)) {
		kfree(channel);
		return NULL;
	}
	return channel;
}
