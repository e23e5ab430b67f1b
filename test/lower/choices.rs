//! Option, Result, patterns and jumps.

fn question_mark(mm: &Mm) -> Result<ARef<MmWithUser>> {
    let users = mm.mmget_not_zero().ok_or(ESRCH)?;
    check(0)?;
    Ok(users)
}

fn let_else(mm: &Mm) -> Option<ARef<MmWithUser>> {
    let Some(users) = mm.mmget_not_zero() else {
        return None;
    };
    Some(users)
}

fn if_let(mm: &Mm) -> bool {
    if let Some(users) = mm.mmget_not_zero() {
        note(users);
        true
    } else {
        false
    }
}

fn matched(mm: &MmWithUser, wanted: bool) -> usize {
    match mm.mmap_read_trylock() {
        Some(guard) if wanted => guard.vma_lookup(0).map_or(1, |vma| vma.start()),
        Some(_) => 2,
        None => 3,
    }
}

fn result_of_loop(mm: &Mm) -> ARef<MmWithUser> {
    loop {
        if let Some(users) = mm.mmget_not_zero() {
            break users;
        }
    }
}

fn while_let(queue: &mut Queue) {
    while let Some(mm) = queue.next_mm() {
        if mm.mmap_read_trylock().is_none() {
            continue;
        }
        note(mm);
    }
}

fn matches_and_lazy(mm: &Mm, a: usize) -> bool {
    matches!(mm.mmget_not_zero(), Some(_)) && a > 0
}

struct Queue {
    first: Option<ARef<Mm>>,
}

impl Queue {
    fn next_mm(&mut self) -> Option<ARef<MmWithUser>> {
        let mm = self.first.take()?;
        mm.mmget_not_zero()
    }

    fn replace(&mut self, mm: ARef<Mm>) {
        self.first = Some(mm);
    }
}
