static void damaged(struct mm_struct *mm)
{
	use(mm);
	if (mm {
		use(mm);
	}
}

static void no_such_label(struct mm_struct *mm)
{
	if (mm)
		goto nowhere;
	use(mm);
}

static void computed(void *label)
{
	goto *label;
}

static void inner_function(void)
{
	int inner(int x) { return x; }

	use(inner(1));
}
