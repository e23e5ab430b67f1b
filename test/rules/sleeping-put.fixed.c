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
