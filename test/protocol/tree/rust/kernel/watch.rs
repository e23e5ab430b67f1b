// SPDX-License-Identifier: GPL-2.0

//! Watches an address space.

fn grab(mm: &Mm) {
    // SAFETY: `mm` is a reference, so the pointer is valid and `mm_count` is above 0.
    unsafe { bindings::mmgrab(mm.as_raw()) };
}

fn probe(mm: &Mm, address: usize) -> Result<usize> {
    let users = mm.mmget_not_zero().ok_or(ESRCH)?;
    let guard = users.mmap_read_lock();
    let vma = guard.vma_lookup(address).ok_or(EFAULT)?;
    Ok(vma.start())
}
