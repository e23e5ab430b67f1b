// A look-up needs mmap_lock.

static unsigned long start_bad(struct task_struct *task, unsigned long addr)
{
	struct mm_struct *mm = get_task_mm(task);
	struct vm_area_struct *vma;
	unsigned long start = 0;

	if (!mm)
		return 0;
	vma = find_vma(mm, addr); //~ ERROR vma-without-lock: `find_vma()` needs mmap_lock of `mm`
	if (vma)
		start = vma->vm_start;
	mmput(mm);
	return start;
}

static unsigned long start_ok(struct task_struct *task, unsigned long addr)
{
	struct mm_struct *mm = get_task_mm(task);
	struct vm_area_struct *vma;
	unsigned long start = 0;

	if (!mm)
		return 0;
	mmap_read_lock(mm);
	vma = find_vma(mm, addr);
	if (vma)
		start = vma->vm_start;
	mmap_read_unlock(mm);
	mmput(mm);
	return start;
}

static bool look_again_bad(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;

	mmap_read_lock(mm);
	vma = find_vma(mm, addr);
	mmap_read_unlock(mm);
	if (vma)
		return true;
	return find_vma(mm, addr + PAGE_SIZE) != NULL; //~ ERROR vma-without-lock: which was released on this path
}

// Whoever calls this may hold the lock.
static bool covers_ok(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma = find_vma(mm, addr);

	return vma && vma->vm_start <= addr;
}

// The per-VMA lock is enough for one vma.
static unsigned long start_rcu_ok(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma = lock_vma_under_rcu(mm, addr);
	unsigned long start;

	if (!vma)
		return 0;
	start = vma->vm_start;
	vma_end_read(vma);
	return start;
}
