static void correlated(struct mm_struct *mm)
{
#ifdef CONFIG_NUMA
	mmget(mm);
#endif
	use(mm);
	if (IS_ENABLED(CONFIG_NUMA))
		mmput(mm);
}

static int arms(struct mm_struct *mm)
{
#if defined(CONFIG_MMU) && !IS_ENABLED(CONFIG_SMP)
	return one(mm);
#elif BITS_PER_LONG == 64
	return two(mm);
#else
	int ret = 3;
	return ret;
#endif
}

static int two_declarations(struct mm_struct *mm)
{
#ifndef CONFIG_SWAP
	int ret = 1;
#else
	int ret = swap_of(mm);
#endif
#if 0
	never();
#endif
	return ret;
}

static int label_by_configuration(struct mm_struct *mm)
{
#ifdef CONFIG_64BIT
#define TARGET no_context
#else
#define TARGET vmalloc_fault
#endif
	if (!mm)
		goto TARGET;
	use(mm);
	return 0;
vmalloc_fault:
	return sync(mm);
no_context:
	return -EFAULT;
}
