// SPDX-License-Identifier: MIT

int clean_count(struct task_struct *task)
{
	struct mm_struct *mm = get_task_mm(task);
	int count;

	if (!mm)
		return 0;
	count = mm->map_count;
	mmput(mm);
	return count;
}
