// A driver in the shape of those of the kernel, with a place for each proof that looks at buffers, at lists, at what was
// done before and what is done next, and without any comment on them.

use kernel::bindings;

/// A counted pointer.
///
/// # Invariants
///
/// The pointer stored in `ptr` is non-null. In particular, the instance owns an increment on the reference count.
pub struct Held<T: AlwaysRefCounted> {
    ptr: NonNull<T>,
    _p: PhantomData<T>,
}

unsafe impl<T: AlwaysRefCounted + Sync + Send> Send for Held<T> {}
unsafe impl<T: AlwaysRefCounted + Sync + Send> Sync for Held<T> {}

pub unsafe trait AlwaysRefCounted {
    fn inc_ref(&self);

    /// # Safety
    ///
    /// Callers must ensure that there was a previous matching increment to the reference count, and that the object is
    /// no longer used after its reference count is decremented.
    unsafe fn dec_ref(obj: NonNull<Self>);
}

impl<T: AlwaysRefCounted> Drop for Held<T> {
    fn drop(&mut self) {
        unsafe { T::dec_ref(self.ptr) };
    }
}

/// # Invariants
///
/// The caller must hold the mmap read lock.
#[repr(transparent)]
pub struct VmaRef {
    vma: Opaque<bindings::vm_area_struct>,
}

impl VmaRef {
    pub fn zap(&self, address: usize, size: usize) {
        let (end, wraps) = address.overflowing_add(size);
        if wraps || address < self.start() || self.end() < end {
            return;
        }
        unsafe { bindings::zap_vma_range(self.as_ptr(), address, size) };
    }
}

struct Slot {
    page: Option<Page>,
}

impl Slot {
    /// # Safety
    ///
    /// The caller ensures that reading from `me.page` is ok for the duration of 'a.
    unsafe fn page<'a>(me: *const Slot) -> Option<&'a Page> {
        unsafe { (*me).page.as_ref() }
    }

    /// # Safety
    ///
    /// The caller ensures that writing to `me.page` is ok.
    unsafe fn put(me: *mut Slot, page: Page) {
        let place = unsafe { &raw mut (*me).page };
        if unsafe { (*place).is_some() } {
            unsafe { ptr::drop_in_place(place) };
        }
        unsafe { ptr::write(place, Some(page)) };
    }
}

struct Table {
    lru: Opaque<bindings::list_lru>,
    lock: SpinLock<Inner>,
}

impl Table {
    /// # Safety
    ///
    /// Assumes that `i` is in bounds.
    unsafe fn slot(&self, i: usize) -> *mut Slot {
        let inner = self.lock.lock();
        unsafe { inner.slots.add(i) }
    }

    /// # Safety
    ///
    /// All pages touched by this operation must be in use for the duration of this call.
    unsafe fn each(&self, first: usize) -> Result {
        let (slots, size) = {
            let inner = self.lock.lock();
            (inner.slots, inner.size)
        };
        let slot = unsafe { slots.add(first) };
        let page = unsafe { Slot::page(slot) };
        page.map(|_| ()).ok_or(EFAULT)
    }

    fn register(&'static self) -> Result {
        let ret = unsafe { bindings::__list_lru_init(self.lru.get(), false, ptr::null_mut()) };
        if ret != 0 {
            return Err(ENOMEM);
        }
        if self.refuses() {
            unsafe { bindings::list_lru_destroy(self.lru.get()) };
            return Err(EINVAL);
        }
        Ok(())
    }

    fn allocate(&self, count: usize) -> Result {
        let layout = Layout::array::<Slot>(count).map_err(|_| ENOMEM)?;
        let slots = Kmalloc::alloc(layout, GFP_KERNEL)?.cast::<Slot>();
        unsafe {
            for i in 0..count {
                let slot = slots.add(i).as_ptr();
                (&raw mut (*slot).page).write(None);
            }
        }
        let mut inner = self.lock.lock();
        if inner.size > 0 {
            drop(inner);
            unsafe { Kmalloc::free(slots.cast(), layout) };
            return Err(EBUSY);
        }
        inner.slots = slots.as_ptr();
        Ok(())
    }
}

fn fill(buf: &mut [u8], from: &mut Source) -> usize {
    unsafe { bindings::_copy_from_iter(buf.as_mut_ptr().cast::<c_void>(), buf.len(), from.raw()) }
}

fn store<T: AsBytes>(value: &T, address: usize) -> usize {
    let len = size_of::<T>();
    unsafe { bindings::_copy_to_user(address as *mut c_void, (value as *const T).cast::<c_void>(), len) }
}

fn load<T: FromBytes>(address: usize) -> usize {
    let mut out: MaybeUninit<T> = MaybeUninit::uninit();
    unsafe { bindings::_copy_from_user(out.as_mut_ptr().cast::<c_void>(), address as *const c_void, size_of::<T>()) }
}

fn empty() -> bindings::miscdevice {
    let device: bindings::miscdevice = unsafe { MaybeUninit::zeroed().assume_init() };
    device
}

fn name_of(name: core::fmt::Arguments<'_>) -> *mut bindings::shrinker {
    unsafe { bindings::shrinker_alloc(0, c_str!("%pA").as_char_ptr(), &name as *const _ as *const c_void) }
}

fn number(file: &File) -> usize {
    unsafe { (*(*file.as_ptr()).f_inode).i_ino as usize }
}

fn lock_of(file: &File) -> *mut bindings::rw_semaphore {
    let inode = unsafe { (*file.as_ptr()).f_path };
    unsafe { &raw mut (*inode).i_rwsem }
}

fn own_mm() -> *mut bindings::mm_struct {
    unsafe { (*bindings::get_current()).mm }
}

/// # Safety
///
/// `file` must be a valid file. `vma` must be a vma that is currently being mmap'ed with this file.
unsafe extern "C" fn mmap(raw_file: *mut bindings::file, vma: *mut bindings::vm_area_struct) -> c_int {
    let flags = unsafe { (*raw_file).f_op };
    let area = unsafe { VmaNew::from_raw(vma) };
    unsafe { publish(raw_file) };
    use_both(flags, area)
}

/// # Safety
///
/// The caller must ensure that `file` references a valid file for the duration of 'a.
unsafe fn publish<'a>(file: *mut bindings::file) -> &'a File {
    unsafe { &*file.cast::<File>() }
}

extern "C" {
    fn start_driver() -> c_int;
}

fn start() -> Result {
    unsafe { to_result(start_driver()) }
}

static STATE: State = State::new();

fn replace(new: u32) {
    let place = STATE.inner.get();
    let once = STATE_LOCK.lock();
    unsafe { *place = new };
    drop(once);
}

/// # Safety
///
/// Called by the shrinker.
unsafe extern "C" fn scan(shrink: *mut bindings::shrinker, sc: *mut bindings::shrink_control) -> c_ulong {
    unsafe { (*sc).nr_to_scan }
}

/// # Safety
///
/// Takes an inode from a new file.
unsafe fn attach(node: *mut bindings::inode, at: usize) {
    unsafe { bindings::attach_inode(node, at) };
}

fn trace_file(line: i32) {
    let file = file_of(line);
    unsafe { bindings::__might_sleep(file.as_char_ptr(), line) };
}
