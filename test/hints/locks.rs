//! Guards: the lock that each keeps, and where it ends. Each hint stands as a comment.

fn scope(mm: &Mm, address: usize) -> Result<usize> {
    let mm = mm.mmget_not_zero()/*: +1 mm_users if Some (mmget_not_zero) */.ok_or(ESRCH)?;
    let guard = mm.mmap_read_lock()/*: mmap_lock: read */;
    let vma = guard.vma_lookup(address).ok_or(EFAULT)?/*: on failure: mmap_read_unlock(mm); mmput(mm), may sleep */;
    Ok(vma.start())
}/*: mmap_read_unlock(mm); mmput(mm), may sleep */

fn explicit(mm: &MmWithUser) {
    let guard = mm.mmap_read_lock()/*: mmap_lock: read */;
    drop(guard)/*: mmap_read_unlock(mm) */;
}

fn temporary(mm: &MmWithUser, address: usize) -> bool {
    mm.mmap_read_lock()/*: mmap_lock: read until the statement ends */.vma_lookup(address).is_some()
}

fn thrown_away(mm: &MmWithUser) {
    let _ = mm.mmap_read_lock()/*: mmap_lock: read */;/*: mmap_read_unlock(mm) */
}

fn one_vma(mm: &MmWithUser, address: usize) {
    if let Some(vma) = mm.lock_vma_under_rcu(address)/*: VMA lock: read if Some */ {
        note(vma.start());
    }/*: vma_end_read(vma) */
}

fn tried(mm: &MmWithUser) {
    let guard = mm.mmap_read_trylock()/*: mmap_lock: read if Some */;
    note(guard.is_some());
}/*: mmap_read_unlock(mm) if Some */

fn in_closure(mm: &MmWithUser, list: &List) {
    let guard = mm.mmap_read_lock()/*: mmap_lock: read */;
    list.visit(|entry| {
        entry.check()?;
        Ok(())
    });
    note(&guard);
}/*: mmap_read_unlock(mm) */

fn by_pointer(mm: *mut bindings::mm_struct) {
    // SAFETY: The caller owns a reference.
    unsafe { bindings::mmput(mm) };
}
