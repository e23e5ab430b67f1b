/* SPDX-License-Identifier: GPL-2.0 */

static inline void mmgrab(struct mm_struct *mm)
{
	atomic_inc(&mm->mm_count);
}

extern void mmput(struct mm_struct *mm);
