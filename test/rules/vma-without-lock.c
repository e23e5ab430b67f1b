// A look-up needs mmap_lock.

static unsigned long start_bad(struct task_struct *task, unsigned long addr)
{
	struct mm_struct *mm = get_task_mm(task);
	struct vm_area_struct *vma;
	unsigned long start = 0;

	if (!mm)
		return 0;
	vma = find_vma(mm, addr); //~ ERROR vma-without-lock: `find_vma()` needs mmap_lock of `mm`
	if (vma)
		start = vma->vm_start;
	mmput(mm);
	return start;
}

static unsigned long start_ok(struct task_struct *task, unsigned long addr)
{
	struct mm_struct *mm = get_task_mm(task);
	struct vm_area_struct *vma;
	unsigned long start = 0;

	if (!mm)
		return 0;
	mmap_read_lock(mm);
	vma = find_vma(mm, addr);
	if (vma)
		start = vma->vm_start;
	mmap_read_unlock(mm);
	mmput(mm);
	return start;
}

static bool look_again_bad(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;

	mmap_read_lock(mm);
	vma = find_vma(mm, addr);
	mmap_read_unlock(mm);
	if (vma)
		return true;
	return find_vma(mm, addr + PAGE_SIZE) != NULL; //~ ERROR vma-without-lock: which was released on this path
}

// Whoever calls this may hold the lock.
static bool covers_ok(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma = find_vma(mm, addr);

	return vma && vma->vm_start <= addr;
}

// The per-VMA lock is enough for one vma.
static unsigned long start_rcu_ok(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma = lock_vma_under_rcu(mm, addr);
	unsigned long start;

	if (!vma)
		return 0;
	start = vma->vm_start;
	vma_end_read(vma);
	return start;
}

// The VMA is found and write-locked by nobody: page faults go on under its own lock.
static void retag_bad(struct mm_struct *mm, unsigned long addr, vm_flags_t flags)
{
	struct vm_area_struct *vma;

	mmap_write_lock(mm);
	vma = vma_lookup(mm, addr);
	if (vma)
		vm_flags_reset(vma, flags); //~ ERROR vma-without-lock: `vm_flags_reset()` needs `vma` write-locked
	mmap_write_unlock(mm);
}

static void retag_ok(struct mm_struct *mm, unsigned long addr, vm_flags_t flags)
{
	struct vm_area_struct *vma;

	mmap_write_lock(mm);
	vma = vma_lookup(mm, addr);
	if (vma) {
		vma_start_write(vma);
		vm_flags_reset(vma, flags);
	}
	mmap_write_unlock(mm);
}

// The lock of the VMA ends with the write lock of its mm.
static void retag_late_bad(struct mm_struct *mm, unsigned long addr, vm_flags_t flags)
{
	struct vm_area_struct *vma;

	mmap_write_lock(mm);
	vma = vma_lookup(mm, addr);
	if (vma) {
		vma_start_write(vma);
		prepare(mm);
		mmap_write_downgrade(mm);
		vm_flags_reset(vma, flags);
		//~^ ERROR vma-without-lock: no path calls `vma_start_write()` before
		//~^^ ERROR needs-write-lock: it is held for reading
		mmap_read_unlock(mm);
		return;
	}
	mmap_write_unlock(mm);
}

// The caller may have locked it.
static void retag_given_ok(struct vm_area_struct *vma, vm_flags_t flags)
{
	vm_flags_reset(vma, flags);
}

static int grow_bad(struct vm_area_struct *vma, unsigned long start)
{
	if (anon_vma_prepare(vma))
		return -ENOMEM;
	vma->vm_start = start; //~ WARN vma-without-lock: `vm_start` of `vma` changes
	return 0;
}

static int grow_ok(struct vm_area_struct *vma, unsigned long start)
{
	if (anon_vma_prepare(vma))
		return -ENOMEM;
	vma_start_write(vma);
	vma->vm_start = start;
	return 0;
}

static int prepare_new_ok(struct mm_struct *mm, unsigned long start)
{
	struct vm_area_struct *vma = vm_area_alloc(mm);

	if (!vma)
		return -ENOMEM;
	vma->vm_start = start;
	return insert_vm_struct(mm, vma);
}

// Nobody enters an ioctl with mmap_lock held, and no function on the way takes it.
static int pin_range_bad(struct region *region, unsigned long start)
{
	return get_user_pages(start, 1, FOLL_GET, region->pages); //~ WARN vma-without-lock: `get_user_pages()` needs mmap_lock
}

static long region_ioctl_ok(struct file *file, unsigned int command, unsigned long start)
{
	return pin_range_bad(file->private_data, start);
}

static const struct file_operations region_ops_of_ok = {
	.unlocked_ioctl = region_ioctl_ok,
};

// A fault handler is entered with it.
static vm_fault_t region_fault_ok(struct vm_fault *vmf)
{
	return vma_lookup(vmf->vma->vm_mm, vmf->address) ? 0 : VM_FAULT_SIGBUS;
}

static const struct vm_operations_struct region_vm_ops_of_ok = {
	.fault = region_fault_ok,
};

// Nobody that calls it locks the VMA, so it has to.
static void flag_range_bad(struct vm_area_struct *vma, vm_flags_t flags)
{
	vm_flags_reset(vma, flags); //~ ERROR vma-without-lock: `vm_flags_reset()` needs `vma` write-locked
}

static struct vm_area_struct *pick_ok(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma = vma_lookup(mm, addr);

	return vma ? vma : ERR_PTR(-ENOMEM);
}

static void flag_picked_ok(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;

	mmap_write_lock(mm);
	vma = pick_ok(mm, addr);
	if (!IS_ERR(vma))
		flag_range_bad(vma, 0);
	mmap_write_unlock(mm);
}

// One caller locks it, so that the others have to do so too.
static void clear_range_ok(struct vm_area_struct *vma, vm_flags_t flags)
{
	vm_flags_reset(vma, vma->vm_flags & ~flags);
}

static void clear_locked_ok(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;

	mmap_write_lock(mm);
	vma = vma_lookup(mm, addr);
	if (vma) {
		vma_start_write(vma);
		clear_range_ok(vma, VM_LOCKED);
	}
	mmap_write_unlock(mm);
}

static void clear_unlocked_bad(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;

	mmap_write_lock(mm);
	vma = vma_lookup(mm, addr);
	if (vma)
		clear_range_ok(vma, VM_LOCKED); //~ ERROR vma-without-lock: `clear_range_ok()` needs `vma` write-locked
	mmap_write_unlock(mm);
}

// It says itself that its callers are to lock.
static void set_owner_ok(struct vm_area_struct *vma, void *owner)
{
	vma_assert_write_locked(vma);
	vma->vm_private_data = owner;
}

static void set_owners_ok(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;

	mmap_write_lock(mm);
	vma = pick_ok(mm, addr);
	if (!IS_ERR(vma))
		set_owner_ok(vma, mm);
	mmap_write_unlock(mm);
}

// Its callers are in other files.
void flag_anywhere_ok(struct vm_area_struct *vma, vm_flags_t flags)
{
	vm_flags_reset(vma, flags);
}

struct window {
	spinlock_t lock;
	struct mm_struct *mm;
	struct vm_area_struct *vma;
};

// The VMA that an object keeps is of the mm beside it, and whoever takes users and puts them is not called with the lock.
static int map_window_bad(struct window *window, unsigned long addr, struct page *page)
{
	int ret;

	if (!mmget_not_zero(window->mm))
		return -ESRCH;
	ret = vm_insert_page(window->vma, addr, page); //~ WARN vma-without-lock: `vm_insert_page()` needs mmap_lock of `window->mm`
	mmput(window->mm);
	return ret;
}

static int map_window_ok(struct window *window, unsigned long addr, struct page *page)
{
	int ret;

	if (!mmget_not_zero(window->mm))
		return -ESRCH;
	mmap_write_lock(window->mm);
	ret = vm_insert_page(window->vma, addr, page);
	mmap_write_unlock(window->mm);
	mmput(window->mm);
	return ret;
}

// The object clears it before it goes.
static unsigned long window_size_ok(struct window *window)
{
	mmap_read_lock(window->mm);
	prepare(window->mm);
	mmap_read_unlock(window->mm);
	return window->vma->vm_end - window->vma->vm_start;
}

static int map_asserted_ok(struct window *window, unsigned long addr, struct page *page, bool locked)
{
	int ret;

	if (locked)
		mmap_assert_locked(window->mm);
	if (!mmget_not_zero(window->mm))
		return -ESRCH;
	ret = vm_insert_page(window->vma, addr, page);
	mmput_async(window->mm);
	return ret;
}

// Nobody above it takes the lock, up to the system call: the function that looks has to.
static int find_for_call_bad(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma = find_vma(mm, addr); //~ ERROR vma-without-lock: `find_vma()` needs mmap_lock of `mm`, which no path takes before

	return vma && vma->vm_start <= addr ? 0 : -EFAULT;
}

static int pass_on_ok(unsigned long addr)
{
	return find_for_call_bad(current->mm, addr);
}

static int pass_on_twice_ok(unsigned long addr)
{
	return find_for_call_bad(current->mm, addr) ?: find_for_call_bad(current->mm, addr + PAGE_SIZE);
}

// One caller holds it, so that the other is to hold it too.
static int find_for_both_ok(struct mm_struct *mm, unsigned long addr)
{
	return vma_lookup(mm, addr) ? 0 : -EFAULT;
}

static int find_locked_ok(unsigned long addr)
{
	int ret;

	mmap_read_lock(current->mm);
	ret = find_for_both_ok(current->mm, addr);
	mmap_read_unlock(current->mm);
	return ret;
}

static int find_open_bad(unsigned long addr)
{
	return find_for_both_ok(current->mm, addr); //~ WARN vma-without-lock: `find_for_both_ok()` needs mmap_lock of `current->mm`
}

// What is called with a spinlock held cannot wait for the lock.
static int find_in_atomic_ok(unsigned long addr)
{
	return find_vma(current->mm, addr) ? 0 : -EFAULT;
}

static int scan_bad(spinlock_t *lock, unsigned long addr)
{
	int ret;

	spin_lock(lock);
	ret = find_in_atomic_ok(addr); //~ ERROR vma-without-lock: `find_in_atomic_ok()` needs mmap_lock of `current->mm`
	spin_unlock(lock);
	return ret;
}

// Where a caller looks as well, it takes the lock for all.
static int look_again_ok(struct mm_struct *mm, unsigned long addr)
{
	return vma_lookup(mm, addr) ? 0 : -EFAULT;
}

static int look_twice_bad(struct mm_struct *mm, unsigned long addr)
{
	if (!vma_lookup(mm, addr)) //~ WARN vma-without-lock: `vma_lookup()` needs mmap_lock of `mm`
		return -EFAULT;
	return look_again_ok(mm, addr + PAGE_SIZE);
}

// Whoever has a VMA to pass has the lock.
int look_beside_ok(struct vm_area_struct *vma)
{
	return find_vma(current->mm, vma->vm_end) ? 0 : -EFAULT;
}

SYSCALL_DEFINE1(pass_ok, unsigned long, addr)
{
	return pass_on_ok(addr) ?: pass_on_twice_ok(addr);
}

SYSCALL_DEFINE1(find_ok, unsigned long, addr)
{
	return find_locked_ok(addr) ?: find_open_bad(addr);
}

SYSCALL_DEFINE1(look_ok, unsigned long, addr)
{
	return look_twice_bad(current->mm, addr);
}

static long window_ioctl_ok(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct window *window = file->private_data;

	return scan_bad(&window->lock, arg);
}

static const struct file_operations window_fops = {
	.unlocked_ioctl = window_ioctl_ok,
};

// Who waits for the lock and goes on without it has the defect, and not who calls it.
static int wait_badly_bad(unsigned long addr)
{
	int ret;

	mmap_read_lock_killable(current->mm); //~ ERROR ignored-result: `mmap_read_lock_killable()` can fail
	ret = vma_lookup(current->mm, addr) ? 0 : -EFAULT;
	mmap_read_unlock(current->mm);
	return ret;
}

SYSCALL_DEFINE1(wait_ok, unsigned long, addr)
{
	return wait_badly_bad(addr);
}
