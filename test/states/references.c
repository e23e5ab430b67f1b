// What a handle is follows from the calls that were made and the tests that were passed.

static void get_task_mm_may_fail(struct task_struct *task)
{
	struct mm_struct *mm = get_task_mm(task);

	if (!mm) //~ STATE mm: MmWithUser owned nullable
		return;
	note(mm); //~ STATE mm: MmWithUser owned nonnull type=ARef<MmWithUser>
	mmput(mm); //~ STATE mm: MmWithUser owned nonnull
}

static void mm_access_fails_with_an_errno(struct task_struct *task)
{
	struct mm_struct *mm = mm_access(task, PTRACE_MODE_READ);

	if (IS_ERR(mm)) //~ STATE mm: MmWithUser owned nullable
		return;
	note(mm); //~ STATE mm: MmWithUser owned nonnull
	mmput(mm);
}

static void the_task_keeps_its_own(void)
{
	struct mm_struct *mm = current->mm; //~ STATE current->mm: MmWithUser borrowed

	note(mm); //~ STATE mm: MmWithUser borrowed type=&MmWithUser
}

static void a_grab_keeps_the_struct(struct watch *watch)
{
	struct mm_struct *mm = watch->mm;

	mmgrab(mm);
	note(mm); //~ STATE mm: Mm owned nonnull type=ARef<Mm>
	mmdrop(mm); //~ STATE mm: Mm owned
}

static void users_may_be_gone(struct watch *watch)
{
	struct mm_struct *mm = watch->mm;

	if (!mmget_not_zero(mm)) //~ STATE mm: Mm borrowed type=&Mm
		return;
	note(mm); //~ STATE mm: MmWithUser owned nonnull
	mmput(mm);
}

static bool only_compared(struct task_struct *task)
{
	return task->mm == current->mm; //~ STATE task->mm: raw
}

static void the_task_lock_pins(struct task_struct *task)
{
	task_lock(task);
	if (task->mm)
		note(task->mm); //~ STATE task->mm: MmWithUser borrowed nonnull
	task_unlock(task);
}

// The kernel calls it when the last user is gone.
static void exit_mmap(struct mm_struct *mm)
{
	note(mm); //~ STATE mm: Mm borrowed
	take_down(mm);
}

static void take_down(struct mm_struct *mm)
{
	note(mm); //~ STATE mm: Mm borrowed
}

// What compares equal is one object, also where both may be NULL: it has the better of the two guarantees.
static void keep(struct guest *guest)
{
	mmgrab(current->mm);
	guest->mm = current->mm;
}

static void only_where_it_is_equal(struct guest *guest)
{
	note(guest->mm); //~ STATE guest->mm: Mm borrowed
	if (guest->mm == current->mm)
		note(guest->mm); //~ STATE guest->mm: MmWithUser borrowed nonnull
	note(guest->mm); //~ STATE guest->mm: Mm borrowed nonnull
}

// A comparison on one path leaves the parameter what it was: its users are dropped all the same.
static void drop_users(struct mm_struct *mm)
{
	if (mm == current->mm)
		note(mm);
	mmput(mm); //~ STATE mm: MmWithUser owned
}

static void drops_through_a_callee(struct task_struct *task)
{
	struct mm_struct *mm = get_task_mm(task);

	if (!mm)
		return;
	drop_users(mm);
	note(mm); //~ STATE mm: MmWithUser borrowed
}

// The locked task and the one that was asked for are the same on both paths.
static void pinned_by_the_thread_that_was_found(struct task_struct *victim)
{
	struct task_struct *p = find_lock_task_mm(victim);
	struct mm_struct *mm;

	if (!p)
		return;
	if (victim != p)
		victim = p;
	mm = victim->mm;
	mmgrab(mm); //~ STATE mm: MmWithUser borrowed
	note(mm); //~ STATE mm: MmWithUser borrowed
	task_unlock(victim);
	mmdrop(mm);
}

static bool another_task_may_exit(struct task_struct *task)
{
	struct mm_struct *mm = READ_ONCE(task->mm);

	if (mm == current->mm) //~ STATE mm: raw nullable
		return true;
	return task->mm == init_task.active_mm; //~ STATE task->mm: raw nullable
}

// A task that has an mm of its own runs on it.
static void switch_from(struct task_struct *prev)
{
	note(prev->active_mm); //~ STATE prev->active_mm: Mm borrowed
	if (prev->mm)
		note(prev->active_mm); //~ STATE prev->active_mm: MmWithUser borrowed
}

// Whatever else keeps it, what an mmdrop() drops is a count.
static void either_reference(struct holder *holder)
{
	if (holder->pinned)
		mmput(holder->mm); //~ STATE holder->mm: MmWithUser owned
	else
		mmdrop(holder->mm); //~ STATE holder->mm: Mm owned
}

// On the path that drops nothing, nothing is this function's to drop.
static void drops_on_one_path(struct slot *slot, bool last)
{
	if (last) {
		note(slot->mm); //~ STATE slot->mm: Mm owned
		mmdrop(slot->mm);
	} else {
		note(slot->mm); //~ STATE slot->mm: Mm borrowed
	}
}

static void listed_elements(struct list_head *head)
{
	struct mm_struct *mm;

	mm = list_entry(head->next, struct mm_struct, mmlist);
	if (!mmget_not_zero(mm)) //~ STATE mm: Mm borrowed
		return;
	mmput(mm);
}

// A vma that a list names may be of an address space that is being torn down.
static void listed_vmas(struct list_head *head)
{
	struct region *region;

	list_for_each_entry(region, head, list)
		note(region->vma->vm_mm); //~ STATE region->vma->vm_mm: Mm borrowed
}

static bool compares_what_a_macro_gives(int cpu, struct mm_struct *mm)
{
	struct mm_struct *loaded = per_cpu(loaded_mm, cpu);

	return loaded == mm; //~ STATE loaded: raw
}

static void released(struct mmu_notifier *notifier, struct mm_struct *mm)
{
	note(mm); //~ STATE mm: Mm borrowed
}

static const struct mmu_notifier_ops ops = {
	.release = released,
};

// Which reference the device keeps, a flag tells; who needs users knows that it is set.
static void attach(struct device_of_mm *dev)
{
	if (dev->worker) {
		dev->mm = get_task_mm(current);
	} else {
		dev->mm = current->mm;
		mmgrab(dev->mm);
	}
}

static void work_for(struct device_of_mm *dev)
{
	kthread_use_mm(dev->mm); //~ STATE dev->mm: MmWithUser borrowed
	kthread_unuse_mm(dev->mm);
}

static void look_at(struct device_of_mm *dev)
{
	note(dev->mm); //~ STATE dev->mm: Mm borrowed
}

// Another function of the file tests whether its users are gone.
static void tests_users(struct member *member)
{
	if (mmget_not_zero(member->mm))
		mmput(member->mm);
}

static void add_member(struct member *member)
{
	member->mm = current->mm;
}

static void needs_no_users(struct member *member)
{
	note(member->mm); //~ STATE member->mm: Mm borrowed
}

// Of two references the one that was there before is put, and the new one takes its place.
static void next_of(struct walk *walk, struct mm_struct **iter)
{
	struct mm_struct *mm = get_task_mm(walk->task);

	if (*iter)
		mmput(*iter); //~ STATE *iter: MmWithUser owned
	*iter = mm; //~ STATE mm: MmWithUser owned nullable
}

// A test without mmap_lock covers nothing.
static void collect(struct entry *entry)
{
	struct mm_struct *mm = entry->mm;

	if (ksm_test_exit(mm)) { //~ STATE mm: Mm owned
		list_del(&entry->list);
		mmdrop(mm); //~ STATE mm: Mm owned
	}
}

static void look_after(struct entry *entry)
{
	if (!ksm_test_exit(entry->mm)) //~ STATE entry->mm: Mm borrowed
		note(entry->mm);
}

// What one path set to NULL and the other read from memory is no error pointer.
static void pinned_or_own(struct task_struct *task, bool own)
{
	struct mm_struct *mm;

	if (own)
		mm = current->mm;
	else
		mm = task->group_mm;
	if (task->flags)
		mm = NULL;
	if (!mm) //~ STATE mm: nullable
		return;
	note(mm); //~ STATE mm: nonnull
}

// An interrupt meets whatever runs: a kernel thread has no mm.
static void sync_one(void *info)
{
	if (current->mm == info) //~ STATE current->mm: MmWithUser borrowed nullable
		note(info);
}

static void sync_all(const struct cpumask *mask, struct mm_struct *mm)
{
	on_each_cpu_mask(mask, sync_one, mm, true);
}

// Who asks for NULL and never for an error knows that there is none.
static bool is_foreign(struct object *object)
{
	struct mm_struct *mm = object_mm(object);

	if (!mm)
		return false;
	return mm != current->mm; //~ STATE mm: raw nonnull
}

// The last put of an object drops what the object keeps; the count is not that of whoever puts it.
static void object_put(struct shared_object *object)
{
	if (refcount_dec_and_test(&object->refs))
		mmdrop(object->mm); //~ STATE object->mm: Mm owned
}

static struct shared_object *object_alloc(struct shared_object *object)
{
	object->mm = current->mm;
	mmgrab(object->mm);
	return object;
}

static void object_leave(struct shared_object *object)
{
	note(object->mm); //~ STATE object->mm: Mm borrowed
	object_put(object);
}

// A caller that knows nothing of what it passes says nothing against the others.
static void walk(struct mm_struct *mm)
{
	note(mm); //~ STATE mm: MmWithUser borrowed
}

static void walk_dump(struct dump *dump)
{
	walk(dump->mm);
}

static void walk_own(void)
{
	walk(current->mm);
}

// A struct on the stack carries what somebody keeps meanwhile.
static void visit(struct visit *visit)
{
	note(visit->mm); //~ STATE visit->mm: MmWithUser borrowed
}

static void visit_all(struct mm_struct *mm)
{
	struct visit one = { .mm = mm };

	visit(&one);
}

// What is looked into after two paths met was read to be looked into.
static void pin_one(struct task_struct *task, struct mm_struct *mm, bool own)
{
	if (own)
		mm = task->mm; //~ STATE task->mm: MmWithUser borrowed
	mmgrab(mm);
}

// The next round drops the count of another mm.
static void scan_slots(struct slot *slot)
{
	struct mm_struct *mm;

	while (slot) {
		mm = slot->mm;
		slot = slot->next;
		if (is_done(slot)) {
			note(mm); //~ STATE mm: Mm owned
			mmdrop(mm);
			continue;
		}
		note(mm); //~ STATE mm: Mm borrowed
	}
}

// A variable of the file is a struct of its own.
static struct move_data {
	spinlock_t lock;
	struct mm_struct *mm;
} moved;

static void begin_move(struct task_struct *task)
{
	moved.mm = get_task_mm(task);
}

static void move_pages(void)
{
	note(moved.mm); //~ STATE moved.mm: MmWithUser borrowed
}

static void end_move(void)
{
	mmput(moved.mm);
	moved.mm = NULL;
}

// On one path to the call it is NULL.
static void note_fault(struct mm_struct *mm)
{
	note(mm); //~ STATE mm: MmWithUser borrowed nullable
}

static void handle_fault(struct task_struct *task, bool is_user)
{
	struct mm_struct *mm = NULL;

	if (is_user) {
		mm = get_task_mm(task);
		if (!mm)
			return;
	}
	note_fault(mm);
	if (mm)
		mmput(mm);
}
