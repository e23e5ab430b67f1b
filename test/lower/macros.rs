//! Macro arguments, the running task, raw pointers.

fn running() -> Option<ARef<MmWithUser>> {
    let mm = current!().mm()?;
    Some(ARef::from(mm))
}

fn asserted(mm: &MmWithUser) {
    assert!(mm.mmap_read_trylock().is_some());
    pr_info!("{}\n", mm.mmap_read_lock().vma_lookup(0).is_some());
}

fn diverges(mm: &MmWithUser) -> usize {
    match mm.lock_vma_under_rcu(0) {
        Some(vma) => vma.start(),
        None => unreachable!(),
    }
}

fn round_trip(mm: ARef<MmWithUser>) -> ARef<MmWithUser> {
    let raw = ARef::into_raw(mm);
    unsafe { ARef::from_raw(raw) }
}

fn raw_pointers(ptr: *mut bindings::mm_struct) -> bool {
    let mm = unsafe { &*ptr.cast::<MmWithUser>() };
    let vma = unsafe { bindings::find_vma(mm.as_raw(), 0) };
    !vma.is_null()
}
