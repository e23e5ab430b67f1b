//! Guards that end in the statement that makes them.

fn wildcard_bad(mm: &MmWithUser) {
    let _ = mm.mmap_read_lock(); //~ ERROR discarded-guard: the `MmapReadGuard` is dropped at once
    account(mm);
}

fn statement_bad(mm: &ARef<MmWithUser>) {
    mm.mmap_read_lock(); //~ ERROR discarded-guard: `mmap_read_unlock()` runs in this statement
    account(mm);
}

fn trylock_bad(mm: &MmWithUser) {
    let _ = mm.mmap_read_trylock(); //~ ERROR discarded-guard: what follows is not locked
    account(mm);
}

fn one_vma_bad(mm: &MmWithUser, address: usize) {
    let _ = mm.lock_vma_under_rcu(address); //~ ERROR discarded-guard: `vma_end_read()` runs
    account(mm);
}

fn named_ok(mm: &MmWithUser) {
    let _guard = mm.mmap_read_lock();
    account(mm);
}

fn used_at_once_ok(mm: &MmWithUser, address: usize) -> bool {
    mm.mmap_read_lock().vma_lookup(address).is_some()
}

fn dropped_by_name_ok(mm: &MmWithUser) {
    let guard = mm.mmap_read_lock();
    account(mm);
    drop(guard);
}

fn place_ok(mm: &MmWithUser) {
    let guard = mm.mmap_read_lock();
    let _ = guard;
    account(mm);
}

fn taken_out_ok(mm: &MmWithUser) {
    let mut guard = Some(mm.mmap_read_lock());
    note(&guard);
    guard.take();
}

fn lock_ok(mm: &MmWithUser) -> Result<MmapReadGuard<'_>> {
    mm.mmap_read_trylock().ok_or(EBUSY)
}

fn result_bad(mm: &MmWithUser) {
    let _ = lock_ok(mm); //~ ERROR discarded-guard: the `MmapReadGuard` is dropped at once
    note(mm);
}

fn result_ok(mm: &MmWithUser) -> Result {
    let _guard = lock_ok(mm)?;
    note(mm);
    Ok(())
}
