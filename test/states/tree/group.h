struct group {
	struct task_struct *leader;
};
