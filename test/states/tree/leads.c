bool leads(struct group *group)
{
	return group->leader->mm == current->mm; //~ STATE group->leader->mm: raw nullable
}
