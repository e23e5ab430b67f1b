//! References: what takes one, what takes one over, and what releases it. Each hint stands as a comment.

struct Watch {
    mm: ARef<Mm>,
}

impl Watch {
    fn new(mm: &Mm) -> Self {
        Self { mm: ARef::from(mm)/*: +1 mm_count (mmgrab) */ }
    }

    fn share(&self) -> ARef<Mm> {
        self.mm.clone()/*: +1 mm_count (mmgrab) */
    }

    fn check(&self) -> Result {
        let users = self.mm.mmget_not_zero()/*: +1 mm_users if Some (mmget_not_zero) */.ok_or(ESRCH)?;
        probe(&users)?/*: on failure: mmput(users), may sleep */;
        if done() {
            return Ok(())/*: mmput(users), may sleep */;
        }
        probe(&users)
    }/*: mmput(users), may sleep */
}

fn into_reference(mm: &MmWithUser) {
    let users: ARef<MmWithUser> = mm.into()/*: +1 mm_users (mmget) */;
    note(&users);
}/*: mmput(users), may sleep */

/// # Safety
///
/// `raw` carries an `mm_count` reference, which the callee takes over.
unsafe fn adopted(raw: NonNull<Mm>) {
    // SAFETY: The caller hands over its reference.
    let mm = unsafe { ARef::from_raw(raw)/*: adopts +1 mm_count */ };
    note(&mm);
}/*: mmdrop(mm) */

fn put_elsewhere(mm: ARef<MmWithUser>) {
    let mm = MmWithUser::into_mmput_async(mm);
    note(&mm);
}/*: mmput_async(mm) */

fn moved_away(mm: ARef<Mm>, users: ARef<MmWithUser>) -> Watch {
    let pair = (users, 1);
    keep(pair);
    Watch { mm }
}

fn into_closure(mm: ARef<Mm>, queue: &Queue) {
    queue.push(move || note(&mm));
}

fn optional(mm: &Mm) {
    let users = mm.mmget_not_zero()/*: +1 mm_users if Some (mmget_not_zero) */;
    note(users.is_some());
}/*: mmput(users) if Some, may sleep */

fn matched(mm: &Mm) {
    if let Some(users) = mm.mmget_not_zero()/*: +1 mm_users if Some (mmget_not_zero) */ {
        note(&users);
    }/*: mmput(users), may sleep */ else {
        return;
    }
}

fn thrown_away(mm: ARef<Mm>) {
    drop(mm)/*: mmdrop(mm) */;
}

fn forgotten(mm: ARef<Mm>) {
    core::mem::forget(mm);
}

struct Pinned {
    lock: Guard<'static, (), MutexBackend>,
    users: ARef<MmWithUser>,
    mm: Option<ARef<Mm>>,
    at: usize,
}

fn fields(mm: &Mm, users: &MmWithUser) {
    let watch = Watch { mm: ARef::from(mm)/*: +1 mm_count (mmgrab) */ };
    let pinned = Pinned::of(users);
    note(&watch, &pinned);
}/*: mmput(pinned.users), may sleep; mmdrop(pinned.mm) if Some; mmdrop(watch.mm) */

impl Pinned {
    fn of(users: &MmWithUser) -> Pinned {
        make(users)
    }

    fn into_users(self) -> ARef<MmWithUser> {
        note(self.at);
        self.users
    }/*: mmdrop(self.mm) if Some */

    fn all_of_it(self) {
        let Pinned { users, .. } = self;
        note(users);
    }/*: mmdrop(self.mm) if Some */

    fn looked_at(&self) {
        let Pinned { users, .. } = self;
        note(users);
    }
}

fn boxed(watch: KBox<Watch>, other: Option<Watch>) {
    probe(&watch)?/*: on failure: mmdrop(other.mm) if Some; mmdrop(watch.mm) */;
    note(&other);
}/*: mmdrop(other.mm) if Some; mmdrop(watch.mm) */

struct Session {
    watch: Watch,
    raw: NonNull<Mm>,
}

impl Drop for Session {
    fn drop(&mut self) {
        note(self.raw);
    }
}

fn own_drop_first(session: Session) {
    note(&session);
}/*: Session::drop(session); mmdrop(session.watch.mm) */

fn temporaries(mm: &Mm) {
    ARef::from(mm)/*: +1 mm_count (mmgrab) */.as_raw();/*: mmdrop(…) */
    let raw = ARef::from(mm)/*: +1 mm_count (mmgrab) */.as_raw();/*: mmdrop(…) */
    note(&ARef::from(mm)/*: +1 mm_count (mmgrab) */, raw);/*: mmdrop(…) */
    let kept = &ARef::from(mm)/*: +1 mm_count (mmgrab) */;
    ARef::from(mm)/*: +1 mm_count (mmgrab) */.clone()/*: +1 mm_count (mmgrab) */;/*: mmdrop(…); mmdrop(…) */
}

fn given_away(watch: Watch, session: Session) {
    keep(watch.mm);
    queue(session);
}

type Users = ARef<MmWithUser>;
type Slot<T = Users> = Option<T>;

struct Aliased {
    first: Slot,
    second: Slot<ARef<Mm>>,
}

fn aliases(aliased: Aliased, users: Users) {
    let users: Slot = Some(users);
    note(&aliased, &users);
}/*: mmput(users) if Some, may sleep; mmput(aliased.first) if Some, may sleep; mmdrop(aliased.second) if Some */

fn temporaries_on_failure(mm: &Mm, at: usize) -> Result {
    mm.mmget_not_zero()/*: +1 mm_users if Some (mmget_not_zero) */.ok_or(ESRCH)?.mmap_read_lock()/*: mmap_lock: read until the statement ends */.vma_lookup(at).ok_or(EFAULT)?/*: on failure: mmap_read_unlock(…); mmput(…), may sleep */;/*: mmap_read_unlock(…); mmput(…), may sleep */
    probe(&ARef::from(mm)/*: +1 mm_count (mmgrab) */)?/*: on failure: mmdrop(…) */;/*: mmdrop(…) */
    Ok(())
}

fn made() -> (ARef<MmWithUser>, Watch) {
    make()
}

fn taken_apart() -> u32 {
    let (users, _) = made();/*: mmdrop(….mm) */
    let (.., rest) = made();/*: mmput(…), may sleep */
    let Watch { .. } = rest;
    let pair = (users, 0);
    let (_, number) = pair;
    number
}/*: mmput(pair.0), may sleep; mmdrop(rest.mm) */
