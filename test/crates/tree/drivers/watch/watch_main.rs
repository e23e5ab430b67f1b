// SPDX-License-Identifier: GPL-2.0

use kernel::{bindings, mm::MmWithUser, prelude::*};

mod state;
use state::{current_space, State};

fn look(state: &State) {
    let space = state.watch.space();
    let kept = current_space(state);
    if let Some(pinned) = state.watch.pin() {
        let guard = pinned.mmap_read_lock();
    }
    let slot = &state.watch.slot;
    let users = slot.users(&state.watch);
}

fn count(mm: &MmWithUser) -> usize {
    unsafe { Watch::count(mm.as_raw()) }
}

fn forget(raw: *mut bindings::mm_struct) {
    unsafe { kernel::watch::forget_space(raw) };
}
