static int vmas(struct mm_struct *mm)
{
	struct vm_area_struct *vma;
	VMA_ITERATOR(vmi, mm, 0);

	for_each_vma(vmi, vma) {
		if (test(vma))
			return 1;
	}
	return !vma;
}

static void vma_tree(struct mm_struct *mm, unsigned long end)
{
	struct vm_area_struct *vma;
	unsigned long index = 0;
	MA_STATE(mas, &mm->mm_mt, 0, 0);

	mas_for_each(&mas, vma, end)
		use(vma);
	mt_for_each(&mm->mm_mt, vma, index, end)
		use(vma);
}

static void lists(struct list_head *head)
{
	struct slot *slot, *next;

	list_for_each_entry(slot, head, node)
		use(slot);
	list_for_each_entry_safe(slot, next, head, node) {
		if (!slot->mm)
			continue;
		drop(slot);
	}
	hlist_for_each_entry_rcu(slot, &head->first, node)
		if (match(slot))
			break;
}

static void tasks(struct task_struct *group)
{
	struct task_struct *t;

	for_each_thread(group, t)
		use(t->mm);
	for_each_unknown_thing(t, group)
		use(t);
}

static void started_later(struct mm_struct *mm, struct vma_iterator *vmi)
{
	struct vm_area_struct *vma;

	vma_iter_init(vmi, mm, 0);
	for_each_vma(*vmi, vma)
		use(vma);
}

static void thread_groups(struct task_struct *g, struct task_struct *t)
{
	do {
		use(t);
	} while_each_thread(g, t);
}
