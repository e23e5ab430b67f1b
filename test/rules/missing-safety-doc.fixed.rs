// The contract of an unsafe function is written where callers read it.

/// # Safety
///
/// Callers must ensure that:
/// - `mm` points at a valid `mm_struct`,
/// - nothing writes `map_count` at the same time, so that this read is not a data race.
pub unsafe fn count_bad(mm: *const bindings::mm_struct) -> i32 {
    // SAFETY: The caller ensures that `mm` is valid.
    unsafe { (*mm).map_count }
}

/// Counts the mappings.
///
/// # Safety
///
/// `mm` must be valid, and its mmap lock must be held.
pub unsafe fn count_ok(mm: *const bindings::mm_struct) -> i32 {
    // SAFETY: By the safety requirements.
    unsafe { (*mm).map_count }
}

// Only C calls a callback: what it demands is known, but worth a line.
/// # Safety
///
/// Callers must ensure that:
/// - `file` is valid,
/// - the requirements of `fput` are met.
unsafe extern "C" fn callback_bad(file: *mut bindings::file) {
    // SAFETY: C passes a valid file.
    unsafe { bindings::fput(file) };
}

// The trait documents the methods of its implementations.
impl AlwaysRefCounted for Handle {
    unsafe fn dec_ref(obj: NonNull<Self>) {
        // SAFETY: The caller gives up a reference.
        unsafe { bindings::mmdrop(obj.cast().as_ptr()) };
    }
}

/// A promise.
///
/// # Safety
///
/// TODO: show that implementing `Stable` demands nothing, or say what.
pub unsafe trait Stable {}

/// # Invariants
///
/// The caller must hold the mmap read lock.
#[repr(transparent)]
pub struct Area {
    vma: Opaque<bindings::vm_area_struct>,
}

impl Area {
    /// # Safety
    ///
    /// Callers must ensure that:
    /// - `vma` points at a valid `vm_area_struct` for the duration of `'a`,
    /// - they hold the mmap read lock for the duration of `'a`.
    pub unsafe fn view_bad<'a>(vma: *const bindings::vm_area_struct) -> &'a Self {
        // SAFETY: The caller keeps it.
        unsafe { &*vma.cast() }
    }

    /// # Safety
    ///
    /// Callers must ensure that:
    /// - nothing else accesses `vm_flags` at the same time, so that this write is not a data race,
    /// - what is written to `vm_flags` is valid there.
    unsafe fn change_bad(&self, set: u64) {
        let flags = self.flags() | set;
        // SAFETY: The lock is held.
        unsafe { (*self.vma.get()).vm_flags = flags };
    }
}

/// # Safety
///
/// Implementers must ensure that:
/// - increments of the reference count keep the object alive until the matching decrements,
/// - every instance is reference counted.
pub unsafe trait AlwaysRefCounted {
    fn inc_ref(&self);
    /// # Safety
    ///
    /// Callers must ensure that:
    /// - there was a matching increment of the reference count before,
    /// - the object is not used afterwards, unless they own another increment.
    unsafe fn dec_ref(obj: NonNull<Self>);
}
