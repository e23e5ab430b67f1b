static void while_loop(struct mm_struct *mm)
{
	while (!try(mm)) {
		if (signal())
			break;
		if (again())
			continue;
		relax();
	}
}

static void do_loop(struct mm_struct *mm)
{
	do {
		if (skip(mm))
			continue;
		step(mm);
	} while (more(mm));
}

static void do_once(int x)
{
	do {
		if (x)
			break;
		once();
	} while (0);
}

static int for_loop(int n)
{
	int sum = 0;

	for (int i = 0; i < n; i++)
		sum += i;
	return sum;
}

static void for_ever(void)
{
	for (;;)
		if (done())
			return;
}

static void spin(void)
{
	for (;;)
		;
}
