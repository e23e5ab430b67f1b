//! The same program as pairs.c.

fn pin(mm: &Mm) -> Result {
    let mm = mm.mmget_not_zero().ok_or(ESRCH)?;
    let _guard = mm.mmap_read_lock();
    note(0);
    Ok(())
}

fn contains(mm: &MmWithUser, address: usize) -> bool {
    let guard = mm.mmap_read_lock();
    let vma = guard.vma_lookup(address);
    vma.is_some()
}
