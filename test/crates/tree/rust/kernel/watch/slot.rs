// SPDX-License-Identifier: GPL-2.0

use super::Watch;
use crate::mm::MmWithUser;

pub struct Slot {
    pub number: usize,
}

impl Slot {
    pub fn users<'a>(&self, of: &'a Watch) -> Option<&'a MmWithUser> {
        None
    }
}
