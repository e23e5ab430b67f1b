//! A raw pointer outlives the reference that it was made of.

fn dropped_bad(mm: ARef<MmWithUser>) {
    let raw = mm.as_raw();
    drop(mm);
    // SAFETY: wrong, the reference is gone.
    unsafe { bindings::mmap_read_lock(raw) }; //~ ERROR use-after-put: the only reference that this path held on `raw` is gone
    // SAFETY: Locked above.
    unsafe { bindings::mmap_read_unlock(raw) };
}

fn upgraded_ok(mm: &Mm) -> Option<()> {
    let users = mm.mmget_not_zero()?;
    walk(&users);
    drop(users);
    Some(())
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

fn taken_bad(task: *mut bindings::task_struct) -> Option<bool> {
    // SAFETY: `task` is valid.
    let raw = NonNull::new(unsafe { bindings::get_task_mm(task) })?;
    // SAFETY: `get_task_mm` took the reference.
    let mm: ARef<MmWithUser> = unsafe { ARef::from_raw(raw.cast()) };
    drop(mm);
    // SAFETY: wrong, the reference is gone.
    unsafe { bindings::mmap_read_lock(raw.as_ptr()) }; //~ ERROR use-after-put: the only reference that this path held on `raw` is gone
    // SAFETY: Locked above.
    unsafe { bindings::mmap_read_unlock(raw.as_ptr()) };
    Some(true)
}

fn second_reference_ok(mm: ARef<MmWithUser>) {
    let raw = mm.as_raw();
    let second = mm.clone();
    drop(mm);
    // SAFETY: `second` lives.
    unsafe { bindings::mmap_read_lock(raw) };
    // SAFETY: Locked above.
    unsafe { bindings::mmap_read_unlock(raw) };
    drop(second);
}
