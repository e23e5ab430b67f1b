/** What words of C mean wherever they stand, for whoever knows Rust better than mm. */
export const C_TOPICS: Readonly<Record<string, string>> = {
  mm_struct: `**\`struct mm_struct\`: an address space, with two lifetimes**

- \`mm_users\` keeps the *address space*: VMAs and pages exist while it is above zero. \`mmget()\`, \`mmget_not_zero()\`, \`get_task_mm()\` take it, \`mmput()\` gives it back.
- \`mm_count\` keeps the *struct*: all users together hold one, \`mmgrab()\` adds one, \`mmdrop()\` gives it back.

A pointer says nothing about either. Rust says it in the type: \`MmWithUser\` (users above zero), \`Mm\` (only allocated), \`ARef<…>\` (this code owns the reference), \`&…\` (somebody else does).`,
  vm_area_struct: `**\`struct vm_area_struct\`: one mapping of an address space**

Kept by a lock, not by a counter: it may be changed or freed as soon as neither the \`mmap_lock\` of its mm nor its own lock (\`lock_vma_under_rcu()\`, \`vma_end_read()\`) is held. After an unlock it is looked up again. Changing it needs the \`mmap_lock\` for writing.

In Rust: \`&VmaRef\`, borrowed from the guard, so the compiler ends it with the unlock.`,
  mm_users: `**\`mm_users\`: users of the address space**

Threads of the process, and everyone who called \`mmget()\`. When it reaches zero, \`exit_mmap()\` takes VMAs and pages away; from then on it never rises again, which is why a possibly dead mm is taken with \`mmget_not_zero()\`. \`mmput()\` may sleep. All users together hold one \`mm_count\`.

In Rust: \`MmWithUser\` is an mm whose \`mm_users\` is above zero.`,
  mm_count: `**\`mm_count\`: references to the struct**

\`mmgrab()\` and \`mmdrop()\`; the users of the address space together hold one. It keeps the struct allocated and nothing more: VMAs and pages may be gone. Right for long-lived pointers; before each access comes \`mmget_not_zero()\`.

In Rust: \`ARef<Mm>\` owns one \`mm_count\`.`,
  mmap_lock: `**\`mmap_lock\`: protects the VMAs of one mm**

For reading: VMAs may be looked up and walked. For writing: they may be changed. Taking it needs only the struct; what is done under it (look-up, fault, GUP) needs \`mm_users\` above zero. It sleeps, does not nest, and the task that took it releases it. Through \`mmap_read_lock()\` and the like, never through the field.

In Rust: the guard of \`MmWithUser::mmap_read_lock()\`; there is no method for writing.`,
};
