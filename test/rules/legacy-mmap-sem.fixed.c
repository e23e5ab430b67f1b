// mmap_lock has an interface of its own.

static unsigned long count_bad(struct mm_struct *mm)
{
	unsigned long count;

	mmap_read_lock(mm);
	count = mm->map_count;
	mmap_read_unlock(mm);
	return count;
}

static unsigned long count_ok(struct mm_struct *mm)
{
	unsigned long count;

	mmap_read_lock(mm);
	count = mm->map_count;
	mmap_read_unlock(mm);
	return count;
}

static int change_bad(struct vm_area_struct *vma)
{
	if (mmap_write_lock_killable(vma->vm_mm))
		return -EINTR;
	split_area(vma);
	mmap_write_unlock(vma->vm_mm);
	return 0;
}

// Other structs have a lock of this name too.
static void queue_ok(struct queue *queue)
{
	mutex_lock(&queue->mmap_lock);
	map_queue(queue);
	mutex_unlock(&queue->mmap_lock);
	down_read(&queue->mmap_lock);
	up_read(&queue->mmap_lock);
}
