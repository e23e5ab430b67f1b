// mmget() adds to a counter that must not be zero.

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

static void work_bad(struct binding *binding)
{
	struct mm_struct *mm = binding->mm;

	mmget(mm); //~ ERROR mmget-on-dead-mm: needs `mm_users` of `mm` above zero
	fill(binding);
	mmput(mm);
}

static void work_ok(struct binding *binding)
{
	struct mm_struct *mm = binding->mm;

	if (!mmget_not_zero(mm))
		return;
	fill(binding);
	mmput(mm);
}

// While its lock is held, a task that has an mm keeps it.
static struct mm_struct *peek_ok(struct task_struct *task)
{
	struct mm_struct *mm;

	task_lock(task);
	mm = task->mm;
	if (mm)
		mmget(mm);
	task_unlock(task);
	return mm;
}

// The running task keeps its own.
static void own_ok(struct worker *worker)
{
	mmget(current->mm);
	worker->mm = current->mm;
}

// The kernel's own address space never ends.
static void boot_ok(void)
{
	mmget(&init_mm);
	run_on(&init_mm);
	mmput(&init_mm);
}

// A vma in the tree of a file may belong to an address space that exits.
static void visit_mappings_bad(struct address_space *mapping, pgoff_t index)
{
	struct vm_area_struct *vma;

	i_mmap_lock_read(mapping);
	vma_interval_tree_foreach(vma, &mapping->i_mmap, index, index) {
		mmget(vma->vm_mm); //~ ERROR mmget-on-dead-mm: of `vma->vm_mm` above zero, but a vma that is found in a tree or list
		visit(vma->vm_mm);
		mmput_async(vma->vm_mm);
	}
	i_mmap_unlock_read(mapping);
}

static void visit_mappings_ok(struct address_space *mapping, pgoff_t index)
{
	struct vm_area_struct *vma;

	i_mmap_lock_read(mapping);
	vma_interval_tree_foreach(vma, &mapping->i_mmap, index, index) {
		if (!mmget_not_zero(vma->vm_mm))
			continue;
		visit(vma->vm_mm);
		mmput_async(vma->vm_mm);
	}
	i_mmap_unlock_read(mapping);
}

// exit_mmap() closes VMAs when the users are gone.
static void unmap_region_bad(struct vm_area_struct *vma)
{
	mmget(vma->vm_mm); //~ ERROR mmget-on-dead-mm: also runs from `exit_mmap()`
	visit(vma->vm_mm);
	mmput(vma->vm_mm);
}

static const struct vm_operations_struct region_vm_ops_of_bad = {
	.close = unmap_region_bad,
};

// A notifier says nothing of the users, whoever does the work for it.
static void queue_bad(struct region *region, struct mm_struct *mm)
{
	mmget(mm); //~ ERROR mmget-on-dead-mm: `invalidate_ok()` passes an mm that may be dead: a notifier keeps only the struct
	region->mm = mm;
}

static void queue_ok(struct region *region, struct mm_struct *mm)
{
	if (mmget_not_zero(mm))
		region->mm = mm;
}

static void split_ok(struct region *region, struct mm_struct *mm)
{
	queue_bad(region, mm);
	queue_ok(region, mm);
}

static bool invalidate_ok(struct mmu_interval_notifier *notifier, const struct mmu_notifier_range *range,
			  unsigned long seq)
{
	split_ok(to_region(notifier), notifier->mm);
	return true;
}

static const struct mmu_interval_notifier_ops region_ops = {
	.invalidate = invalidate_ok,
};
