//! Look-ups by C functions after the guard is gone.

fn dropped_bad(mm: &MmWithUser, address: usize) -> bool {
    let guard = mm.mmap_read_lock();
    drop(guard);
    // SAFETY: wrong, the guard is gone.
    let vma = unsafe { bindings::vma_lookup(mm.as_raw(), address) }; //~ WARN vma-without-lock: `vma_lookup()` needs mmap_lock of `mm`, which was released on this path
    vma.is_null()
}

fn temporary_bad(mm: &MmWithUser, address: usize) -> bool {
    let found = mm.mmap_read_lock().vma_lookup(0).is_some();
    // SAFETY: wrong, the guard ended with its statement.
    let vma = unsafe { bindings::find_vma(mm.as_raw(), address) }; //~ ERROR vma-without-lock: `find_vma()` needs mmap_lock of `mm`
    found && vma.is_null()
}

fn taken_bad(task: *mut bindings::task_struct, address: usize) -> Option<bool> {
    // SAFETY: `task` is valid.
    let mm = NonNull::new(unsafe { bindings::get_task_mm(task) })?;
    // SAFETY: wrong, nobody holds the lock.
    let vma = unsafe { bindings::find_vma(mm.as_ptr(), address) }; //~ ERROR vma-without-lock: which no path takes before
    // SAFETY: The reference was taken above.
    unsafe { bindings::mmput(mm.as_ptr()) };
    Some(vma.is_null())
}

fn guarded_ok(mm: &MmWithUser, address: usize) -> bool {
    let _guard = mm.mmap_read_lock();
    // SAFETY: The guard lives.
    let vma = unsafe { bindings::find_vma(mm.as_raw(), address) };
    vma.is_null()
}

/// # Safety
///
/// The caller holds the lock.
unsafe fn callers_lock_ok(mm: &MmWithUser, address: usize) -> bool {
    // SAFETY: The caller holds it.
    let vma = unsafe { bindings::find_vma(mm.as_raw(), address) };
    vma.is_null()
}
