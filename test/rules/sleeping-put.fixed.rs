//! Drops that may run `exit_mmap()` where nothing may sleep.

fn explicit_bad(mm: ARef<MmWithUser>, state: &SpinLock<State>) {
    let guard = state.lock();
    drop(MmWithUser::into_mmput_async(mm));
    drop(guard);
}

fn end_of_scope_bad(mm: &Mm, state: &SpinLock<State>) {
    let guard = state.lock();
    let users = mm.mmget_not_zero();
    note(&guard, users.is_some());
}

fn early_return_bad(mm: &Mm, state: &SpinLock<State>) -> Result {
    let guard = state.lock();
    let users = mm.mmget_not_zero().ok_or(ESRCH)?;
    guard.check()?;
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

fn rcu_bad(mm: ARef<MmWithUser>) {
    let _rcu = rcu::read_lock();
    note(&mm, true);
    drop(MmWithUser::into_mmput_async(mm));
}

fn matched_bad(mm: &Mm, state: &SpinLock<State>) -> bool {
    let guard = state.lock();
    match mm.mmget_not_zero() {
        Some(users) => users.mmap_read_trylock().is_some(),
        None => guard.seen,
    }
}

fn raw_bad(mm: &MmWithUser, lock: *mut bindings::spinlock_t) {
    let users = ARef::from(mm);
    // SAFETY: The lock is valid.
    unsafe { bindings::spin_lock(lock) };
    drop(MmWithUser::into_mmput_async(users));
    // SAFETY: Locked above.
    unsafe { bindings::spin_unlock(lock) };
}

fn condition_ok(mm: &Mm, state: &SpinLock<State>) {
    if state.lock().seen {
        drop(mm.mmget_not_zero());
    }
}

fn moved_out_ok(mm: &Mm, state: &SpinLock<State>) -> Option<ARef<MmWithUser>> {
    let guard = state.lock();
    let users = mm.mmget_not_zero()?;
    note(&guard, true);
    Some(users)
}

/// # Safety
///
/// Reclaim calls it.
unsafe extern "C" fn scan_bad(shrink: *mut bindings::shrinker, _: *mut bindings::shrink_control) -> usize {
    // SAFETY: The shrinker is ours.
    let tracker = unsafe { &*shrink.cast::<Tracker>() };
    let Some(users) = tracker.mm.mmget_not_zero() else {
        return 0;
    };
    note(&users, true);
    0
}

/// # Safety
///
/// Called once.
unsafe fn register_ok(shrink: *mut bindings::shrinker) {
    // SAFETY: The shrinker is not registered yet.
    unsafe { (*shrink).scan_objects = Some(scan_bad) };
}

fn field_bad(session: Session, state: &SpinLock<State>) {
    let guard = state.lock();
    note(&guard, session.at);
    drop(session);
}

fn field_at_the_end_bad(mm: &Mm, state: &SpinLock<State>) -> Result {
    let users = mm.mmget_not_zero().ok_or(ESRCH)?;
    let guard = state.lock();
    let session = Session { users, at: 0 };
    note(&session, guard.seen);
    Ok(())
}

fn field_moved_out_ok(session: Session, state: &SpinLock<State>) {
    keep(session.users);
    let guard = state.lock();
    note(&guard, session.at);
}

fn field_taken_apart_ok(session: Session, state: &SpinLock<State>) {
    let Session { users, .. } = session;
    keep(users);
    let guard = state.lock();
    note(&guard, true);
}

fn field_looked_at_ok(session: &Session, state: &SpinLock<State>) {
    let Session { users, .. } = session;
    let guard = state.lock();
    note(&guard, users);
}

struct Session {
    users: ARef<MmWithUser>,
    at: usize,
}

struct Tracker {
    mm: ARef<Mm>,
}

struct State {
    seen: bool,
}
