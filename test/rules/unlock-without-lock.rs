//! mmap_lock released by hand where nobody holds it.

fn twice_bad(mm: &MmWithUser) {
    let guard = mm.mmap_read_lock();
    note(guard.vma_lookup(0).is_some());
    // SAFETY: wrong, the guard unlocks too.
    unsafe { bindings::mmap_read_unlock(mm.as_raw()) };
} //~ ERROR unlock-without-lock: mmap_lock of `mm` is not held here

fn raw_twice_bad(mm: &MmWithUser, early: bool) -> Result {
    // SAFETY: `mm` is a reference.
    unsafe { bindings::mmap_write_lock(mm.as_raw()) };
    if early {
        // SAFETY: Locked above.
        unsafe { bindings::mmap_write_unlock(mm.as_raw()) };
    }
    // SAFETY: wrong, it is unlocked already when `early`.
    unsafe { bindings::mmap_write_unlock(mm.as_raw()) }; //~ ERROR unlock-without-lock: `mmap_write_unlock()` has already released it
    Ok(())
}

fn tested_ok(mm: &MmWithUser) -> bool {
    // SAFETY: `mm` is a reference.
    if !unsafe { bindings::mmap_read_trylock(mm.as_raw()) } {
        return false;
    }
    // SAFETY: Locked above.
    unsafe { bindings::mmap_read_unlock(mm.as_raw()) };
    true
}

fn flag_ok(mm: &MmWithUser, wanted: bool) {
    if wanted {
        // SAFETY: `mm` is a reference.
        unsafe { bindings::mmap_read_lock(mm.as_raw()) };
    }
    note(wanted);
    if wanted {
        // SAFETY: Locked above.
        unsafe { bindings::mmap_read_unlock(mm.as_raw()) };
    }
}

fn forgotten_guard_ok(mm: &MmWithUser) {
    let guard = mm.mmap_read_lock();
    core::mem::forget(guard);
    // SAFETY: The guard did not unlock.
    unsafe { bindings::mmap_read_unlock(mm.as_raw()) };
}

/// # Safety
///
/// The caller holds the lock.
unsafe fn callers_lock_ok(mm: *mut bindings::mm_struct) {
    // SAFETY: The caller holds it.
    unsafe { bindings::mmap_read_unlock(mm) };
}

fn tried_under_a_guard_ok(mm: &MmWithUser, address: usize) -> usize {
    let outer = mm.mmap_read_lock();
    if let Some(inner) = mm.mmap_read_trylock() {
        note(&inner);
    }
    outer.vma_lookup(address).map_or(0, |vma| vma.start())
}

fn outlives_the_first_guard_ok(mm: &MmWithUser) {
    let outer = mm.mmap_read_lock();
    let inner = mm.mmap_read_trylock();
    drop(outer);
    note(inner);
}
