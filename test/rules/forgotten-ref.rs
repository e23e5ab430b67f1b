//! References that leave the care of Rust and do not come back.

fn forget_bad(mm: ARef<MmWithUser>) {
    core::mem::forget(mm); //~ WARN forgotten-ref: nothing calls `mmput()`
}

fn discard_bad(mm: ARef<Mm>) {
    let _ = ARef::into_raw(mm); //~ WARN forgotten-ref: the reference of this `ARef<Mm>` is lost
}

fn never_read_bad(mm: ARef<MmWithUser>) {
    let _raw = ARef::into_raw(mm); //~ WARN forgotten-ref: after `ARef::into_raw()` nothing calls `mmput()`
}

fn suspended_bad(mm: &Mm) {
    let _kept = ManuallyDrop::new(ARef::from(mm)); //~ WARN forgotten-ref: nothing calls `mmdrop()`
}

fn handed_over_ok(mm: ARef<Mm>, slot: &Slot) {
    slot.store(ARef::into_raw(mm).as_ptr());
}

fn returned_ok(mm: ARef<Mm>) -> NonNull<Mm> {
    ARef::into_raw(mm)
}

fn taken_back_ok(mm: ARef<MmWithUser>) {
    let raw = ARef::into_raw(mm);
    // SAFETY: `into_raw` left the reference in `raw`.
    drop(unsafe { ARef::from_raw(raw) });
}

fn unwrapped_ok(mm: ARef<Mm>) -> ARef<Mm> {
    let kept = ManuallyDrop::new(mm);
    ManuallyDrop::into_inner(kept)
}
