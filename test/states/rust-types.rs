//! What expressions denote, by their types: the same text means different things in different places.

impl Registry {
    fn shadowed(&self, raw: *mut bindings::mm_struct) -> Option<ARef<MmWithUser>> {
        if raw.is_null() { //~ STATE raw: raw borrowed
            return None;
        }
        let mm = raw; //~ STATE raw: raw borrowed nonnull
        // SAFETY: The caller keeps it allocated.
        let mm = unsafe { Mm::from_raw(mm) }; //~ STATE Mm::from_raw(mm): Mm borrowed type=&Mm
        let mm = mm.mmget_not_zero()?; //~ STATE mm.mmget_not_zero(): MmWithUser owned nullable type=Option<ARef<MmWithUser>>
        Some(mm)
    }

    fn chain(&self, address: usize) -> Result<usize> {
        let mm = MmWithUser::into_mmput_async(self.mm.mmget_not_zero().ok_or(ESRCH)?);
        //~^ STATE self.mm: Mm owned type=ARef<Mm>
        //~| STATE self.mm.mmget_not_zero().ok_or(ESRCH)?: owned type=ARef<MmWithUser>
        //~| STATE mm: owned type=ARef<MmWithUserAsync>
        let guard = mm.mmap_read_lock(); //~ STATE mm: owned lock=unknown
        let Some(vma) = guard.vma_lookup(address) else { //~ STATE guard: lock=read type=MmapReadGuard<'_>
            return Err(ESRCH);
        };
        Ok(vma.end()) //~ STATE vma: MmWithUser borrowed lock=read type=&VmaRef
    }

    fn closures(&self) -> Option<usize> {
        let mm = self.mm.mmget_not_zero();
        mm.map(|held| held.mmap_read_lock().vma_lookup(0).map_or(0, |vma| vma.start()))
        //~^ STATE held: owned type=ARef<MmWithUser>
        //~| STATE vma: borrowed type=&VmaRef
    }

    fn arms(&self) {
        match self.mm.mmget_not_zero() {
            Some(users) => note(&users), //~ STATE users: owned type=ARef<MmWithUser>
            None => {}
        }
        if let Some(mm) = current!().mm() { //~ STATE current!(): type=&CurrentTask
            note(mm); //~ STATE mm: MmWithUser borrowed type=&MmWithUser
        }
    }

    fn pointers(mm: ARef<MmWithUser>) -> ARef<MmWithUserAsync> {
        let raw = ARef::into_raw(mm); //~ STATE raw: owned type=NonNull<MmWithUser>
        // SAFETY: Both types put the same reference.
        unsafe { ARef::from_raw(raw.cast()) } //~ STATE raw.cast(): owned type=NonNull<MmWithUserAsync>
    }
}

struct Registry {
    mm: ARef<Mm>,
}

/// # Safety
///
/// `ptr` keeps its users for `'a`.
unsafe fn users<'a>(ptr: *const bindings::mm_struct) -> &'a MmWithUser {
    // SAFETY: By the contract of this function.
    unsafe { &*ptr.cast() } //~ STATE &*ptr.cast(): MmWithUser borrowed type=&MmWithUser
    //~^ STATE ptr: MmWithUser borrowed
}

struct Work {
    item: bindings::work_struct,
    users: ARef<MmWithUser>,
    raw: *mut bindings::mm_struct,
}

unsafe fn found_by_field(item: *mut bindings::work_struct, other: *const bindings::work_struct) {
    // SAFETY: The item is in a `Work`.
    let work = unsafe { &*container_of!(item, Work, item) };
    note(&work.users); //~ STATE work.users: owned type=ARef<MmWithUser>
    // SAFETY: As above.
    let again = unsafe { kernel::container_of!(other, Work, item) };
    note(unsafe { &(*again).users }); //~ STATE (*again).users: owned type=ARef<MmWithUser>
    note(work.raw); //~ STATE work.raw: raw borrowed
}

fn of_task(task: &CurrentTask) -> bool { //~ STATE task: MmWithUser borrowed type=&CurrentTask
    struct Found {
        task: *const CurrentTask, //~ STATE task: type=*const CurrentTask
    }

    impl Found {
        fn leader(&self) -> &CurrentTask {
            // SAFETY: It is the running task.
            unsafe { &*self.task } //~ STATE self.task: type=*const CurrentTask
        }
    }

    // SAFETY: The current task is there.
    let raw = unsafe { bindings::get_current() }; //~ STATE raw: raw borrowed type=*mut bindings::task_struct
    // SAFETY: As above.
    let leader: *mut bindings::task_struct = unsafe { (*raw).group_leader };
    //~^ STATE *raw: type=bindings::task_struct
    //~| STATE leader: type=*mut bindings::task_struct
    raw == leader
}

struct Counted<T: AlwaysRefCounted> {
    ptr: NonNull<T>, //~ STATE ptr: owned type=NonNull<T>
}

macro_rules! borrowed_task {
    () => {
        // SAFETY: Does not leave the task.
        unsafe { &*$crate::task::Task::current() } //~ STATE $crate::task::Task::current(): type=impl Deref<Target=CurrentTask>
    };
}

unsafe extern "C" fn mmap_callback(file: *mut bindings::file, vma: *mut bindings::vm_area_struct) -> c_int {
    //~^ STATE vma: MmWithUser borrowed type=*mut bindings::vm_area_struct
    // SAFETY: C calls this while it sets the VMA up.
    let area = unsafe { VmaNew::from_raw(vma) }; //~ STATE area: MmWithUser borrowed lock=write type=&VmaNew
    area.start() as c_int
}

unsafe extern "C" fn not_wrapped(mm: *mut bindings::mm_struct, vma: *mut bindings::vm_area_struct) -> bool {
    //~^ STATE vma: raw borrowed
    //~| STATE mm: raw borrowed
    // SAFETY: C keeps it allocated.
    let users = unsafe { bindings::mmget_not_zero(mm) };
    users && note(unsafe { MmWithUser::from_raw(mm) }) && vma.is_null()
}

enum Kind {
    Held(ARef<MmWithUser>),
    Named { mm: ARef<Mm>, number: usize },
    Empty,
}

static LAST: Mutex<Option<ARef<Mm>>> = Mutex::new(None);

fn variants(seen: &Kind, own: Kind, users: &MmWithUser) -> Kind {
    match seen {
        Kind::Held(held) => note(held), //~ STATE held: type=&ARef<MmWithUser>
        Kind::Named { mm, .. } => note(mm), //~ STATE mm: type=&ARef<Mm>
        Kind::Empty => {}
    }
    if let Kind::Named { mm: last, number } = own {
        note(number);
        return Kind::Named { mm: last, number: 1 }; //~ STATE last: owned type=ARef<Mm>
    }
    Kind::Held(users.into()) //~ STATE users.into(): owned type=ARef<MmWithUser>
}

fn places<T: Deref<Target = Mm>>(other: T, pair: (usize, ARef<Mm>), out: &mut Option<ARef<Mm>>) -> Option<usize> {
    let raw = other.as_raw(); //~ STATE raw: type=*mut bindings::mm_struct
    let (_, mm) = pair; //~ STATE mm: owned type=ARef<Mm>
    let all = [mm.clone()]; //~ STATE all: type=[ARef<Mm>]
    let first = &all[0]; //~ STATE first: borrowed type=&ARef<Mm>
    let old = core::mem::replace(out, Some(mm)); //~ STATE old: owned type=Option<ARef<Mm>>
    let seen = old.as_deref(); //~ STATE seen: borrowed type=Option<&Mm>
    let found = loop {
        break first.clone(); //~ STATE first: borrowed type=&ARef<Mm>
    };
    note(found, seen, raw); //~ STATE found: owned type=ARef<Mm>
    let guard = LAST.lock();
    let last = guard.as_ref()?; //~ STATE last: borrowed type=&ARef<Mm>
    Some(last.as_raw() as usize)
}
