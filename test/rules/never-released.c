// Nothing in this file releases a reference that it was given, so nothing does it when the object goes.

static int attach_ok(struct container *container)
{
	if (container->mm)
		return container->mm == current->mm ? 0 : -EPERM;
	container->mm = current->mm;
	mmgrab(container->mm);
	return 0;
}

static void detach_bad(void *data)
{
	struct container *container = data;

	mutex_destroy(&container->lock);
	kfree(container); //~ ERROR leaked-count: no other function releases it
}

static void forget_group_ok(struct group *group)
{
	kfree(group);
}

static int copy_in_ok(struct container *container)
{
	int ret;

	if (!mmget_not_zero(container->mm))
		return -ESRCH;
	ret = fill(container);
	mmput(container->mm);
	return ret;
}
