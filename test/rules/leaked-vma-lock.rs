//! A locked VMA that is never unlocked.

fn early_return_bad(mm: &MmWithUser, address: usize) -> Result<usize> {
    // SAFETY: `mm` is a reference.
    let vma = unsafe { bindings::lock_vma_under_rcu(mm.as_raw(), address) };
    if vma.is_null() {
        return Err(ENOENT);
    }
    // SAFETY: The VMA is locked.
    let start = unsafe { (*vma).vm_start };
    if start > address {
        return Err(EINVAL); //~ ERROR leaked-vma-lock: returns with the VMA lock of `vma` held
    }
    // SAFETY: Locked above.
    unsafe { bindings::vma_end_read(vma) };
    Ok(start)
}

fn forgotten_bad(mm: &MmWithUser, address: usize) -> bool {
    match mm.lock_vma_under_rcu(address) {
        Some(guard) => {
            core::mem::forget(guard);
            true
        }
        None => false,
    }
} //~ ERROR leaked-vma-lock: held

fn guard_ok(mm: &MmWithUser, address: usize) -> Result<usize> {
    let vma = mm.lock_vma_under_rcu(address).ok_or(ENOENT)?;
    check(vma.start())?;
    Ok(vma.end())
}

fn handed_over_ok(mm: &MmWithUser, address: usize) -> Option<VmaReadGuard<'_>> {
    let guard = mm.lock_vma_under_rcu(address)?;
    if guard.start() > address {
        return None;
    }
    Some(guard)
}
