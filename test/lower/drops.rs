//! What Rust leaves implicit: drops at the end of scopes and statements, moves, and what guards release.

fn guard_to_the_end(mm: &MmWithUser) {
    let _guard = mm.mmap_read_lock();
    note(0);
}

fn temporary(mm: &MmWithUser, address: usize) -> bool {
    mm.mmap_read_lock().vma_lookup(address).is_some()
}

fn not_kept(mm: &MmWithUser) {
    let _ = mm.mmap_read_lock();
    note(0);
}

fn reverse_order(mm: &Mm) -> Option<()> {
    let users = mm.mmget_not_zero()?;
    let guard = users.mmap_read_lock();
    note(1);
    drop(guard);
    Some(())
}

fn moved_on_one_path(mm: ARef<MmWithUser>, early: bool) {
    if early {
        drop(mm);
        return;
    }
    note(2);
}

fn forgotten(mm: ARef<MmWithUser>) {
    core::mem::forget(mm);
}

fn deferred(mm: &MmWithUser) -> usize {
    let guard;
    guard = mm.mmap_read_lock();
    guard.vma_lookup(0).map_or(0, |vma| vma.start())
}

struct Watch {
    mm: ARef<Mm>,
    users: Option<ARef<MmWithUser>>,
}

struct Session {
    watch: Watch,
    at: usize,
}

impl Drop for Session {
    fn drop(&mut self) {
        note(self.at);
    }
}

fn fields_behind_own_drop(session: Session) {
    note(3);
}

fn field_moved_out(watch: Watch) {
    keep(watch.mm);
}

fn taken_apart(watch: Watch) {
    let Watch { users, .. } = watch;
    keep(users);
}

fn looked_at(watch: &Watch) {
    let Watch { mm, .. } = watch;
    note(mm);
}

fn tuple_moved_in_part(pair: (ARef<MmWithUser>, ARef<Mm>)) {
    let (_, mm) = pair;
    keep(mm);
}

fn tuple_of_its_own(mm: &Mm) {
    let pair = (ARef::from(mm), 4);
    note(pair.1);
}

fn rest_of_a_value() {
    let Watch { users, .. } = make_watch();
    keep(users);
}

fn rest_of_a_tuple() -> usize {
    let (.., at) = make_pair();
    at
}

fn make_watch() -> Watch {
    make()
}

fn make_pair() -> (ARef<MmWithUser>, usize) {
    make()
}
