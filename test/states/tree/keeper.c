// Keeps a count, and lets only the task in whose mm it was opened do anything.

struct machine {
	struct mm_struct *mm;
};

void machine_open(struct machine *machine)
{
	mmgrab(current->mm);
	machine->mm = current->mm;
}

int machine_ioctl(struct machine *machine)
{
	if (machine->mm != current->mm)
		return -EIO;
	note(machine->mm); //~ STATE machine->mm: MmWithUser borrowed
	return 0;
}

void machine_release(struct machine *machine)
{
	mmdrop(machine->mm);
}
