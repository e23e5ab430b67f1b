// A wrapper in the shape of those of rust/kernel, with one place for each kind of proof and without any comment on them.

/// A counted wrapper.
///
/// # Invariants
///
/// Values of this type are always refcounted using `mmget`. The value of `mm_users` is non-zero.
#[repr(transparent)]
pub struct Space {
    mm: Opaque<bindings::mm_struct>,
}

unsafe impl Send for Space {}
unsafe impl Sync for Space {}

unsafe impl AlwaysRefCounted for Space {
    fn inc_ref(&self) {
        unsafe { bindings::mmget(self.as_raw()) };
    }

    unsafe fn dec_ref(obj: NonNull<Self>) {
        unsafe { bindings::mmput(obj.cast().as_ptr()) };
    }
}

impl Space {
    pub fn as_raw(&self) -> *mut bindings::mm_struct {
        self.mm.get()
    }

    /// # Safety
    ///
    /// The caller must ensure that `ptr` points at an `mm_struct`, and that `mm_users` remains non-zero for the
    /// duration of the lifetime 'a.
    pub unsafe fn from_raw<'a>(ptr: *const bindings::mm_struct) -> &'a Space {
        unsafe { &*ptr.cast() }
    }

    pub fn again(&self) -> Option<ARef<Space>> {
        let success = unsafe { bindings::mmget_not_zero(self.as_raw()) };
        if success {
            Some(unsafe { ARef::from_raw(NonNull::new_unchecked(self.as_raw().cast())) })
        } else {
            None
        }
    }

    pub fn lock(&self) -> ReadGuard<'_> {
        unsafe { bindings::mmap_read_lock(self.as_raw()) };
        ReadGuard { mm: self }
    }

    pub fn find(&self, addr: usize) -> Option<VmaReadGuard<'_>> {
        let vma = unsafe { bindings::lock_vma_under_rcu(self.as_raw(), addr) };
        if !vma.is_null() {
            return Some(VmaReadGuard {
                vma: unsafe { VmaRef::from_raw(vma) },
            });
        }
        None
    }
}

/// # Invariants
///
/// The guard owns the mmap read lock.
pub struct ReadGuard<'a> {
    mm: &'a Space,
}

impl ReadGuard<'_> {
    pub fn find(&self, addr: usize) -> Option<&VmaRef> {
        let vma = unsafe { bindings::vma_lookup(self.mm.as_raw(), addr) };
        if vma.is_null() {
            return None;
        }
        Some(unsafe { VmaRef::from_raw(vma) })
    }
}

impl Drop for ReadGuard<'_> {
    fn drop(&mut self) {
        unsafe { bindings::mmap_read_unlock(self.mm.as_raw()) };
    }
}

/// # Invariants
///
/// The guard owns the vma read lock.
pub struct VmaReadGuard<'a> {
    vma: &'a VmaRef,
}

struct Table {
    lock: SpinLock<Inner>,
}

struct Inner {
    slots: *mut Slot,
    size: usize,
}

struct Slot {
    page: Option<Page>,
}

impl Slot {
    /// # Safety
    ///
    /// The caller ensures that reading from `me.page` is ok for the duration of 'a.
    unsafe fn page<'a>(me: *const Slot) -> Option<&'a Page> {
        let ptr = unsafe { &raw const (*me).page };
        unsafe { (*ptr).as_ref() }
    }
}

impl Table {
    fn count(&self, start: usize, end: usize) -> usize {
        let inner = self.lock.lock();
        assert!(end <= inner.size);
        let mut found = 0;
        for i in start..end {
            let slot = unsafe { inner.slots.add(i) };
            if unsafe { Slot::page(slot) }.is_some() {
                found += 1;
            }
        }
        drop(inner);
        found
    }
}

fn make(name: &CStr) -> Result<NonNull<bindings::shrinker>> {
    let shrinker = NonNull::new(unsafe { bindings::shrinker_alloc(0, name.as_char_ptr()) }).ok_or(ENOMEM)?;
    unsafe { (*shrinker.as_ptr()).seeks = 1 };
    unsafe { bindings::shrinker_register(shrinker.as_ptr()) };
    Ok(shrinker)
}
