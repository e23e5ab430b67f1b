import type { Topic } from './topic';

/** Locks, their guards, and the ways to an mm that need no counter. */
export const lockingTopics: readonly Topic[] = [
  {
    id: 'mmap-read-lock',
    title: '`mmap_read_lock()` exists on `MmWithUser` only',
    text: `Takes the \`mmap_lock\` of this mm for reading (it may sleep) and returns a guard: dropping the guard is \`mmap_read_unlock()\`. VMAs are looked up through the guard.

An mm whose \`mm_users\` is zero may be in \`exit_mmap()\`, so its VMAs must not be walked. The method is in \`impl MmWithUser\`, so on a \`&Mm\` it does not compile; call \`mmget_not_zero()\` first. C has no such check: khugepaged, KSM and the OOM reaper lock first and test \`mm_users\` or \`MMF_OOM_SKIP\` afterwards.

Rust wraps the read side only: there is no counterpart for writing, for nothing has needed one yet.`,
    related: ['mmap-read-guard', 'mmget-not-zero', 'mm-with-user'],
    does: 'holds the `mmap_lock` for reading, until its guard is dropped',
    at: [{ word: 'mmap_read_lock' }],
  },
  {
    id: 'mmap-read-trylock',
    title: '`mmap_read_trylock()`: lock without waiting',
    text: `\`Some(guard)\` if the \`mmap_lock\` was free for reading, \`None\` otherwise. The guard is the proof: there is no flag to test wrongly and no unlock to forget, for dropping it unlocks. On \`MmWithUser\` only, since the VMAs of an mm without users must not be walked. There is no trylock for writing in Rust.`,
    related: ['mmap-read-lock', 'mmap-read-guard', 'option'],
    does: 'holds the `mmap_lock` for reading if it was free, until its guard is dropped',
    at: [{ word: 'mmap_read_trylock' }],
  },
  {
    id: 'read-side-only',
    title: 'Rust reaches only the read side of the `mmap_lock`',
    text: `\`mmap_read_lock()\`, its trylock and its unlock are static inline in C, which bindgen cannot call. Each has a small C function in \`rust/helpers/mm.c\` (\`rust_helper_mmap_read_unlock()\` and so on), and \`bindings::\` names lead there. Only what Rust uses is wrapped, and so far nothing needs the write side: it has no helper, and no method of \`kernel::mm\` takes the lock for writing.`,
    related: ['mmap-read-guard', 'rust-helper', 'mmap-read-lock'],
    at: [
      { word: ['mmap_read_lock', 'mmap_read_trylock', 'mmap_read_unlock'], qualifier: 'bindings' },
      { word: 'mmap_read_unlock' },
    ],
  },
  {
    id: 'mmap-read-guard',
    title: '`MmapReadGuard`: having it means that the `mmap_lock` is read-locked',
    text: `Only \`mmap_read_lock()\` and a successful trylock can build one, for its fields are private. So a guard implies the lock, and dropping the guard (scope end, \`return\`, \`?\`) is \`mmap_read_unlock()\`. The lifetime in \`MmapReadGuard<'a>\` borrows the mm: neither the mm can be dropped before the guard, nor a VMA be used after it.

\`let _ = mm.mmap_read_lock();\` unlocks at once; \`let _guard = …\` holds it.`,
    related: ['drop-guard', 'not-thread-safe', 'vma-ref', 'invariants'],
    at: [{ word: 'MmapReadGuard' }, { type: /^&?MmapReadGuard\b/, role: ['name', 'member', 'field', 'operator'] }],
  },
  {
    id: 'vma-read-guard',
    title: '`VmaReadGuard`: the lock of one VMA, for reading',
    text: `Holds the per-VMA lock, not the \`mmap_lock\`: this VMA neither changes nor goes away, while others may. It comes from \`lock_vma_under_rcu()\`, derefs to \`VmaRef\`, and its drop is \`vma_end_read()\`. Its lifetime borrows the mm.`,
    related: ['lock-vma-under-rcu', 'vma-ref', 'not-thread-safe'],
    at: [{ word: 'VmaReadGuard' }, { type: /^&?VmaReadGuard\b/, role: ['name', 'member', 'field', 'operator'] }],
  },
  {
    id: 'drop-guard',
    title: 'Drop of a guard is the unlock',
    text: `\`drop()\` runs by itself where the guard goes out of scope, on every way out. \`MmapReadGuard\`: \`mmap_read_unlock()\`; \`VmaReadGuard\`: \`vma_end_read()\`. That the lock is held at this point needs no test: a guard exists only after the lock was taken (its \`# Invariants\`). It borrows the mm, so the mm is still alive here.`,
    related: ['mmap-read-guard', 'drop', 'invariants'],
    at: [{ word: ['Drop', 'drop'], trait: 'Drop', self: ['MmapReadGuard', 'VmaReadGuard'] }],
  },
  {
    id: 'lock-vma-under-rcu',
    title: '`lock_vma_under_rcu()`: one VMA without the `mmap_lock`',
    text: `Looks the VMA up under RCU and tries its own lock. \`None\` does not mean "no VMA there": it may be contended, changing, or per-VMA locks may be off. The fallback is \`mmap_read_lock()\` and \`vma_lookup()\`. \`Some(guard)\` unlocks with \`vma_end_read()\` when dropped. On \`MmWithUser\` only: \`mm_users\` must be above zero.`,
    related: ['vma-read-guard', 'mmap-read-lock'],
    does: 'holds the lock of a VMA, until its guard is dropped',
    at: [{ word: ['lock_vma_under_rcu', 'vma_end_read'] }],
  },
  {
    id: 'vma-lookup',
    title: '`vma_lookup(addr)`: the VMA that contains the address',
    text: `A method of \`MmapReadGuard\`, so without the lock there is nothing to call it on. \`None\` where no VMA contains the address (C's \`find_vma()\` would give the next one above). The result borrows from the guard: using it after the unlock does not compile.`,
    related: ['mmap-read-guard', 'vma-ref'],
    at: [{ word: 'vma_lookup' }],
  },
  {
    id: 'not-thread-safe',
    title: '`_nts: NotThreadSafe`: this value may not leave its thread',
    text: `A marker field of size zero: no data, no code at run time. It makes the type neither \`Send\` nor \`Sync\`, so the compiler rejects moving a guard to another thread: the \`mmap_lock\` must be released by the task that took it, and what belongs to \`current\` must stay with it. Nobody reads the field; the leading \`_\` in \`_nts\` (not thread safe) only silences the warning about that.`,
    related: ['mmap-read-guard', 'send-sync', 'current'],
    at: [{ word: ['_nts', 'NotThreadSafe'] }],
  },
  {
    id: 'current',
    title: '`current!()`: the running task, borrowed',
    text: `Gives a \`CurrentTask\`, from which \`.mm()\` borrows \`Option<&MmWithUser>\` and no counter changes. The lifetime can be expressed: the mm borrows from the task value, which is bound to the scope of the caller and, being neither \`Send\` nor \`Sync\`, cannot leave the task. That also covers \`kthread_use_mm()\`: a value made outside must not be used inside.

Raw \`get_current()\` gives only \`*mut task_struct\`. First drafts of the mm bindings had no safe way from there to a \`MmWithUser\`; \`CurrentTask::mm()\` came in by the time they were merged.`,
    related: ['current-mm', 'task', 'not-thread-safe'],
    at: [{ word: ['current', 'get_current', 'current_raw'] }, { word: 'get_current', qualifier: 'bindings' }],
  },
  {
    id: 'current-mm',
    title: '`current!().mm()`: the mm of the current task, without a reference',
    text: `\`Option<&MmWithUser>\`, borrowed from the current task: no counter changes, nothing is dropped. It is what C does with \`current->mm\`. A user task holds one \`mm_users\` through \`task->mm\` until it exits or execs, so while it runs in the kernel the counter is above zero; \`None\` is a kernel thread.

The compiler keeps the borrow in the task: \`CurrentTask\` is not thread safe and lives only in the scope of the caller. To keep the mm longer: \`ARef::<Mm>::from(…)\` (\`mmgrab\`).`,
    related: ['current', 'mm-with-user', 'grab-or-get', 'option'],
    does: 'borrows, moves no counter',
    at: [
      { word: 'mm', role: 'method', receiver: /current!\(\)$/ },
      { word: 'mm', role: 'method', receiverType: /CurrentTask/ },
      { word: 'mm', role: 'fn', self: 'CurrentTask' },
    ],
  },
  {
    id: 'current-mm-field',
    title: '`current->mm`: NULL, or an mm with users',
    text: `Read through a raw pointer, so the type is only \`*mut mm_struct\`; what stands behind it is more. A user task holds one \`mm_users\` through this field until it exits or execs, so if the pointer is not NULL, \`mm_users\` is above zero for as long as the task stays in this context: \`&MmWithUser\` would be true. NULL is a kernel thread (or a task past its exit). Only the task itself changes the field, so reading it for \`current\` needs no lock; for any other task it does.`,
    related: ['current-mm', 'current', 'from-raw-mm-with-user'],
    at: [
      { word: 'mm', role: 'field', receiver: /^\(\*(?:\w+::)*(?:current|get_current\(\)|current_raw\(\))\)$/ },
      { word: 'mm', role: 'field', receiver: /^\(\*/, self: 'CurrentTask' },
      { word: 'mm', role: 'field', receiver: /^\(\*/, fn: 'mmgrab_current' },
    ],
  },
  {
    id: 'vma-mm',
    title: '`vma.mm()`: the mm of a locked VMA',
    text: `\`&MmWithUser\` borrowed from the VMA; no counter changes. It is C's \`vma->vm_mm\`: while a lock keeps the VMA in place, \`exit_mmap()\` has not run, so \`mm_users\` is above zero. Good for comparing with a stored mm or for use under the lock; to keep it beyond the lock, take \`ARef::<Mm>::from(…)\` (\`mmgrab\`).`,
    related: ['vma-ref', 'mm-with-user', 'grab-or-get'],
    does: 'borrows, moves no counter',
    at: [
      { word: 'mm', role: 'method', receiver: /(?:^|\.)vma$/ },
      { word: 'mm', role: 'method', receiverType: /Vm(?:a|Area)/ },
      { word: 'mm', role: 'fn', self: ['VmaRef', 'VmAreaRef'] },
      { word: 'vm_mm', role: 'field' },
      { word: 'vm_mm' },
    ],
  },
  {
    id: 'borrowed-mm',
    title: '`.mm()`: borrow the address space, count nothing',
    text: `A method of \`CurrentTask\` (\`Option<&MmWithUser>\`, \`None\` in a kernel thread) and of \`VmaRef\` (\`&MmWithUser\`: a locked VMA proves that its mm has users). Neither touches a counter, and the reference ends with what it borrows from.`,
    related: ['current-mm', 'vma-mm'],
    at: [{ word: 'mm', role: 'method' }],
  },
  {
    id: 'kthread-use-mm',
    title: '`kthread_use_mm()`: a kernel thread borrows an address space',
    text: `Between \`kthread_use_mm(mm)\` and \`kthread_unuse_mm(mm)\` \`current->mm\` is \`mm\`. The thread must hold \`mm_users\` for all of it. A \`CurrentTask\` taken before must not be used in between, and one taken inside must not get out.`,
    related: ['current', 'current-mm'],
    at: [{ word: ['kthread_use_mm', 'kthread_unuse_mm'] }],
  },
];
