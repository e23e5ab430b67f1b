static int places(struct work *w, struct vm_area_struct *vma, struct mm_struct **mmp)
{
	struct vm_fault vmf = *w->vmf;
	unsigned long pages[4];

	w->item.mm = vma->vm_mm;
	(*mmp)->flags |= 1UL << 3;
	vmf.vma = vma;
	pages[1] = w->list[vmf.index].page;
	w->next = &w->item.node;
	*mmp = (struct mm_struct *)w->data;
	return sizeof(*w) + -EFAULT + -w->count;
}

static void calls(struct vm_area_struct *vma, void (*fn)(struct mm_struct *mm))
{
	vma->vm_ops->open(vma);
	fn(vma->vm_mm);
	(*fn)(vma->vm_mm);
	(void)plain(vma);
	plain(plain(vma));
	vma->vm_mm;
}

static int statement_expression(struct mm_struct *mm)
{
	int total = count(mm) + ({ int n = count(mm); if (n < 0) return n; n * 2; });

	return total;
}

static void literals(struct mm_struct *mm)
{
	struct range range = { .mm = mm, .at.start = 1, .at.end = 2 };
	struct range zero = { 0 };
	struct range by_position = { mm, 1 };
	struct range inner_by_position = { .at = { mm } };
	struct mm_struct *two[] = { mm, NULL };
	struct range *p;

	range = (struct range){ .mm = mm };
	p = &(struct range){ .mm = mm };
	walk(&range, p, &zero, &by_position, two, "name");
}
