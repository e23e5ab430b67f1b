// Whoever makes a value of a type with invariants says why they hold.

/// A guard.
///
/// # Invariants
///
/// The guard owns the mmap read lock.
struct ReadGuard<'a> {
    mm: &'a MmWithUser,
}

fn lock_bad(mm: &MmWithUser) -> ReadGuard<'_> {
    // SAFETY: `mm` is a reference, so the pointer is valid.
    unsafe { bindings::mmap_read_lock(mm.as_raw()) };
    // INVARIANT: `mmap_read_lock` has just taken the mmap read lock, which the new value owns.
    ReadGuard { mm }
}

fn lock_ok(mm: &MmWithUser) -> ReadGuard<'_> {
    // SAFETY: `mm` is a reference, so the pointer is valid.
    unsafe { bindings::mmap_read_lock(mm.as_raw()) };
    // INVARIANT: The lock was just taken.
    ReadGuard { mm }
}

// Nothing here shows that the lock is held.
fn pretend_bad(mm: &MmWithUser) -> Option<ReadGuard<'_>> {
    // INVARIANT: TODO: show that the guard owns the mmap read lock.
    Some(ReadGuard { mm })
}
