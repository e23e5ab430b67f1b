//! mmget() on what only keeps the struct.

fn raw_bad(mm: &Mm) {
    // SAFETY: wrong, there may be no users.
    unsafe { bindings::mmget(mm.as_raw()) }; //~ ERROR mmget-on-dead-mm: `mmget()` needs `mm_users` of `mm` above zero
    walk(mm);
    // SAFETY: Taken above.
    unsafe { bindings::mmput(mm.as_raw()) };
}

fn field_bad(work: &Work) -> ARef<MmWithUser> {
    // SAFETY: wrong, the work item keeps only the struct.
    unsafe { bindings::mmget(work.mm.as_raw()) }; //~ ERROR mmget-on-dead-mm: its type keeps only the struct
    // SAFETY: Taken above.
    unsafe { ARef::from_raw(NonNull::new_unchecked(work.mm.as_raw()).cast()) }
}

fn asked_ok(work: &Work) -> Option<ARef<MmWithUser>> {
    work.mm.mmget_not_zero()
}

fn user_ok(mm: &MmWithUser) -> ARef<MmWithUser> {
    ARef::from(mm)
}

struct Work {
    mm: ARef<Mm>,
}
