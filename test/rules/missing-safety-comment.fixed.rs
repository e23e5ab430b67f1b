// What unsafe code relies on is written above it.

/// # Invariants
///
/// The mmap read lock is held.
#[repr(transparent)]
pub struct Area {
    vma: Opaque<bindings::vm_area_struct>,
}

impl Area {
    pub fn as_ptr(&self) -> *mut bindings::vm_area_struct {
        self.vma.get()
    }
}

// The fix says what the type of the parameter shows.
fn grab_bad(mm: &Mm) {
    // SAFETY: `mm` is a reference, so `mm.as_raw()` is a valid `mm_struct` pointer.
    unsafe { bindings::mmgrab(mm.as_raw()) };
}

fn grab_ok(mm: &Mm) {
    // SAFETY: `mm` is a reference, so the pointer is valid.
    unsafe { bindings::mmgrab(mm.as_raw()) };
}

// A tested result needs no other comment: the fix finds the test.
fn find_bad(guard: &MmapReadGuard<'_>, addr: usize) -> usize {
    // SAFETY: The guard holds the mmap read lock.
    let vma = unsafe { bindings::vma_lookup(guard.as_raw(), addr) };
    if vma.is_null() {
        return 0;
    }
    // SAFETY: `vma` is not null, as checked above, so `vma_lookup` returned a valid vma. TODO: show
    // that the requirements of `is_vma` are met.
    unsafe { bindings::is_vma(vma) }
}

// What nothing here shows is left to its author.
fn drop_bad(mm: *mut bindings::mm_struct) {
    // SAFETY: TODO: show that the reference count of `mm` was incremented and that increment is
    // given up here. TODO: show that `mm` points at a valid `mm_struct`.
    unsafe { bindings::mmdrop(mm) };
}

// Above the statement, above an attribute and inside the braces are good places.
fn places_ok(mm: &Mm, list: &[u8]) -> Option<u8> {
    // SAFETY: The list is not empty.
    let first =
        list.first().map(|_| unsafe { *list.get_unchecked(0) });
    // SAFETY: `mm` is a reference.
    #[cfg(CONFIG_MMU)]
    unsafe {
        bindings::mmgrab(mm.as_raw());
    }
    unsafe {
        // SAFETY: The reference was taken above.
        bindings::mmdrop(mm.as_raw());
    }
    match first {
        // SAFETY: As above.
        Some(0) => unsafe { bindings::mmdrop(mm.as_raw()) },
        _ => {}
    }
    first
}

// Code in the arguments of macros is looked at, too.
fn macro_bad(slot: &Slot) {
    try_pin_init!(Slot {
        inner <- Opaque::ffi_init(|slot: *mut u8| {
            // SAFETY: TODO: show that `slot` points at a valid value. TODO: show that nobody else
            // accesses what `slot` points at.
            unsafe { slot.write(0) };
        }),
    });
}

// An implementation of an unsafe trait is a promise.
struct Handle(Opaque<bindings::mm_struct>);
// SAFETY: TODO: show that values of `Handle` may be moved to another thread and dropped there (made
// of `Opaque<bindings::mm_struct>`).
unsafe impl Send for Handle {}
