//! A forgotten guard never unlocks.

fn forgotten_bad(mm: &MmWithUser) {
    let guard = mm.mmap_read_lock();
    core::mem::forget(guard); //~ ERROR leaked-mmap-lock: mmap_lock stays held
}

fn dropped_ok(mm: &MmWithUser) {
    let guard = mm.mmap_read_lock();
    drop(guard);
}
