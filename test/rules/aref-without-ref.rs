//! `ARef::from_raw()` takes over a reference: somebody must have taken it.

fn borrowed_bad(mm: &Mm) -> ARef<Mm> {
    // SAFETY: wrong, `mm` only borrows its reference.
    unsafe { ARef::from_raw(NonNull::from(mm)) } //~ ERROR aref-without-ref: adopts a reference that this path did not take
}

fn pointer_bad(mm: &MmWithUser) -> Option<ARef<MmWithUser>> {
    let raw = NonNull::new(mm.as_raw().cast())?;
    // SAFETY: wrong, nothing was incremented.
    Some(unsafe { ARef::from_raw(raw) }) //~ ERROR aref-without-ref: `ARef::from_raw()` adopts
}

fn twice_bad(mm: ARef<Mm>) -> (ARef<Mm>, ARef<Mm>) {
    let raw = ARef::into_raw(mm);
    // SAFETY: `into_raw` left one reference.
    let first = unsafe { ARef::from_raw(raw) };
    // SAFETY: wrong, `first` has it.
    let second = unsafe { ARef::from_raw(raw) }; //~ ERROR aref-without-ref: did not take
    (first, second)
}

fn counted_ok(mm: &Mm) -> ARef<Mm> {
    mm.inc_ref();
    // SAFETY: The increment above is handed over.
    unsafe { ARef::from_raw(NonNull::from(mm)) }
}

fn grabbed_ok(mm: &Mm) -> ARef<Mm> {
    // SAFETY: `mm` is a reference, so the struct is valid.
    unsafe { bindings::mmgrab(mm.as_raw()) };
    // SAFETY: The increment above is handed over.
    unsafe { ARef::from_raw(NonNull::new_unchecked(mm.as_raw().cast())) }
}

fn one_of_two_arms_ok(mm: ARef<Mm>, left: bool) -> ARef<Mm> {
    let raw = ARef::into_raw(mm);
    if left {
        // SAFETY: `into_raw` left the reference in `raw`.
        unsafe { ARef::from_raw(raw) }
    } else {
        // SAFETY: As above; only one arm runs.
        unsafe { ARef::from_raw(raw) }
    }
}

fn early_return_ok(mm: ARef<Mm>, left: bool) -> ARef<Mm> {
    let raw = ARef::into_raw(mm);
    if left {
        // SAFETY: `into_raw` left the reference in `raw`.
        return unsafe { ARef::from_raw(raw) };
    }
    // SAFETY: As above; the other path has returned.
    unsafe { ARef::from_raw(raw) }
}

/// # Safety
///
/// The caller hands over one reference on `raw`.
unsafe fn promised_ok(raw: NonNull<Mm>) -> ARef<Mm> {
    // SAFETY: By the contract of this function.
    unsafe { ARef::from_raw(raw) }
}
