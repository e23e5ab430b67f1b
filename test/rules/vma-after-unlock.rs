//! VMAs outlive the guard under which they were found only as raw pointers.

fn pointer_bad(mm: &MmWithUser, address: usize) -> usize {
    let guard = mm.mmap_read_lock();
    // SAFETY: The guard lives.
    let vma = unsafe { bindings::vma_lookup(mm.as_raw(), address) };
    drop(guard);
    if vma.is_null() {
        return 0;
    }
    // SAFETY: wrong, the VMA may be freed.
    unsafe { (*vma).vm_start } //~ ERROR vma-after-unlock: `vma` may be freed
}

fn reference_bad(mm: &MmWithUser, address: usize) -> Option<usize> {
    let vma = {
        let guard = mm.mmap_read_lock();
        guard.vma_lookup(address)?.as_ptr()
    };
    // SAFETY: wrong, the guard ended with its block.
    Some(unsafe { (*vma).vm_end }) //~ ERROR vma-after-unlock: `vma` may be freed
}

fn per_vma_bad(mm: &MmWithUser, address: usize) -> Option<usize> {
    let guard = mm.lock_vma_under_rcu(address)?;
    let raw = guard.as_ptr();
    drop(guard);
    // SAFETY: wrong, the lock is gone.
    Some(unsafe { (*raw).vm_end }) //~ ERROR vma-after-unlock: `raw` may be freed
}

fn guarded_ok(mm: &MmWithUser, address: usize) -> Option<usize> {
    let guard = mm.mmap_read_lock();
    let raw = guard.vma_lookup(address)?.as_ptr();
    // SAFETY: The guard lives.
    let end = unsafe { (*raw).vm_end };
    drop(guard);
    Some(end)
}

fn per_vma_ok(mm: &MmWithUser, address: usize) -> Option<usize> {
    let guard = mm.lock_vma_under_rcu(address)?;
    Some(guard.end() - guard.start())
}
