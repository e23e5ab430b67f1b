//! Pointers that C gives are NULL when it fails.

fn task_bad(task: *mut bindings::task_struct) {
    // SAFETY: `task` is valid.
    let raw = unsafe { bindings::get_task_mm(task) };
    // SAFETY: wrong, a kernel thread has no mm.
    let mm = unsafe { MmWithUser::from_raw(raw) }; //~ ERROR unchecked-mm: `raw` is NULL here if `get_task_mm()` fails
    walk(mm);
}

fn vma_bad(mm: &MmWithUser, address: usize) -> usize {
    let _guard = mm.mmap_read_lock();
    // SAFETY: The lock is held.
    let vma = unsafe { bindings::vma_lookup(mm.as_raw(), address) };
    // SAFETY: wrong, there may be no VMA at the address.
    unsafe { VmaRef::from_raw(vma) }.start() //~ ERROR unchecked-mm: `vma` is NULL here if `vma_lookup()` fails
}

fn tested_ok(mm: &MmWithUser, address: usize) -> Option<usize> {
    let _guard = mm.mmap_read_lock();
    // SAFETY: The lock is held.
    let vma = unsafe { bindings::vma_lookup(mm.as_raw(), address) };
    if vma.is_null() || address == 0 {
        return None;
    }
    // SAFETY: Not NULL, and the lock is held.
    Some(unsafe { VmaRef::from_raw(vma) }.start())
}

fn non_null_ok(task: *mut bindings::task_struct) -> Option<ARef<MmWithUser>> {
    // SAFETY: `task` is valid.
    let raw = NonNull::new(unsafe { bindings::get_task_mm(task) })?;
    // SAFETY: `get_task_mm` took the reference.
    Some(unsafe { ARef::from_raw(raw.cast()) })
}
