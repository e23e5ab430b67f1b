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
