// lock_vma_under_rcu() returns a locked vma.

static int check_bad(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma = lock_vma_under_rcu(mm, addr);

	if (!vma)
		return -EAGAIN;
	if (!(vma->vm_flags & VM_READ))
		return -EACCES; //~ ERROR leaked-vma-lock: returns with the VMA lock of `vma` held
	vma_end_read(vma);
	return 0;
}

static int check_ok(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma = lock_vma_under_rcu(mm, addr);
	int ret = 0;

	if (!vma)
		return -EAGAIN;
	if (!(vma->vm_flags & VM_READ))
		ret = -EACCES;
	vma_end_read(vma);
	return ret;
}

// The caller gets the vma together with its lock.
static struct vm_area_struct *find_readable_ok(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma = lock_vma_under_rcu(mm, addr);

	if (vma && !(vma->vm_flags & VM_READ)) {
		vma_end_read(vma);
		return NULL;
	}
	return vma;
}

// Two VMAs that are both locked are not one.
static int lock_both_ok(struct mm_struct *mm, unsigned long a, unsigned long b)
{
	struct vm_area_struct *first = lock_vma_under_rcu(mm, a);
	struct vm_area_struct *second;

	if (!first)
		return -ENOENT;
	second = lock_vma_under_rcu(mm, b);
	if (!second) {
		vma_end_read(first);
		return -ENOENT;
	}
	move_between(first, second);
	if (first != second)
		vma_end_read(first);
	vma_end_read(second);
	return 0;
}
