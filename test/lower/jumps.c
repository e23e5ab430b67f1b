static int unwind(struct mm_struct *mm)
{
	int ret;

	ret = mmap_read_lock_killable(mm);
	if (ret)
		goto out_put;
	ret = work(mm);
	if (ret)
		goto out_unlock;
retry:
	if (again(mm))
		goto retry;
out_unlock:
	mmap_read_unlock(mm);
out_put:
	mmput(mm);
	return ret;
}

static void does_not_return(struct mm_struct *mm)
{
	if (!mm)
		panic("no mm");
	VM_BUG_ON_MM(mm == &init_mm || !mm->pgd, mm);
	use(mm);
}

static int after_return(void)
{
	return 1;
	never();
}

static void into_loop(int n)
{
	if (n)
		goto middle;
	while (n) {
		first();
middle:
		second();
	}
}

static int hidden_label(int __user *p)
{
	int v;

	unsafe_get_user(v, p, fault);
	return v;
fault:
	return -EFAULT;
}
