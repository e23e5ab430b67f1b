//! mmap_lock taken in one mode and released in the other.

fn raw_bad(mm: &MmWithUser) {
    // SAFETY: `mm` is a reference.
    unsafe { bindings::mmap_write_lock(mm.as_raw()) };
    // SAFETY: wrong, it is held for writing.
    unsafe { bindings::mmap_read_unlock(mm.as_raw()) }; //~ ERROR mismatched-unlock: is held for writing, but released here as if it were held for reading
}

fn guard_bad(mm: &MmWithUser) {
    let guard = mm.mmap_read_lock();
    core::mem::forget(guard);
    // SAFETY: wrong, the guard held it for reading.
    unsafe { bindings::mmap_write_unlock(mm.as_raw()) }; //~ ERROR mismatched-unlock: is held for reading
}

fn same_mode_ok(mm: &MmWithUser) {
    // SAFETY: `mm` is a reference.
    unsafe { bindings::mmap_write_lock(mm.as_raw()) };
    // SAFETY: Locked above.
    unsafe { bindings::mmap_write_unlock(mm.as_raw()) };
}
