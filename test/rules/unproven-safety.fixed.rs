// A SAFETY comment may not rest on what the file does not bear out.

/// A handle.
///
/// # Invariants
///
/// The pointer refers to a valid `mm_struct`.
#[repr(transparent)]
struct Handle(Opaque<bindings::mm_struct>);

struct Plain {
    mm: *mut bindings::mm_struct,
}

// A reference on `mm_count` keeps the struct, not the address space.
fn borrow_bad<'a>(mm: *const bindings::mm_struct) -> &'a MmWithUser {
    // SAFETY: We hold an mmgrab refcount, so the pointer is valid. TODO: show that `mm_users` of
    // `mm` is above zero here.
    unsafe { MmWithUser::from_raw(mm) }
}

fn borrow_ok<'a>(mm: &'a MmWithUser) -> &'a MmWithUser {
    // SAFETY: `mm_users` of a `MmWithUser` is above zero.
    unsafe { MmWithUser::from_raw(mm.as_raw()) }
}

// For the struct itself, the count is enough.
fn count_ok<'a>(mm: &'a Mm) -> &'a Mm {
    // SAFETY: We hold an mmgrab refcount.
    unsafe { Mm::from_raw(mm.as_raw()) }
}

// There is no `self` here.
fn grab_bad(mm: *mut bindings::mm_struct) {
    // SAFETY: `self` is a reference, so the pointer is valid.
    unsafe { bindings::mmgrab(mm) };
}

// A safe function asks nothing of its callers.
fn promise_bad(mm: *mut bindings::mm_struct) {
    // SAFETY: By the safety requirements of this function, `mm` is valid.
    unsafe { bindings::mmgrab(mm) };
}

/// # Safety
///
/// `mm` must be valid.
unsafe fn promise_ok(mm: *mut bindings::mm_struct) {
    // SAFETY: By the safety requirements of this function, `mm` is valid.
    unsafe { bindings::mmgrab(mm) };
}

impl Plain {
    fn grab(&self) {
        // SAFETY: By the type invariants, the pointer is valid.
        unsafe { bindings::mmgrab(self.mm) };
    }
}

impl Handle {
    fn grab(&self) {
        // SAFETY: By the type invariants, the pointer is valid.
        unsafe { bindings::mmgrab(self.0.get()) };
    }
}

/// # Safety
///
/// `mm` must be valid.
unsafe fn wrap_bad<'a>(mm: *mut bindings::mm_struct) -> &'a Plain {
    // SAFETY: The caller ensures that `mm` is valid, and the layout is that of repr(transparent).
    unsafe { &*mm.cast() }
}

/// # Safety
///
/// `mm` must be valid.
unsafe fn wrap_ok<'a>(mm: *mut bindings::mm_struct) -> &'a Handle {
    // SAFETY: The caller ensures that `mm` is valid, and the layout is that of repr(transparent).
    unsafe { &*mm.cast() }
}
