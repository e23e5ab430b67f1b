import type { Role } from './place';
import type { Topic } from './topic';

/** Where the type of the token is what there is to tell about it. */
const VALUES: readonly Role[] = ['name', 'member', 'field', 'operator'];

/** What each Rust type says about an `mm_struct` or a VMA. */
export const typeTopics: readonly Topic[] = [
  {
    id: 'mm',
    title: '`Mm`: the struct is allocated, the address space may be gone',
    text: `C has one \`struct mm_struct\` with two counters; Rust has a type for what is known of each.

- \`Mm\`: \`mm_count\` keeps the struct allocated (\`mmgrab()\`/\`mmdrop()\`). \`mm_users\` may already be 0, so pages and VMAs may be gone.
- \`MmWithUser\`: \`mm_users\` is above zero as well (\`mmget()\`/\`mmput()\`), so the address space still exists.

\`Mm\` therefore has no locking and no VMA look-up: \`mmget_not_zero()\` comes first. It *is* the C struct (\`repr(transparent)\`: same size, alignment and address), so \`*mut mm_struct\` and \`&Mm\` can be cast into each other; nobody holds one by value, only \`&Mm\` (borrowed pointer) or \`ARef<Mm>\` (owns one \`mm_count\`).`,
    related: ['mm-with-user', 'aref', 'mmget-not-zero', 'repr-transparent'],
    at: [{ word: 'Mm' }, { type: /^&(?:'\w+ )?Mm$/, role: VALUES }],
  },
  {
    id: 'mm-with-user',
    title: '`MmWithUser`: `mm_users` is above zero, the address space exists',
    text: `The same C \`mm_struct\` as \`Mm\`, with more known about it: \`mm_users\` stays above zero for as long as the value may be used. So it can be locked, walked and faulted in. \`Mm\` only knows that \`mm_count\` keeps the struct allocated.

- \`&MmWithUser\` borrows: somebody else's reference guarantees it, no counter changes. From \`current!().mm()\`, \`VmaRef::mm()\`, or an \`ARef\` by deref.
- \`ARef<MmWithUser>\` owns one \`mm_users\`: dropping it is \`mmput()\`, which may sleep.
- From an \`Mm\`: only \`mmget_not_zero()\`, which may fail. The other way, \`Deref\` gives every method of \`Mm\`.`,
    related: ['mm', 'mm-with-user-async', 'current-mm', 'deref-to-mm'],
    at: [{ word: 'MmWithUser' }, { type: /^&(?:'\w+ )?MmWithUser$/, role: VALUES }],
  },
  {
    id: 'mm-with-user-async',
    title: '`MmWithUserAsync`: `MmWithUser` whose drop is `mmput_async()`',
    text: `The same guarantee as \`MmWithUser\` (\`mm_users\` above zero) and, by \`Deref\`, the same methods. Only the destructor differs: dropping \`ARef<MmWithUserAsync>\` calls \`mmput_async()\`, which leaves the last \`mmput\` (\`exit_mmap()\` and all) to a workqueue. So it may be dropped in atomic context, in a shrinker, or where tearing down a foreign address space could deadlock. \`MmWithUser::into_mmput_async()\` converts; the reference stays the same one and no counter changes.`,
    related: ['mm-with-user', 'destructor'],
    at: [{ word: 'MmWithUserAsync' }, { type: /^(?:&(?:'\w+ )?MmWithUserAsync|ARef<MmWithUserAsync>)$/, role: VALUES }],
  },
  {
    id: 'aref-mm',
    title: '`ARef<Mm>`: owns one `mm_count` (`mmgrab`)',
    text: `Keeps the \`mm_struct\` allocated for as long as this value lives, also after its process has exited; the address space may be gone, so each access asks \`mmget_not_zero()\` first. This is the reference to *store*: it costs nothing but the struct, where a stored \`mm_users\` would keep the whole address space alive.

Made by \`ARef::from(&mm)\` (\`mmgrab()\`), copied by \`clone()\` (\`mmgrab()\` again), ended by drop (\`mmdrop()\`). Moving it touches no counter.`,
    related: ['mmget-not-zero', 'aref', 'grab-or-get'],
    at: [{ type: /^&?ARef<Mm>$/, role: VALUES }],
  },
  {
    id: 'aref-mm-with-user',
    title: '`ARef<MmWithUser>`: owns one `mm_users` (`mmget`)',
    text: `While this value lives, \`mm_users\` is above zero and the address space exists. Dropping it calls \`mmput()\`: that may sleep, and the last one runs \`exit_mmap()\`. Keep it short; \`ARef<Mm>\` is for storing, and \`MmWithUserAsync\` for dropping in atomic context.

Without a counter: a plain \`&MmWithUser\` from \`current!().mm()\`, \`VmaRef::mm()\` or by deref of an existing \`ARef\` has no destructor.`,
    related: ['destructor', 'grab-or-get', 'mm-with-user-async'],
    at: [{ type: /^&?ARef<MmWithUser>$/, role: VALUES }],
  },
  {
    id: 'vma-ref',
    title: '`VmaRef`: a VMA under a lock',
    text: `A \`struct vm_area_struct\` in place, which may only exist as a reference while the \`mmap_lock\` or the lock of the VMA itself is held. \`&VmaRef\` borrows from the guard, so the compiler ends it with the unlock: what C leaves to review ("no \`vma\` after \`mmap_read_unlock()\`") does not compile.

\`vma.mm()\` gives \`&MmWithUser\`: a locked VMA proves that its mm still has users. Android trees call the type \`VmAreaRef\`.`,
    related: ['vma-mm', 'mmap-read-guard', 'lock-vma-under-rcu'],
    at: [
      { word: ['VmaRef', 'VmAreaRef', 'vm_area_struct'] },
      { word: 'vm_area_struct', qualifier: 'bindings' },
      { type: /^&(?:'\w+ )?(?:mut )?Vm(?:a|Area)Ref$/, role: VALUES },
    ],
  },
  {
    id: 'vma-mixed-map',
    title: '`VmaMixedMap`: a `VmaRef` whose `VM_MIXEDMAP` is set',
    text: `The flag is part of the type: \`as_mixedmap_vma()\` tests it once and gives \`Some\`, and only this type has \`vm_insert_page()\`. It derefs to \`VmaRef\`. The page stays the caller's: \`vm_insert_page()\` takes a reference of its own.`,
    related: ['vma-ref'],
    at: [{ word: ['VmaMixedMap', 'VmAreaMixedMap', 'as_mixedmap_vma', 'vm_insert_page'] }],
  },
  {
    id: 'vma-new',
    title: '`VmaNew`: the VMA of an `mmap()` handler',
    text: `A VMA that is still being set up: the C side calls \`->mmap()\` with the \`mmap_lock\` held for writing, and nobody else can see the VMA yet. So flags may be changed here (\`set_mixedmap()\`, \`try_clear_maywrite()\`), which \`VmaRef\` does not allow. It derefs to \`VmaRef\`; its \`mm()\` is borrowed, so comparing it with a stored mm needs no reference. Android trees call it \`VmAreaNew\`.`,
    related: ['vma-ref', 'vma-mm'],
    at: [{ word: ['VmaNew', 'VmAreaNew'] }, { type: /^&(?:'\w+ )?(?:mut )?Vm(?:a|Area)New$/, role: VALUES }],
  },
  {
    id: 'mm-struct',
    title: '`bindings::mm_struct`: the C struct as bindgen sees it',
    text: `Generated from the C header: the same layout, every field public, no rules. Reading a field through \`*mut mm_struct\` is \`unsafe\`, and the type of the pointer does not say whether the struct is still allocated or \`mm_users\` above zero.

\`Mm\` and \`MmWithUser\` put what is known into the type. Both are \`repr(transparent)\` over this struct, so \`*mut mm_struct\`, \`&Mm\` and \`&MmWithUser\` are one address and casts between them do nothing at run time.`,
    related: ['mm', 'mm-with-user', 'repr-transparent', 'opaque'],
    at: [
      { word: 'mm_struct' },
      { word: 'mm_struct', qualifier: 'bindings' },
      { type: /^\*(?:mut|const) (?:bindings::)?mm_struct$/, role: VALUES },
    ],
  },
  {
    id: 'task',
    title: '`Task` and `CurrentTask`',
    text: `\`Task\` is any \`task_struct\`, kept by its own reference count; its \`->mm\` belongs to it and may vanish, so \`Task\` hands out no mm. \`CurrentTask\` is the task that runs right now. It is neither \`Send\` nor \`Sync\` and cannot leave the scope that \`current!()\` opened, so what only the task itself may do is safe on it: \`current!().mm()\` borrows \`current->mm\` without touching a counter.`,
    related: ['current', 'current-mm', 'not-thread-safe'],
    at: [
      { word: ['Task', 'CurrentTask'] },
      { type: /^&?(?:Task|CurrentTask|impl Deref<Target = CurrentTask>)$/, role: VALUES },
    ],
  },
  {
    id: 'mm-users-and-count',
    title: '`mm_users` and `mm_count`: two counters, two lifetimes',
    text: `- \`mm_users\` counts users of the *address space*: threads, and everyone who called \`mmget()\`. At zero \`exit_mmap()\` takes VMAs and pages away. \`mmput()\` gives one back and may sleep.
- \`mm_count\` counts references to the *struct*. All users together hold one; \`mmgrab()\` adds more, \`mmdrop()\` gives one back, and at zero the struct is freed.

So \`mm_users > 0\` implies that the struct is allocated, never the other way round. In Rust: \`MmWithUser\` and \`Mm\`.`,
    related: ['mm', 'mm-with-user', 'grab-or-get'],
    at: [{ word: ['mm_users', 'mm_count'] }],
  },
];
