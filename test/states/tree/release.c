// A file is released by whoever closes it last, and what is passed on there is what the field keeps.

static int machine_release(struct inode *inode, struct file *file)
{
	struct machine *machine = file->private_data;

	account(machine->mm); //~ STATE machine->mm: Mm borrowed
	return 0;
}

static const struct file_operations machine_fops = {
	.release = machine_release,
};
