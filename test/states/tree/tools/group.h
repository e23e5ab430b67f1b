/* What tools/ builds is not the kernel: its structs are its own. */
struct group {
	struct imitated_task *leader;
};
