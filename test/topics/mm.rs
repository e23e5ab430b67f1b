// The shape of the kernel's own wrappers. A mark names the topic of the token above its caret.

/// Its counter keeps the struct, as `ARef<Mm>` does; the destructor may sleep.
//~                                                       ^ destructor
//~                                        ^ mm
/// # Invariants
//~   ^ invariants
/// Counted by `mm_count`.
//~              ^ mm-users-and-count
//~    ^ invariants
//~^ invariants
#[repr(transparent)]
//~     ^ repr-transparent
//~ ^ repr-transparent
pub struct Mm {
//~         ^ mm
    mm: Opaque<bindings::mm_struct>,
//~                       ^ mm-struct
//~               ^ mm-struct
//~      ^ opaque
//~ ^ mm-inner-field
}

// SAFETY: A put may run elsewhere than the get.
//~ ^ safety-send-sync
unsafe impl Send for Mm {}
//~           ^ send-sync
//~ ^ unsafe
// SAFETY: Nothing here needs to be alone.
unsafe impl Sync for Mm {}

// SAFETY: Values are always counted.
//~ ^ safety-comment
unsafe impl AlwaysRefCounted for Mm {
//~               ^ always-ref-counted
//~     ^ always-ref-counted
    #[inline]
//~    ^ inline
    fn inc_ref(&self) {
//~              ^ self-reference
//~            ^ self-reference
//~      ^ inc-ref-mm
        unsafe { bindings::mmgrab(self.as_raw()) };
//~                                      ^ as-raw
//~                               ^ self-reference
//~                         ^ rust-helper
    }

    unsafe fn dec_ref(obj: NonNull<Self>) {
//~        ^ dec-ref
//~                                 ^ self-type
//~                          ^ non-null
//~                    ^ non-null-value
//~            ^ dec-ref
        unsafe { bindings::mmdrop(obj.cast().as_ptr()) };
//~                                           ^ cast-as-ptr
//~                                   ^ cast-as-ptr
//~                                  ^ cast-as-ptr
//~                               ^ non-null-value
    }
}

#[repr(transparent)]
pub struct MmWithUser {
//~         ^ mm-with-user
//~  ^ mm-with-user
    mm: Mm,
//~     ^ mm-wrapped-field
//~ ^ mm-wrapped-field
}

unsafe impl AlwaysRefCounted for MmWithUser {
    fn inc_ref(&self) {
//~     ^ inc-ref-mm-with-user
        unsafe { bindings::mmget(self.as_raw()) };
    }
    unsafe fn dec_ref(obj: NonNull<Self>) {
        unsafe { bindings::mmput(obj.cast().as_ptr()) };
    }
}

impl Deref for MmWithUser {
//~         ^ deref-to-mm
//~      ^ deref-to-mm
//~ ^ deref-to-mm
    type Target = Mm;
//~       ^ deref-to-mm
    fn deref(&self) -> &Mm {
//~                    ^ borrow
//~      ^ deref-to-mm
        &self.mm
//~            ^ mm-wrapped-field
    }
}

#[repr(transparent)]
pub struct MmWithUserAsync {
    mm: MmWithUser,
//~ ^ mm-wrapped-twice
}

impl Mm {
    /// # Safety
    //~   ^ safety-section
    /// Must stay allocated for 'a.
//~                              ^ lifetime
    pub unsafe fn from_raw<'a>(ptr: *const bindings::mm_struct) -> &'a Mm {
//~                                                                  ^ lifetime
//~                              ^ mm-struct
//~                         ^ lifetime
//~                  ^ from-raw-mm
        unsafe { &*ptr.cast() }
//~                     ^ pointer-cast
//~                ^ mm-struct
//~              ^ borrow
    }

    pub fn as_raw(&self) -> *mut bindings::mm_struct {
//~           ^ as-raw
        self.mm.get()
//~              ^ opaque-get
//~           ^ mm-inner-field
    }

    pub fn mmget_not_zero(&self) -> Option<ARef<MmWithUser>> {
//~                                                ^ mm-with-user
//~                                         ^ aref
//~                                   ^ option
//~            ^ mmget-not-zero
        if unsafe { bindings::mmget_not_zero(self.as_raw()) } {
//~                             ^ rust-helper
            Some(unsafe { ARef::from_raw(NonNull::new_unchecked(self.as_raw().cast())) })
//~                                                     ^ new-unchecked
//~                                ^ aref-from-raw
//~                        ^ aref
//~          ^ option
        } else {
            None
//~         ^ option
        }
    }

    pub fn mmgrab_current() -> Option<ARef<Mm>> {
//~               ^ mmgrab-current
        // SAFETY: Only the task itself changes the field,
        // and this is the task.
//~                ^ safety-comment
        let mm = unsafe {
//~           ^ mm-struct
            let current = bindings::get_current();
//~                                  ^ current
//~               ^ current
            (*current).mm
//~                     ^ current-mm-field
        };
        if mm.is_null() {
//~              ^ is-null
            return None;
        }
        let mm = unsafe { Mm::from_raw(mm) };
//~                                     ^ mm-struct
//~                              ^ from-raw-mm
//~           ^ mm
        Some(ARef::from(mm))
//~                       ^ mm
//~                 ^ aref-from
    }
}

impl MmWithUser {
    /// # Safety
    /// `mm_users` must stay above zero for 'a.
    pub unsafe fn from_raw<'a>(ptr: *const bindings::mm_struct) -> &'a MmWithUser {
//~                  ^ from-raw-mm-with-user
        unsafe { &*ptr.cast() }
    }

    pub fn mmap_read_lock(&self) -> MmapReadGuard<'_> {
//~                                                ^ lifetime
//~                                    ^ mmap-read-guard
//~            ^ mmap-read-lock
        unsafe { bindings::mmap_read_lock(self.as_raw()) };
//~                          ^ read-side-only
        // INVARIANT: The lock was just taken.
//~         ^ invariant-comment
        MmapReadGuard { mm: self, _nts: NotThreadSafe }
//~                                        ^ not-thread-safe
//~                                ^ not-thread-safe
    }
}

pub struct MmapReadGuard<'a> {
    mm: &'a MmWithUser,
    _nts: NotThreadSafe,
//~   ^ not-thread-safe
}

impl Drop for MmapReadGuard<'_> {
//~   ^ drop-guard
    fn drop(&mut self) {
//~         ^ self-reference
//~      ^ drop-guard
        unsafe { bindings::mmap_read_unlock(self.mm.as_raw()) };
//~                            ^ read-side-only
    }
}

impl<T: AlwaysRefCounted> Clone for ARef<T> {
//~                         ^ clone-aref
    fn clone(&self) -> Self {
//~      ^ clone-aref
        self.inc_ref();
//~            ^ inc-ref
        unsafe { Self::from_raw(self.ptr) }
//~                      ^ aref-from-raw
    }
}

impl<T: AlwaysRefCounted> From<&T> for ARef<T> {
//~                         ^ aref-from
    fn from(t: &T) -> Self {
//~      ^ aref-from
    }
}

pub struct ARef<T: AlwaysRefCounted> {
    ptr: NonNull<T>,
    _p: PhantomData<T>,
//~         ^ phantom-data
}
