//! A reference to `Mm` keeps the struct, not the address space.

fn method_bad(mm: &Mm) -> Option<usize> {
    let guard = mm.mmap_read_lock(); //~ ERROR lock-without-users: `mm_users` of `mm` may be zero here
    guard.vma_lookup(0).map(|vma| vma.start())
}

fn field_bad(work: &Work) -> Result<usize> {
    let guard = work.mm.mmap_read_lock(); //~ ERROR lock-without-users: `ARef<Mm>` keeps only the struct
    Ok(guard.vma_lookup(0).ok_or(ESRCH)?.start())
}

fn claim_bad(mm: &Mm) {
    // SAFETY: wrong, an `Mm` may have no users.
    let mm = unsafe { MmWithUser::from_raw(mm.as_raw()) }; //~ ERROR lock-without-users: claims that it is not
    walk(mm);
}

fn lookup_bad(mm: &Mm, address: usize) -> bool {
    // SAFETY: wrong, an `Mm` may have no users.
    let vma = unsafe { bindings::find_vma(mm.as_raw(), address) }; //~ ERROR lock-without-users: `find_vma()` needs it above zero: its type keeps only the struct
    !vma.is_null()
}

fn locked_bad(work: &Work, address: usize) -> bool {
    let raw = work.mm.as_raw();
    // SAFETY: `mm` is a reference.
    unsafe { bindings::mmap_read_lock(raw) }; //~ ERROR lock-without-users: `mm_users` of `raw` may be zero here, and `find_vma()` needs it above zero
    // SAFETY: The lock is held.
    let vma = unsafe { bindings::find_vma(raw, address) };
    // SAFETY: Locked above.
    unsafe { bindings::mmap_read_unlock(raw) };
    vma.is_null()
}

fn accounting_ok(work: &Work) {
    // SAFETY: `mm` is a reference, and locking needs only that.
    unsafe { bindings::mmap_read_lock(work.mm.as_raw()) };
    note(0);
    // SAFETY: Locked above.
    unsafe { bindings::mmap_read_unlock(work.mm.as_raw()) };
}

fn upgraded_ok(mm: &Mm) -> Option<usize> {
    let mm = mm.mmget_not_zero()?;
    let guard = mm.mmap_read_lock();
    guard.vma_lookup(0).map(|vma| vma.start())
}

fn borrowed_ok(mm: &MmWithUser) -> Option<usize> {
    mm.mmap_read_lock().vma_lookup(0).map(|vma| vma.end())
}

fn checked_ok(mm: &Mm) -> bool {
    // SAFETY: `mm` is a reference, so the struct is valid.
    if !unsafe { bindings::mmget_not_zero(mm.as_raw()) } {
        return false;
    }
    // SAFETY: The call above took users.
    let alive = unsafe { MmWithUser::from_raw(mm.as_raw()) };
    walk(alive);
    // SAFETY: As above.
    unsafe { bindings::mmput(mm.as_raw()) };
    true
}

struct Work {
    mm: ARef<Mm>,
}
