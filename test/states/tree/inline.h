// Only a header's static functions have callers in other files.

static inline void note_entered(struct mm_struct *mm)
{
	note(mm); //~ STATE mm: lock=write
}
