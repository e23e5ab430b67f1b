// mmap_lock, as each path has it.

static void read_section(struct mm_struct *mm)
{
	note(mm); //~ STATE mm: lock=none
	mmap_read_lock(mm); //~ STATE mm: lock=none
	note(mm); //~ STATE mm: lock=read
	mmap_read_unlock(mm); //~ STATE mm: lock=read
	note(mm); //~ STATE mm: lock=none
}

static int killable(struct mm_struct *mm)
{
	if (mmap_write_lock_killable(mm)) //~ STATE mm: lock=none
		return -EINTR;
	note(mm); //~ STATE mm: lock=write
	mmap_write_downgrade(mm); //~ STATE mm: lock=write
	note(mm); //~ STATE mm: lock=read
	mmap_read_unlock(mm);
	return 0;
}

static void the_flag_tells(struct mm_struct *mm)
{
	bool locked = mmap_read_trylock(mm);

	if (locked) {
		note(mm); //~ STATE mm: lock=read
		mmap_read_unlock(mm);
	}
}

static void entered_locked(struct mm_struct *mm)
{
	mmap_read_unlock(mm); //~ STATE mm: lock=read
	note(mm); //~ STATE mm: lock=none
	mmap_read_lock(mm);
}

static void through_a_vma(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;

	mmap_read_lock(mm);
	vma = vma_lookup(mm, addr);
	if (vma)
		note(vma->vm_mm); //~ STATE vma->vm_mm: lock=read
	mmap_read_unlock(mm);
}

// A call that needs the lock shows that the function is entered with it.
static bool has_area(struct mm_struct *mm, unsigned long addr)
{
	note(mm); //~ STATE mm: lock=read
	return find_vma(mm, addr) != NULL;
}

static void add_area(struct mm_struct *mm)
{
	mmap_assert_write_locked(mm); //~ STATE mm: lock=write
	note(mm);
}

// Of two callers one holds the lock.
static void enter_slot(struct mm_struct *mm)
{
	note(mm); //~ STATE mm: lock=unknown
}

static void enter_locked(struct mm_struct *mm)
{
	mmap_write_lock(mm);
	enter_slot(mm);
	mmap_write_unlock(mm);
}

static void enter_unlocked(struct mm_struct *mm)
{
	mmap_read_lock(mm);
	mmap_read_unlock(mm);
	enter_slot(mm);
}

// Of two paths to one call, one has just released the lock: it is held at no such call.
static void put_late(struct mm_struct *mm)
{
	note(mm); //~ STATE mm: lock=none
}

static void leave(struct mm_struct *mm, const bool *locked)
{
	if (*locked)
		mmap_read_unlock(mm);
	put_late(mm);
}

static void leave_unlocked(struct mm_struct *mm)
{
	mmap_read_lock(mm);
	mmap_read_unlock(mm);
	put_late(mm);
}

// Its callers disagree, but what it calls takes the lock itself.
static void tear_down(struct mm_struct *mm)
{
	note(mm); //~ STATE mm: lock=none
	exit_mmap(mm);
}

static void tear_down_locked(struct mm_struct *mm)
{
	mmap_read_lock(mm);
	tear_down(mm);
	mmap_read_unlock(mm);
}

static void tear_down_unlocked(struct mm_struct *mm)
{
	mmap_read_lock(mm);
	mmap_read_unlock(mm);
	tear_down(mm);
}

// The tree may be walked under RCU instead of the lock.
static bool may_have_area(struct mm_struct *mm, unsigned long addr)
{
	bool found;

	rcu_read_lock();
	found = find_vma(mm, addr) != NULL;
	rcu_read_unlock();
	note(mm); //~ STATE mm: lock=none
	return found;
}

static void __noreturn give_up(int code)
{
	for (;;)
		stop(code);
}

static void only_locked(struct mm_struct *mm, int code)
{
	if (code)
		goto failed;
	mmap_read_lock(mm);
	goto out;
failed:
	give_up(code);
out:
	mmap_read_unlock(mm); //~ STATE mm: lock=read
}

// Its callers disagree, and the table says that they must not hold the lock.
void __mmput(struct mm_struct *mm)
{
	note(mm); //~ STATE mm: lock=none
}

static void put_locked(struct mm_struct *mm)
{
	mmap_read_lock(mm);
	__mmput(mm);
	mmap_read_unlock(mm);
}

static void put_unlocked(struct mm_struct *mm)
{
	mmap_read_lock(mm);
	mmap_read_unlock(mm);
	__mmput(mm);
}

// The lock of a fault may be that of the VMA.
static vm_fault_t fault_in(struct vm_area_struct *vma, unsigned long addr)
{
	note(vma->vm_mm); //~ STATE vma->vm_mm: lock=unknown
	return handle_mm_fault(vma, addr, FAULT_FLAG_ALLOW_RETRY, NULL);
}

// Each path needs its own mode.
static void check_lock(struct mm_struct *mm, bool write)
{
	if (write)
		mmap_assert_write_locked(mm); //~ STATE mm: lock=write
	else
		mmap_assert_locked(mm); //~ STATE mm: lock=read
}

static void add_behind(struct mm_struct *mm, struct vm_area_struct *vma, unsigned long addr)
{
	if (find_vma(mm, addr)) //~ STATE mm: lock=write
		return;
	mmap_assert_write_locked(mm); //~ STATE mm: lock=write
}

// The running task's lock is passed to functions that take no mm.
static bool can_grow(unsigned long addr)
{
	return find_vma(current->mm, addr) != NULL; //~ STATE current->mm: lock=write
}

static bool can_move(unsigned long addr)
{
	return can_grow(addr);
}

static bool move_or_grow(unsigned long addr)
{
	bool can;

	mmap_write_lock(current->mm);
	can = can_grow(addr) || can_move(addr);
	mmap_write_unlock(current->mm);
	return can;
}

// Whatever function a fault is passed to, its lock may be that of the VMA.
static bool has_neighbour(struct vm_fault *vmf)
{
	note(vmf->vma->vm_mm); //~ STATE vmf->vma->vm_mm: lock=unknown
	return find_vma(vmf->vma->vm_mm, vmf->address) != NULL;
}

// A callee that is given a set flag may clear it to say that it dropped the lock.
static long fill_some(struct mm_struct *mm, unsigned long start)
{
	int locked = 1;
	long filled;

	mmap_read_lock(mm);
	filled = fill_pages(mm, start, &locked); //~ STATE mm: lock=read
	note(mm); //~ STATE mm: lock=unknown
	if (locked) {
		note(mm); //~ STATE mm: lock=read
		mmap_read_unlock(mm);
	}
	return filled;
}

// A trylock whose success is a bug says that somebody holds the lock.
static void insert_area(struct vm_area_struct *vma)
{
	BUG_ON(mmap_read_trylock(vma->vm_mm));
	note(vma->vm_mm); //~ STATE vma->vm_mm: lock=write
	vm_flags_set(vma, VM_MIXEDMAP);
}

// Who walks an address space holds its lock, for writing where `walk_lock` says so.
static int count_entry(pmd_t *pmd, unsigned long start, unsigned long end, struct mm_walk *walk)
{
	struct vm_area_struct *vma = walk->vma;

	note(walk->mm); //~ STATE walk->mm: lock=read
	note(vma->vm_mm); //~ STATE vma->vm_mm: lock=read
	return 0;
}

static int clear_entry(pmd_t *pmd, unsigned long start, unsigned long end, struct mm_walk *walk)
{
	note(walk->mm); //~ STATE walk->mm: lock=write
	return 0;
}

// What a comment or a string names is not called there: count_entry().
static const struct mm_walk_ops count_ops = {
	.pmd_entry = count_entry,
};

static int count_pages(struct mm_struct *mm)
{
	/* See count_entry(). */
	return walk_page_range(mm, 0, ULONG_MAX, &count_ops, "count_entry");
}

static const struct mm_walk_ops clear_ops = {
	.pmd_entry = clear_entry,
	.walk_lock = PGWALK_WRLOCK,
};

// What is passed inside of an object is passed as well.
static void scan_group(struct group *group)
{
	note(group->mm); //~ STATE group->mm: MmWithUser borrowed lock=read
}

static void scan_all(struct group *group)
{
	if (!mmget_not_zero(group->mm))
		return;
	mmap_read_lock(group->mm);
	scan_group(group);
	mmap_read_unlock(group->mm);
	mmput(group->mm);
}

// What an unknown function or a loop gives to the variable is a VMA, also where it is none.
static void pick_areas(struct address_space *mapping)
{
	struct vm_area_struct *vma = pick_area(mapping);

	if (IS_ERR(vma)) //~ STATE vma: type=&VmaRef
		fail(PTR_ERR(vma)); //~ STATE vma: type=&VmaRef
	vma_interval_tree_foreach(vma, &mapping->i_mmap, 0, ULONG_MAX)
		note(vma); //~ STATE vma: type=&VmaRef
}

// Two VMAs of one address space, or none, are of that address space where the paths meet.
static void either_area(struct mm_struct *mm, unsigned long a, unsigned long b)
{
	struct vm_area_struct *vma = NULL;

	mmap_read_lock(mm);
	if (a)
		vma = vma_lookup(mm, a);
	else if (b)
		vma = vma_lookup(mm, b);
	if (vma)
		note(vma->vm_mm); //~ STATE vma->vm_mm: lock=read
	mmap_read_unlock(mm);
}
