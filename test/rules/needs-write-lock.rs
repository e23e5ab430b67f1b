//! Changes of VMAs under a read guard.

fn flags_bad(mm: &MmWithUser, address: usize) {
    let _guard = mm.mmap_read_lock();
    // SAFETY: The guard lives.
    let vma = unsafe { bindings::vma_lookup(mm.as_raw(), address) };
    if !vma.is_null() {
        // SAFETY: wrong, readers may not change it.
        unsafe { bindings::vm_flags_set(vma, bindings::VM_IO) }; //~ ERROR needs-write-lock: `vm_flags_set()` changes VMAs
    }
}

fn written_bad(mm: &MmWithUser, address: usize) {
    let guard = mm.mmap_read_lock();
    if let Some(vma) = guard.vma_lookup(address) {
        // SAFETY: wrong, readers may not change it.
        unsafe { (*vma.as_ptr()).vm_pgoff = 0 }; //~ ERROR needs-write-lock: `vm_pgoff`
    }
}

fn write_locked_ok(mm: &MmWithUser, address: usize) {
    // SAFETY: `mm` is a reference.
    unsafe { bindings::mmap_write_lock(mm.as_raw()) };
    // SAFETY: The lock is held.
    let vma = unsafe { bindings::vma_lookup(mm.as_raw(), address) };
    if !vma.is_null() {
        // SAFETY: The lock is held for writing.
        unsafe { bindings::vm_flags_set(vma, bindings::VM_IO) };
    }
    // SAFETY: Locked above.
    unsafe { bindings::mmap_write_unlock(mm.as_raw()) };
}

fn new_vma_ok(vma: &VmaNew) {
    // SAFETY: mmap() holds the lock for writing.
    unsafe { bindings::vm_flags_set(vma.as_ptr(), bindings::VM_DONTCOPY) };
}
