//! References on the mm of the running task, which `current!().mm()` lends.

fn upgraded_bad(address: usize) -> Option<usize> {
    let mm = Mm::mmgrab_current()?; //~ INFO redundant-ref: changes nothing
    let mm = mm.mmget_not_zero()?;
    let guard = mm.mmap_read_lock();
    guard.vma_lookup(address).map(|vma| vma.start())
}

fn cloned_bad(address: usize) -> Option<bool> {
    let mm = ARef::from(current!().mm()?); //~ INFO redundant-ref: the `mm_users` reference
    let found = mm.mmap_read_lock().vma_lookup(address).is_some();
    Some(found)
}

fn borrowed_ok(address: usize) -> Option<bool> {
    let mm = current!().mm()?;
    let found = mm.mmap_read_lock().vma_lookup(address).is_some();
    Some(found)
}

fn returned_ok() -> Option<ARef<MmWithUser>> {
    let mm = ARef::from(current!().mm()?);
    note(&mm);
    Some(mm)
}

fn stored_ok(tracker: &mut Tracker) -> Result {
    let mm = Mm::mmgrab_current().ok_or(EINVAL)?;
    check(0)?;
    tracker.mm = Some(mm);
    Ok(())
}

fn passed_ok() -> Option<()> {
    let mm = ARef::from(current!().mm()?);
    spawn(move || note(&mm));
    Some(())
}

struct Tracker {
    mm: Option<ARef<Mm>>,
}
