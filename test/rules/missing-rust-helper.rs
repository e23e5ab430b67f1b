// A static inline function of C is callable where rust/helpers has a helper for it.

fn downgrade_bad(mm: &MmWithUser) {
    // SAFETY: `mm` is a reference, and its mmap write lock is held.
    unsafe { bindings::mmap_write_downgrade(mm.as_raw()) }; //~ WARN missing-rust-helper: `mmap_write_downgrade()` is static inline
}

// The helper is in rust/helpers/mm.c.
fn lock_ok(mm: &MmWithUser) {
    // SAFETY: `mm` is a reference.
    unsafe { bindings::mmap_write_lock(mm.as_raw()) };
}

// mmput() is an ordinary symbol.
fn put_ok(mm: ARef<MmWithUser>) {
    let mm = ARef::into_raw(mm);
    // SAFETY: `ARef::into_raw` gave up the reference without dropping it.
    unsafe { bindings::mmput(mm.cast().as_ptr()) };
}
