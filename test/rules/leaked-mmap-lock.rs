//! mmap_lock that a path keeps: a forgotten guard, or calls of C that do not match.

fn forgotten_bad(mm: &MmWithUser) {
    let guard = mm.mmap_read_lock();
    core::mem::forget(guard);
} //~ ERROR leaked-mmap-lock: returns with the mmap_lock of `mm` held for reading

fn never_dropped_bad(mm: &MmWithUser) {
    let _guard = ManuallyDrop::new(mm.mmap_read_lock());
    note(true);
} //~ ERROR leaked-mmap-lock: held for reading

fn early_return_bad(mm: &MmWithUser, address: usize) -> Result<usize> {
    // SAFETY: `mm` is a reference.
    unsafe { bindings::mmap_read_lock(mm.as_raw()) };
    if address == 0 {
        return Err(EINVAL); //~ ERROR leaked-mmap-lock: another path that returns an `Err` releases it
    }
    // SAFETY: The lock is held.
    let vma = NonNull::new(unsafe { bindings::find_vma(mm.as_raw(), address) });
    let found = vma.is_some();
    // SAFETY: Locked above.
    unsafe { bindings::mmap_read_unlock(mm.as_raw()) };
    if found { Ok(address) } else { Err(ENOENT) }
}

fn question_mark_bad(mm: &MmWithUser, address: usize) -> Result<usize> {
    // SAFETY: `mm` is a reference.
    unsafe { bindings::mmap_write_lock(mm.as_raw()) };
    let next = advance(address).ok_or(EINVAL)?; //~ ERROR leaked-mmap-lock: held for writing
    // SAFETY: Locked above.
    unsafe { bindings::mmap_write_unlock(mm.as_raw()) };
    check(next)?;
    Ok(next)
}

fn around_bad(mm: &MmWithUser) {
    fn inner_bad(mm: &MmWithUser) {
        let guard = mm.mmap_read_lock();
        core::mem::forget(guard);
    } //~ ERROR leaked-mmap-lock: held for reading

    let guard = mm.mmap_read_lock();
    drop(guard);
}

fn dropped_ok(mm: &MmWithUser) {
    let guard = mm.mmap_read_lock();
    drop(guard);
}

fn question_mark_ok(mm: &MmWithUser, address: usize) -> Result<usize> {
    let guard = mm.mmap_read_lock();
    let vma = guard.vma_lookup(address).ok_or(ENOENT)?;
    Ok(vma.start())
}

fn try_ok(mm: &MmWithUser) -> bool {
    let Some(guard) = mm.mmap_read_trylock() else {
        return false;
    };
    drop(guard);
    true
}

fn matched_ok(mm: &MmWithUser) -> usize {
    match mm.mmap_read_trylock() {
        Some(guard) => guard.vma_lookup(0).map_or(0, |vma| vma.start()),
        None => 0,
    }
}

fn later_ok(mm: &MmWithUser) -> usize {
    let guard;
    {
        guard = match mm.mmap_read_trylock() {
            Some(guard) => guard,
            None => return 0,
        };
    }
    let found = guard.vma_lookup(0).is_some();
    drop(guard);
    usize::from(found)
}

fn returned_ok(mm: &MmWithUser) -> MmapReadGuard<'_> {
    mm.mmap_read_lock()
}

fn wrapped_ok(mm: &MmWithUser) -> Locked<'_> {
    let guard = mm.mmap_read_lock();
    Locked { guard, pages: 0 }
}

fn passed_ok(mm: &MmWithUser) {
    consume_ok(mm.mmap_read_lock());
    elsewhere(mm.mmap_read_lock());
}

fn kept_ok(mm: &MmWithUser, out: &mut Option<MmapReadGuard<'_>>) -> usize {
    let cursor = Cursor::new(mm.mmap_read_lock());
    *out = Some(elsewhere(cursor));
    0
}

fn stored_ok<'a>(mm: &'a MmWithUser, out: &mut Option<MmapReadGuard<'a>>) {
    *out = Some(mm.mmap_read_lock());
}

fn given_away_ok(mm: &MmWithUser) -> Result {
    let guard = mm.mmap_read_lock();
    finish(guard)?;
    let _again = mm.mmap_read_lock();
    Ok(())
}

fn consume_ok(guard: MmapReadGuard<'_>) {
    note(guard.vma_lookup(0).is_some());
}

fn deferred_ok(mm: &MmWithUser) -> Result {
    // SAFETY: `mm` is a reference.
    unsafe { bindings::mmap_read_lock(mm.as_raw()) };
    // SAFETY: Locked above.
    let _unlock = ScopeGuard::new(|| unsafe { bindings::mmap_read_unlock(mm.as_raw()) });
    check(0)?;
    Ok(())
}

fn dismissed_ok(mm: &MmWithUser) -> Result {
    // SAFETY: `mm` is a reference.
    unsafe { bindings::mmap_read_lock(mm.as_raw()) };
    // SAFETY: Locked above.
    let unlock = ScopeGuard::new(|| unsafe { bindings::mmap_read_unlock(mm.as_raw()) });
    check(0)?;
    unlock.dismiss();
    // SAFETY: Locked above.
    unsafe { bindings::mmap_read_unlock(mm.as_raw()) };
    Ok(())
}

fn kept_in_loop_ok(mm: &MmWithUser) {
    for address in 0..4 {
        let Some(guard) = mm.mmap_read_trylock() else {
            continue;
        };
        if guard.vma_lookup(address).is_none() {
            break;
        }
    }
}

fn killable_ok(mm: &MmWithUser) -> Result {
    // SAFETY: `mm` is a reference.
    to_result(unsafe { bindings::mmap_write_lock_killable(mm.as_raw()) })?;
    // SAFETY: Locked above.
    unsafe { bindings::mmap_write_unlock(mm.as_raw()) };
    Ok(())
}

fn killable_bad(mm: &MmWithUser) -> Result {
    // SAFETY: `mm` is a reference.
    to_result(unsafe { bindings::mmap_write_lock_killable(mm.as_raw()) })?;
    check(1)?; //~ ERROR leaked-mmap-lock: held for writing
    // SAFETY: Locked above.
    unsafe { bindings::mmap_write_unlock(mm.as_raw()) };
    Ok(())
}

fn either_ok(mm: &MmWithUser, address: usize) -> Result<usize> {
    let vma_guard;
    let mmap_guard;
    let vma = if let Some(guard) = mm.lock_vma_under_rcu(address) {
        vma_guard = guard;
        &*vma_guard
    } else {
        mmap_guard = mm.mmap_read_lock();
        mmap_guard.vma_lookup(address).ok_or(ENOENT)?
    };
    Ok(vma.start())
}

struct Locked<'a> {
    guard: MmapReadGuard<'a>,
    pages: usize,
}
