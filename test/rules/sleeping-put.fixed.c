// The last mmput() tears the address space down, and sleeps.

static void prune_bad(struct cache *cache)
{
	struct mm_struct *mm = cache->mm;

	if (!mmget_not_zero(mm))
		return;
	spin_lock(&cache->lock);
	drop_entries(cache);
	mmput_async(mm);
	spin_unlock(&cache->lock);
}

static void prune_ok(struct cache *cache)
{
	struct mm_struct *mm = cache->mm;

	if (!mmget_not_zero(mm))
		return;
	spin_lock(&cache->lock);
	drop_entries(cache);
	spin_unlock(&cache->lock);
	mmput(mm);
}

static void scan_tasks_bad(struct task_struct *task)
{
	struct mm_struct *mm;

	rcu_read_lock();
	mm = get_task_mm(task);
	if (mm) {
		note(mm);
		mmput_async(mm);
	}
	rcu_read_unlock();
}

// The asynchronous put is made for this.
static void prune_async_ok(struct cache *cache)
{
	struct mm_struct *mm = cache->mm;

	if (!mmget_not_zero(mm))
		return;
	spin_lock(&cache->lock);
	drop_entries(cache);
	mmput_async(mm);
	spin_unlock(&cache->lock);
}

// A mutex and an SRCU section may sleep.
static void under_mutex_ok(struct cache *cache)
{
	struct mm_struct *mm = cache->mm;
	int index;

	if (!mmget_not_zero(mm))
		return;
	mutex_lock(&cache->mutex);
	index = srcu_read_lock(&cache->srcu);
	drop_entries(cache);
	mmput(mm);
	srcu_read_unlock(&cache->srcu, index);
	mutex_unlock(&cache->mutex);
}

// Dropping the struct does not sleep.
static void drop_struct_ok(struct cache *cache)
{
	struct mm_struct *mm = cache->mm;

	mmgrab(mm);
	spin_lock(&cache->lock);
	drop_entries(cache);
	mmdrop(mm);
	spin_unlock(&cache->lock);
}

// A timer runs in softirq context.
static void expire_bad(struct timer_list *timer)
{
	struct cache *cache = from_timer(cache, timer, timer);

	if (mmget_not_zero(cache->mm))
		mmput_async(cache->mm);
}

static void arm_ok(struct cache *cache)
{
	timer_setup(&cache->timer, expire_bad, 0);
}

// exit_mmap() calls the notifiers.
static bool forget_range_bad(struct mmu_interval_notifier *notifier, const struct mmu_notifier_range *range)
{
	if (!mmget_not_zero(notifier->mm))
		return true;
	forget(notifier);
	mmput_async(notifier->mm);
	return true;
}

static const struct mmu_interval_notifier_ops forget_ops = {
	.invalidate = forget_range_bad,
};

// A work item may sleep.
static void reap_ok(struct work_struct *work)
{
	struct cache *cache = container_of(work, struct cache, work);

	if (mmget_not_zero(cache->mm))
		mmput(cache->mm);
}

static void start_reaper_ok(struct cache *cache)
{
	INIT_WORK(&cache->work, reap_ok);
}

static void free_session_ok(struct session *session)
{
	mmput(session->mm);
	kfree(session);
}

static void expire_bad(struct session *session)
{
	spin_lock(&session->lock);
	free_session_ok(session);
	spin_unlock(&session->lock);
}

static void expire_ok(struct session *session)
{
	spin_lock(&session->lock);
	unlink_session(session);
	spin_unlock(&session->lock);
	free_session_ok(session);
}
