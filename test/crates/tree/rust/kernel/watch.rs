// SPDX-License-Identifier: GPL-2.0

use crate::{
    bindings,
    mm::{Mm, MmWithUser},
    types::ARef,
};

pub mod slot;

/// Looks at one address space.
pub struct Watch {
    pub space: ARef<Mm>,
    pub slot: slot::Slot,
}

impl Watch {
    pub fn space(&self) -> &Mm {
        // A brace in a comment is none: {
        &self.space
    }

    pub fn pin(&self) -> Option<ARef<MmWithUser>> {
        self.space.mmget_not_zero()
    }

    /// Counts what is mapped.
    ///
    /// # Safety
    ///
    /// - `ptr` must point at a valid `mm_struct`.
    /// - `mm_users` of it must be non-zero.
    /// - No fork may be going on.
    pub unsafe fn count(ptr: *mut bindings::mm_struct) -> usize {
        unsafe { (*ptr).map_count as usize }
    }
}

/// # Safety
///
/// Callers must ensure that `ptr` points at a valid `mm_struct`.
pub unsafe fn forget_space(ptr: *mut bindings::mm_struct) {
    let _ = ptr;
}
