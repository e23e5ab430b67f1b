void enter(struct mm_struct *mm)
{
	mmap_write_lock(mm);
	note_entered(mm);
	mmap_write_unlock(mm);
}
