//! Drops that may run `exit_mmap()` where nothing may sleep.

fn explicit_bad(mm: ARef<MmWithUser>, state: &SpinLock<State>) {
    let guard = state.lock();
    drop(mm); //~ ERROR sleeping-put: `mm` is dropped here by `mmput()`, which sleeps, while `guard` holds a spinlock
    drop(guard);
}

fn end_of_scope_bad(mm: &Mm, state: &SpinLock<State>) {
    let guard = state.lock();
    let users = mm.mmget_not_zero();
    note(&guard, users.is_some());
} //~ ERROR sleeping-put: `users` is dropped here by `mmput()`

fn early_return_bad(mm: &Mm, state: &SpinLock<State>) -> Result {
    let guard = state.lock();
    let users = mm.mmget_not_zero().ok_or(ESRCH)?;
    guard.check()?; //~ ERROR sleeping-put: `users` is dropped here
    drop(guard);
    drop(users);
    Ok(())
}

fn asynchronous_ok(mm: ARef<MmWithUser>, state: &SpinLock<State>) {
    let mm = MmWithUser::into_mmput_async(mm);
    let guard = state.lock();
    drop(mm);
    drop(guard);
}

fn unlocked_first_ok(mm: ARef<MmWithUser>, state: &SpinLock<State>) {
    let guard = state.lock();
    note(&guard, true);
    drop(guard);
    drop(mm);
}

fn locked_last_ok(mm: ARef<MmWithUser>, state: &SpinLock<State>) {
    let guard = state.lock();
    note(&guard, true);
}

fn mutex_ok(mm: ARef<MmWithUser>, state: &Mutex<State>) {
    let guard = state.lock();
    drop(mm);
    drop(guard);
}

struct State {
    seen: bool,
}
