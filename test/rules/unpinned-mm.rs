//! A raw pointer to the mm of the running task, kept in an object and used later.

struct Tracker {
    mm: *mut bindings::mm_struct,
    pages: usize,
}

impl Tracker {
    fn open_bad(&mut self) {
        let Some(mm) = current!().mm() else { return };
        self.mm = mm.as_raw(); //~ WARN unpinned-mm: `Tracker.mm` keeps `mm` without a reference
        self.pages = 0;
    }

    fn look_ok(&self, address: usize) -> bool {
        // SAFETY: The object keeps a pointer.
        unsafe { bindings::mmap_read_lock(self.mm) };
        // SAFETY: The lock is held.
        let vma = unsafe { bindings::find_vma(self.mm, address) };
        // SAFETY: Locked above.
        unsafe { bindings::mmap_read_unlock(self.mm) };
        vma.is_null()
    }
}

struct Owner {
    mm: ARef<Mm>,
}

impl Owner {
    fn open_ok(&mut self) {
        let Some(mm) = current!().mm() else { return };
        self.mm = ARef::from(&**mm);
    }
}
