import type { Topic } from './topic';

/** Who counts what, and when. */
export const countingTopics: readonly Topic[] = [
  {
    id: 'always-ref-counted',
    title: '`AlwaysRefCounted`: what `ARef<T>` needs of `T`',
    text: `A trait (an interface) with two functions: \`inc_ref\` and \`dec_ref\`. \`ARef<T>\` is declared with the bound \`T: AlwaysRefCounted\`, so implementing it is required: \`ARef\` of any other type does not compile. \`ARef\`'s \`From\` and \`Clone\` call \`T::inc_ref\`, its \`Drop\` calls \`T::dec_ref\`; all are chosen at compile time, there is no table of function pointers. \`ARef::from_raw()\` calls neither: it takes over a count that exists. For \`Mm\` they are \`mmgrab()\` and \`mmdrop()\`, for \`MmWithUser\` \`mmget()\` and \`mmput()\`.

The trait is \`unsafe\` to implement, because \`ARef\` relies on what the compiler cannot see: that the counter really keeps the object alive, and that every instance is counted.`,
    related: ['aref', 'inc-ref', 'dec-ref'],
    at: [{ word: ['AlwaysRefCounted', 'RefCounted'] }],
  },
  {
    id: 'inc-ref-mm',
    title: '`inc_ref` for `Mm` is `mmgrab()`',
    text: `Nobody calls it by name. It runs on \`ARef::from(&mm)\` and on \`ARef::clone()\`, and raises \`mm_count\` by one; dropping an \`ARef<Mm>\` runs \`dec_ref\`, which is \`mmdrop()\`. Holding, copying or passing a plain \`&Mm\` touches no counter, and neither does \`ARef::from_raw()\`, which takes over a count that exists.`,
    related: ['aref', 'dec-ref', 'self-reference'],
    at: [{ word: 'inc_ref', self: 'Mm' }],
  },
  {
    id: 'inc-ref-mm-with-user',
    title: '`inc_ref` for `MmWithUser` is `mmget()`',
    text: `Runs on \`ARef::from(&mm)\` and on \`ARef::clone()\`, and raises \`mm_users\` by one. That needs no test for zero, for the reference it starts from proves that \`mm_users\` is above zero. The counterpart is the drop of the \`ARef\`: \`dec_ref\` calls \`mmput()\` (may sleep; \`MmWithUserAsync\`: \`mmput_async()\`). A plain \`&MmWithUser\` changes no counter.`,
    related: ['aref', 'dec-ref', 'destructor'],
    at: [{ word: 'inc_ref', self: ['MmWithUser', 'MmWithUserAsync'] }],
  },
  {
    id: 'inc-ref',
    title: '`inc_ref`: how an `ARef` raises the counter',
    text: `Called by \`ARef::from(&T)\` and \`ARef::clone()\`, never by holding or passing a \`&T\`. It takes a reference: the object is alive already, so there is no test for zero. For \`Mm\` it is \`mmgrab()\`, for \`MmWithUser\` \`mmget()\`; the drop of the \`ARef\` runs the matching \`dec_ref\`.`,
    related: ['always-ref-counted', 'aref', 'dec-ref'],
    at: [{ word: 'inc_ref' }],
  },
  {
    id: 'dec-ref',
    title: '`dec_ref`: what the drop of an `ARef` calls',
    text: `\`Mm\`: \`mmdrop()\` for each \`mmgrab()\`. \`MmWithUser\`: \`mmput()\` for each \`mmget()\`; it may sleep and, for the last user, tears the address space down. \`MmWithUserAsync\`: \`mmput_async()\`. The increment that it gives back was made by \`inc_ref\`, on \`ARef::from()\` or \`clone()\`, or adopted by \`ARef::from_raw()\`.

It takes \`NonNull<Self>\` and not \`&self\`: a reference promises that the memory stays valid for the whole call, and this call may free it. It is \`unsafe\` since the caller gives up a count that it must own; \`ARef\`'s \`Drop\` is the usual caller.`,
    related: ['inc-ref', 'non-null', 'destructor'],
    at: [{ word: 'dec_ref' }],
  },
  {
    id: 'aref',
    title: '`ARef<T>`: a pointer that owns one count of `T`',
    text: `One word, never null; a value of this type *is* one reference, and the compiler releases it where the value goes out of scope. When the counter moves depends on how it came to be:

- \`ARef::from(&t)\` raises it at once; \`clone()\` raises it again.
- \`ARef::from_raw(p)\` raises nothing: it adopts a count that somebody already took.
- drop lowers it. Moves, and \`&t\` got by deref, leave it alone.

\`ARef<Mm>\` counts \`mm_count\`, \`ARef<MmWithUser>\` \`mm_users\`. Where the value does not outlive its source, no \`ARef\` is needed: a borrowed \`&MmWithUser\` from \`current!().mm()\` or \`VmaRef::mm()\` has no destructor.`,
    related: ['always-ref-counted', 'aref-from', 'aref-from-raw', 'destructor'],
    at: [{ word: 'ARef' }],
  },
  {
    id: 'aref-from',
    title: '`ARef::from(&t)`: take a count now',
    text: `Calls \`T::inc_ref\` (\`Mm\`: \`mmgrab()\`, \`MmWithUser\`: \`mmget()\`) and returns an owner, whose drop gives the count back. The borrowed \`&t\` is not moved or changed: its lifetime ends after its last use, as always, and the owner has none. What is extended is the life of the C object, by one count.

Only needed if the value is kept beyond the borrow: stored, returned, or sent to another context.`,
    related: ['aref', 'aref-from-raw', 'grab-or-get'],
    does: 'takes a count: `mmgrab()` of an `Mm`, `mmget()` of a `MmWithUser`',
    at: [
      { word: 'from', qualifier: 'ARef' },
      { word: 'from', trait: 'From', self: 'ARef', role: 'fn' },
      { word: 'From', trait: 'From', self: 'ARef' },
    ],
  },
  {
    id: 'aref-from-raw',
    title: '`ARef::from_raw(p)`: adopt a count that was already taken',
    text: `Raises nothing. It takes over one increment that exists already, such as the one that \`bindings::mmget_not_zero()\` just made, and from then on the drop of the \`ARef\` is its \`mmput()\` (or \`mmdrop()\`). That is the promise behind \`unsafe\`: the increment happened, and nobody else will release it. Adopting none, or one twice, is a use after free later on.

What need not outlive a borrow needs no \`ARef\`: \`&MmWithUser\` from \`current!().mm()\`, \`VmaRef::mm()\` or the deref of an \`ARef\` changes no counter and has no destructor.`,
    related: ['aref', 'aref-from', 'into-raw'],
    does: 'adopts a count, raises none',
    at: [
      { word: 'from_raw', qualifier: 'ARef' },
      { word: 'from_raw', self: 'ARef' },
    ],
  },
  {
    id: 'into-raw',
    title: '`ARef::into_raw(me)`: give up ownership, keep the count',
    text: `Turns the owner into a bare \`NonNull<T>\` and runs no destructor: the count stays raised and is now the code's own to release. Every \`into_raw\` needs one \`from_raw\` (or a C function that takes the reference over) on each path; without it the count leaks. \`core::mem::forget()\` and \`ManuallyDrop\` are the same without the pointer.`,
    related: ['aref-from-raw', 'aref'],
    does: 'keeps the count, without an owner',
    at: [
      { word: 'into_raw', qualifier: 'ARef' },
      { word: 'into_raw', self: 'ARef' },
      { word: ['ManuallyDrop', 'forget'] },
    ],
  },
  {
    id: 'into-mmput-async',
    title: '`into_mmput_async`: release later, in a workqueue',
    text: `Consumes an \`ARef<MmWithUser>\` and returns an \`ARef<MmWithUserAsync>\`: the same \`mm_users\` reference, no counter changes. Only the drop is another: \`mmput_async()\` instead of \`mmput()\`, so the teardown of a last user runs in a workqueue and not here. For atomic context, shrinkers, and mms of other processes whose exit might wait for this very code.`,
    related: ['mm-with-user-async', 'destructor'],
    does: 'makes the drop a `mmput_async()`, moves no counter',
    at: [{ word: 'into_mmput_async' }],
  },
  {
    id: 'clone-aref',
    title: '`clone()` of an `ARef` takes another count',
    text: `Calls \`T::inc_ref\`: \`mmgrab()\` for \`Mm\`, \`mmget()\` for \`MmWithUser\`. Both values must be dropped. To lend the value to a callee, pass \`&mm\`; to hand it over, move it: neither touches the counter.`,
    related: ['aref', 'inc-ref'],
    does: 'takes another count',
    at: [
      { word: 'clone', receiverType: /^&?ARef</ },
      { word: ['clone', 'Clone'], self: 'ARef', trait: 'Clone' },
    ],
  },
  {
    id: 'mmget-not-zero',
    title: '`mmget_not_zero()`: from `Mm` to `MmWithUser`, if it still has users',
    text: `\`Some(ARef<MmWithUser>)\` only if \`mm_users\` was above zero, and it is now raised by one; \`None\` means that the address space is gone or going. So the type alone proves success: there is no flag to forget. The drop is \`mmput()\`, which may sleep.

Needed for an mm that is *not* current's, or that outlives the borrow: another process, a shrinker, a work item. Then store \`ARef<Mm>\` (\`mmgrab\`, for long) and call this around each short access, for a user reference pins the whole address space.

For current's own mm use \`current!().mm()\`: a running task already keeps \`mm_users\` up, and no counter needs to move.`,
    related: ['grab-or-get', 'current-mm', 'mm-with-user-async', 'option'],
    does: 'takes an `mm_users`, if there are users left',
    at: [{ word: 'mmget_not_zero' }],
  },
  {
    id: 'mmgrab-current',
    title: '`mmgrab_current()`: an `ARef<Mm>` of the current task',
    text: `Takes one \`mm_count\` and gives \`None\` in a kernel thread. That forgets something: the mm of a running task has \`mm_users\` above zero, yet \`Mm\` no longer says so, and code that goes on with \`mmget_not_zero()\` pays two atomic operations and a late \`mmput()\` for an mm that could not go away.

C takes no reference to use \`current->mm\`. Newer trees do the same: \`current!().mm()\` returns \`Option<&MmWithUser>\` borrowed from the current task, no counter changes, and its lifetime keeps it from leaving the task. Other ways to a \`MmWithUser\`: \`VmaRef::mm()\` (C: \`vma->vm_mm\`), \`mmget_not_zero()\`, or \`unsafe\` \`MmWithUser::from_raw()\`. To *keep* the mm: \`ARef::from\` of the borrowed one.`,
    related: ['current-mm', 'mmget-not-zero', 'grab-or-get'],
    does: 'takes an `mm_count`',
    at: [{ word: 'mmgrab_current' }],
  },
  {
    id: 'grab-or-get',
    title: 'Grab for long, get for short',
    text: `\`mmgrab()\` (Rust: \`ARef<Mm>\`) keeps only the struct: right for a field, a list or a work item, for as long as you like. \`mmget()\` (Rust: \`ARef<MmWithUser>\`) keeps the whole address space: memory of an exited process is not freed while it is held, so only for a short span, with the drop in sight. The usual pair is one \`ARef<Mm>\` in the struct and \`mmget_not_zero()\` around each access.`,
    related: ['mmget-not-zero', 'mm-users-and-count', 'aref'],
    at: [{ word: ['mmgrab', 'mmget'] }],
  },
  {
    id: 'destructor',
    title: 'Drop of an owned mm, and where it may run',
    text: `- \`ARef<Mm>\`: \`mmdrop()\`. It frees the struct at zero and does not sleep in C, although the Rust docs say that it may.
- \`ARef<MmWithUser>\`: \`mmput()\`. It may sleep, and the last user runs \`exit_mmap()\`: not in atomic context, not under the \`mmap_lock\` of that mm, not where its release could wait for this code.
- \`ARef<MmWithUserAsync>\`: \`mmput_async()\`, which only queues work.

The call is nowhere in the text: it runs where the value goes out of scope, in reverse order of declaration, also on \`return\` and \`?\`. \`drop(mm)\` runs it earlier.`,
    related: ['mm-with-user-async', 'aref', 'drop'],
    at: [{ word: ['destructor', 'mmdrop', 'mmput', 'mmput_async'] }, { role: 'doc', line: /\bdestructor\b/ }],
  },
];
