// SPDX-License-Identifier: GPL-2.0

static void note(void)
{
}

void peek(struct mm_struct *mm)
{
	/* mmput(mm) comes last. */
	note();
	mmput(mm);
}
