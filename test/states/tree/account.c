void account(struct mm_struct *mm)
{
	note(mm); //~ STATE mm: Mm borrowed
}
