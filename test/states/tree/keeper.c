// Keeps a count, and lets only the task in whose mm it was opened do anything.

struct machine {
	struct mm_struct *mm;
};

int machine_open(struct machine *machine)
{
	if (machine->mm)
		return machine->mm == current->mm ? 0 : -EPERM;
	mmgrab(current->mm);
	machine->mm = current->mm;
	return 0;
}

int machine_ioctl(struct machine *machine)
{
	if (machine->mm != current->mm)
		return -EIO;
	note(machine->mm); //~ STATE machine->mm: MmWithUser borrowed
	return 0;
}

// Who calls it has asked, or it would not be for the owner only.
void machine_step(struct machine *machine)
{
	note(machine->mm); //~ STATE machine->mm: MmWithUser borrowed
}

void machine_release(struct machine *machine)
{
	mmdrop(machine->mm); //~ STATE machine->mm: Mm owned
}
