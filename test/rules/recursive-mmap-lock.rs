//! mmap_lock that is taken again while a guard of it lives.

fn two_guards_bad(mm: &MmWithUser) -> bool {
    let outer = mm.mmap_read_lock();
    let inner = mm.mmap_read_lock(); //~ ERROR recursive-mmap-lock: mmap_lock of `mm` is already held for reading
    outer.vma_lookup(0).is_some() && inner.vma_lookup(1).is_some()
}

fn binding_bad(mm: &MmWithUser) {
    let _guard = mm.mmap_read_lock();
    // SAFETY: `mm` is a reference.
    unsafe { bindings::mmap_write_lock(mm.as_raw()) }; //~ ERROR recursive-mmap-lock: is already held for reading
    // SAFETY: Locked above.
    unsafe { bindings::mmap_write_unlock(mm.as_raw()) };
}

fn temporary_ok(mm: &MmWithUser) -> bool {
    let first = mm.mmap_read_lock().vma_lookup(0).is_some();
    let second = mm.mmap_read_lock().vma_lookup(1).is_some();
    first && second
}

fn condition_ok(mm: &MmWithUser) -> bool {
    if mm.mmap_read_lock().vma_lookup(0).is_some() {
        let _guard = mm.mmap_read_lock();
    }
    mm.mmap_read_lock().vma_lookup(1).is_some() || mm.mmap_read_lock().vma_lookup(2).is_some()
}

fn block_ok(mm: &MmWithUser) {
    {
        let _guard = mm.mmap_read_lock();
    }
    let _guard = mm.mmap_read_lock();
}

fn shadowed_bad(mm: &MmWithUser) {
    let guard = mm.mmap_read_lock();
    // The first guard lives on: only its name is hidden.
    let guard = (mm.mmap_read_lock(), guard); //~ ERROR recursive-mmap-lock: is already held
    note(guard);
}

fn of_another_ok(mm: &MmWithUser, other: &MmWithUser) {
    let _guard = mm.mmap_read_lock();
    let _other = other.mmap_read_lock();
}

fn given_guard_bad(guard: &MmapReadGuard<'_>, vma: &VmaNew) -> bool {
    let again = vma.mm().mmap_read_lock(); //~ ERROR recursive-mmap-lock: is already held for writing
    guard.vma_lookup(0).is_some() && again.vma_lookup(0).is_some()
}

fn given_other_ok(guard: &MmapReadGuard<'_>, mm: &MmWithUser) -> bool {
    let other = mm.mmap_read_lock();
    guard.vma_lookup(0).is_some() && other.vma_lookup(0).is_some()
}

struct Writer<'a> {
    mm: &'a MmWithUser,
}

impl Drop for Writer<'_> {
    fn drop(&mut self) {
        // SAFETY: `lock_ok` took the lock.
        unsafe { bindings::mmap_write_unlock(self.mm.as_raw()) };
    }
}

fn lock_ok(mm: &MmWithUser) -> Writer<'_> {
    // SAFETY: `mm` is a reference.
    unsafe { bindings::mmap_write_lock(mm.as_raw()) };
    Writer { mm }
}

fn own_guard_bad(mm: &MmWithUser) {
    let first = lock_ok(mm);
    let second = lock_ok(mm); //~ ERROR recursive-mmap-lock: takes mmap_lock of `mm`, which is held for writing
    note(&first, &second);
}

fn own_guard_ok(mm: &MmWithUser) -> Result {
    drop(lock_ok(mm));
    let again = lock_ok(mm);
    check(&again)?;
    Ok(())
}

struct Held<'a> {
    guard: MmapReadGuard<'a>,
    at: usize,
}

fn in_field_bad(mm: &MmWithUser) {
    let held = Held { guard: mm.mmap_read_lock(), at: 0 };
    note(&held);
    let _again = mm.mmap_read_lock(); //~ ERROR recursive-mmap-lock: already held for reading
}

fn field_dropped_ok(mm: &MmWithUser) {
    let held = Held { guard: mm.mmap_read_lock(), at: 0 };
    note(&held);
    drop(held);
    let _again = mm.mmap_read_lock();
}

fn field_of_inner_block_ok(mm: &MmWithUser) {
    {
        let held = Held { guard: mm.mmap_read_lock(), at: 0 };
        note(&held);
    }
    let _again = mm.mmap_read_lock();
}
