// SPDX-License-Identifier: GPL-2.0

//! Watches an address space. The call of C lacks its SAFETY comment.

use kernel::{bindings, mm::Mm, prelude::*};

/// Keeps the struct for somebody else.
fn keep(mm: &Mm) {
    unsafe { bindings::mmgrab(mm.as_raw()) };
}

/// The first address of the mapping that holds `address`.
fn first(mm: &Mm, address: usize) -> Result<usize> {
    let users = mm.mmget_not_zero().ok_or(ESRCH)?;
    let guard = users.mmap_read_lock();
    let vma = guard.vma_lookup(address).ok_or(EFAULT)?;
    Ok(vma.start())
}
