// The contract of an unsafe function is written where callers read it.

pub unsafe fn count_bad(mm: *const bindings::mm_struct) -> i32 { //~ WARN missing-safety-doc: unsafe function `count_bad` has no `# Safety` section
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
unsafe extern "C" fn callback_bad(file: *mut bindings::file) { //~ INFO missing-safety-doc:
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
pub unsafe trait Stable {} //~ WARN missing-safety-doc: unsafe trait `Stable`

/// # Invariants
///
/// The caller must hold the mmap read lock.
#[repr(transparent)]
pub struct Area {
    vma: Opaque<bindings::vm_area_struct>,
}

impl Area {
    pub unsafe fn view_bad<'a>(vma: *const bindings::vm_area_struct) -> &'a Self { //~ WARN missing-safety-doc: `# Safety`
        // SAFETY: The caller keeps it.
        unsafe { &*vma.cast() }
    }

    unsafe fn change_bad(&self, set: u64) { //~ INFO missing-safety-doc: `# Safety`
        let flags = self.flags() | set;
        // SAFETY: The lock is held.
        unsafe { (*self.vma.get()).vm_flags = flags };
    }
}

pub unsafe trait AlwaysRefCounted { //~ WARN missing-safety-doc: `# Safety`
    fn inc_ref(&self);
    unsafe fn dec_ref(obj: NonNull<Self>); //~ WARN missing-safety-doc: `# Safety`
}
