// SPDX-License-Identifier: GPL-2.0

use crate::Unknown;
use kernel::{mm::Mm, prelude::*, types::ARef};

pub(crate) struct State {
    pub(crate) watch: Watch,
}

pub(crate) fn current_space(state: &State) -> ARef<Mm> {
    state.watch.space().into()
}
