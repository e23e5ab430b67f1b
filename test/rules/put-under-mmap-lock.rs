//! A users reference that is dropped before the guard of the same mm.

fn declared_later_bad(mm: &Mm) -> Option<usize> {
    let users = mm.mmget_not_zero()?;
    let raw = users.as_raw();
    // SAFETY: `users` keeps the address space.
    unsafe { bindings::mmap_read_lock(raw) };
    drop(users); //~ ERROR put-under-mmap-lock: `mmput()` with mmap_lock of `mm` held for reading
    // SAFETY: wrong, the lock may be gone with the mm.
    unsafe { bindings::mmap_read_unlock(raw) };
    None
}

fn end_of_block_bad(raw: *mut bindings::mm_struct) -> bool {
    // SAFETY: The caller keeps the struct.
    let mm = unsafe { Mm::from_raw(raw) };
    {
        let Some(users) = mm.mmget_not_zero() else {
            return false;
        };
        // SAFETY: `users` keeps the address space.
        unsafe { bindings::mmap_write_lock(users.as_raw()) };
    } //~ ERROR put-under-mmap-lock: held for writing
    // SAFETY: Locked above.
    unsafe { bindings::mmap_write_unlock(raw) };
    true
}

fn in_order_ok(mm: &Mm) -> Option<usize> {
    let users = mm.mmget_not_zero()?;
    let guard = users.mmap_read_lock();
    guard.vma_lookup(0).map(|vma| vma.start())
}

fn explicit_ok(mm: &Mm) -> Option<()> {
    let users = mm.mmget_not_zero()?;
    let guard = users.mmap_read_lock();
    drop(guard);
    drop(users);
    Some(())
}

fn of_another_ok(mm: &MmWithUser, other: ARef<MmWithUser>) {
    let guard = mm.mmap_read_lock();
    drop(other);
    drop(guard);
}

fn clone_ok(mm: ARef<MmWithUser>) {
    let guard = mm.mmap_read_lock();
    let second = ARef::clone(&mm);
    drop(second);
    drop(guard);
}
