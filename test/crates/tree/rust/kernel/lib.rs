// SPDX-License-Identifier: GPL-2.0

pub mod mm;
pub mod prelude;
pub mod watch;
