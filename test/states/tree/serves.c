// Runs in the task that owns the machine, unless the function asks.

void serve(struct machine *machine)
{
	note(machine->mm); //~ STATE machine->mm: MmWithUser borrowed
}

void serve_from_anywhere(struct machine *machine)
{
	if (current->mm == machine->mm) { //~ STATE machine->mm: Mm borrowed
		note(machine->mm); //~ STATE machine->mm: MmWithUser borrowed
		return;
	}
	note(machine->mm); //~ STATE machine->mm: Mm borrowed
}
