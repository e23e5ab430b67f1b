//! A raw pointer outlives the reference that it was made of.

fn dropped_bad(mm: ARef<MmWithUser>) {
    let raw = mm.as_raw();
    drop(mm);
    // SAFETY: wrong, the reference is gone.
    unsafe { bindings::mmap_read_lock(raw) }; //~ ERROR use-after-put: this pointer is of `mm`, the reference of which is dropped already
    // SAFETY: wrong, the reference is gone.
    unsafe { bindings::mmap_read_unlock(raw) }; //~ ERROR use-after-put: is dropped already
}

fn dropped_last_ok(mm: ARef<MmWithUser>) {
    let raw = mm.as_raw();
    // SAFETY: `mm` lives.
    unsafe { bindings::mmap_read_lock(raw) };
    // SAFETY: Locked above.
    unsafe { bindings::mmap_read_unlock(raw) };
    drop(mm);
}

fn early_return_ok(mm: ARef<MmWithUser>, early: bool) {
    let raw = mm.as_raw();
    if early {
        drop(mm);
        return;
    }
    // SAFETY: `mm` lives on this path.
    unsafe { bindings::mmap_assert_locked(raw) };
}

fn other_arm_ok(mm: ARef<MmWithUser>, early: bool) {
    let raw = mm.as_raw();
    if early {
        drop(mm);
    } else {
        // SAFETY: `mm` lives in this arm.
        unsafe { bindings::mmap_assert_locked(raw) };
    }
}
