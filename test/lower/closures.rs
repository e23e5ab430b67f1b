//! Closures run in place, or may run later.

fn mapped(mm: &Mm) -> Option<usize> {
    mm.mmget_not_zero().map(|users| users.mmap_read_lock().vma_lookup(0).map_or(0, |vma| vma.end()))
}

fn returns_from_itself(mm: &Mm) -> Result<usize> {
    let run = || -> Result<usize> {
        let users = mm.mmget_not_zero().ok_or(ESRCH)?;
        note(users);
        Ok(1)
    };
    run()
}

fn at_the_end(mm: &MmWithUser) -> Result {
    unsafe { bindings::mmap_read_lock(mm.as_raw()) };
    let _unlock = ScopeGuard::new(|| unsafe { bindings::mmap_read_unlock(mm.as_raw()) });
    check(0)?;
    Ok(())
}
