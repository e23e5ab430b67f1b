// What a driver does with an mm. A mark names the topic of the token above its caret.

struct Range {
    mm: ARef<Mm>,
//~ ^ aref-mm
    #[pin]
    lock: Mutex<()>,
}

impl Range {
    fn new() -> impl PinInit<Self, Error> {
//~                   ^ pin
        let mm = kernel::current!().mm().ok_or(ESRCH)?;
//~                                                  ^ question-mark
//~                                ^ current-mm
//~                         ^ current
//~          ^ mm-with-user
        try_pin_init!(Self { mm: ARef::from(&**mm), lock <- new_mutex!(()) })
//~                                    ^ aref-from
//~                          ^ aref-mm
//~        ^ pin
    }

    fn use_page(&self, addr: usize) -> Result {
        let Some(mm) = self.mm.mmget_not_zero() else {
//~     ^ option
//~                                              ^ let-else
//~                                 ^ mmget-not-zero
//~                         ^ aref-mm
//~              ^ aref-mm-with-user
            return Err(ESRCH);
        };
        let mm = MmWithUser::into_mmput_async(mm);
//~                              ^ into-mmput-async
//~           ^ mm-with-user-async
        let guard = mm.mmap_read_lock();
//~           ^ mmap-read-guard
        let vma = guard.vma_lookup(addr).ok_or(ESRCH)?;
//~                        ^ vma-lookup
        let owner = vma.mm();
//~       ^ mm-with-user
//~                      ^ vma-mm
//~                 ^ vma-ref
        let mixed = vma.as_mixedmap_vma();
//~                       ^ vma-mixed-map
        drop(guard);
//~      ^ drop
        Ok(())
    }

    fn try_it(mm: &MmWithUser, addr: usize) {
        let locked = mm.mmap_read_trylock();
//~                        ^ mmap-read-trylock
        if let Some(guard) = mm.lock_vma_under_rcu(addr) {
//~                                 ^ lock-vma-under-rcu
//~                    ^ vma-read-guard
        } else {
//~        ^ none
        }
    }

    fn keep(mm: ARef<Mm>) {
        let copy = mm.clone();
//~                    ^ clone-aref
        let raw = ARef::into_raw(mm);
//~                        ^ into-raw
        let back = unsafe { ARef::<Mm>::from_raw(raw) };
//~                                       ^ aref-from-raw
        mem::forget(copy);
//~           ^ into-raw
    }
}

impl CurrentTask {
//~        ^ task
    pub fn mm(&self) -> Option<&MmWithUser> {
//~         ^ current-mm
        // CAST: Both are the same struct.
//~       ^ cast-comment
        let mm = unsafe { (*self.as_ptr()).mm };
//~                                         ^ current-mm-field
//~                               ^ as-ptr
        None
    }
}

impl VmaRef {
//~      ^ vma-ref
    pub unsafe fn from_raw<'a>(vma: *const bindings::vm_area_struct) -> &'a Self {
//~                                                    ^ vma-ref
//~                  ^ from-raw-vma
    }

    pub fn mm(&self) -> &MmWithUser {
//~         ^ vma-mm
    }
}

impl Deref for VmaReadGuard<'_> {
//~                ^ vma-read-guard
//~       ^ deref
}

unsafe trait AlwaysRefCounted {
    fn inc_ref(&self);
//~       ^ inc-ref
}

unsafe extern "C" fn mmap(vma: &VmaNew, other: &Unknown) {
//~                              ^ vma-new
//~      ^ extern-c
    other.mm();
//~        ^ borrowed-mm
    let lru: *mut bindings::list_lru = ptr::null_mut();
//~                           ^ bindings-type
//~                ^ bindings-type
    bindings::kthread_use_mm(vma);
//~              ^ rust-helper
    // As for mmget, mm_count is not enough, and kthread_use_mm() needs it.
//~                                               ^ kthread-use-mm
//~            ^ grab-or-get
}

impl Plain {
    fn count(&self) -> Option<usize> {
//~                      ^ none
//~             ^ none
        Some(self.count?)
//~                    ^ none
    }

    fn get(&self) -> usize {
//~      ^ none
        let from = self.table.get(0);
//~                            ^ none
//~          ^ none
        if from != 0 { 1 } else { "mm" }
//~                                 ^ none
    }
}
