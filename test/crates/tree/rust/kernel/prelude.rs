// SPDX-License-Identifier: GPL-2.0

pub use crate::watch::{
    slot::Slot as WatchSlot, // the short name is taken
    Watch,
};
