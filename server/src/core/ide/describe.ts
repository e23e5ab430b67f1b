import type { Fact, LockState } from '../facade';

/** The state of a handle on one line: `MmWithUser, owned · mmap_lock: read · never NULL here`. */
export function describeState(fact: Fact): string {
  if (isVma(fact)) return ['a vma', describeLock(fact.lock), describeNull(fact.nullable)].join(' · ');
  return [
    `${fact.handle === 'raw' ? 'raw pointer' : `\`${fact.handle}\`, ${fact.ownership}`}`,
    describeLock(fact.lock),
    describeNull(fact.nullable),
  ].join(' · ');
}

/** What is guaranteed, by which counter, and until when. */
export function describeGuarantee(fact: Fact): string {
  if (isVma(fact)) return VMA_GUARANTEES[fact.lock];
  const { handle, ownership } = fact;
  if (handle === 'raw')
    return 'Nothing is established: the pointer may be compared, but the struct may already be freed.';
  if (ownership === 'checked')
    return 'Somebody else’s `mm_count` reference keeps the struct. The exit test under `mmap_lock` covers the address space until the unlock, and no longer.';
  const holder = ownership === 'owned' ? 'This code holds an' : 'Somebody else holds an';
  if (handle === 'Mm' && ownership === 'owned')
    return `${holder} \`mm_count\` reference: the struct stays allocated, whatever becomes of \`mm_users\` and the address space.`;
  return handle === 'MmWithUser'
    ? `${holder} \`mm_users\` reference: the counter is above zero, so the address space exists and may be locked, walked and faulted in.`
    : `${holder} \`mm_count\` reference: the struct stays allocated, but \`mm_users\` may be zero and the address space gone.`;
}

/** What this code owes, or what it may not do. */
export function describeDuty(fact: Fact): string {
  if (isVma(fact))
    return 'What is needed longer must be copied, or pinned for itself (`get_file()`); after the unlock it must be looked up again.';
  const { handle, ownership, expr } = fact;
  const name = /^[\w>.-]+$/.test(expr) ? expr : 'mm';
  if (handle === 'raw')
    return `To use it, take a reference while something still guarantees it: \`mmgrab(${name})\` or \`get_task_mm()\`.`;
  if (ownership === 'checked') return 'Nothing is to be released for it.';
  if (handle === 'MmWithUser') {
    if (fact.owesCount)
      return `The \`mm_count\` reference that was taken must be released with \`mmdrop(${name})\`, or handed over.`;
    return ownership === 'owned'
      ? `It must be released with \`mmput(${name})\` on every path (\`mmput_async(${name})\` in atomic context, never under its \`mmap_lock\`), or handed over.`
      : `Nothing is to be released here. To keep it longer: \`mmgrab(${name})\` for a long time, \`mmget(${name})\` for a short one.`;
  }
  // The running task keeps its own address space, whatever reference is being released.
  if (name === 'current->mm') return `It must be released with \`mmdrop(${name})\`, or handed over.`;
  const access = `Before its VMAs are used: \`mmget_not_zero(${name})\`, and \`mmput(${name})\` afterwards.`;
  return ownership === 'owned' ? `It must be released with \`mmdrop(${name})\`, or handed over. ${access}` : access;
}

/** The same value in Rust, and what its type does by itself. */
export function describeRust({ type, nullable }: Fact): string {
  const meaning = RUST_TYPES.find(([pattern]) => pattern.test(type))?.[1] ?? '';
  const option =
    nullable && !type.startsWith('Option<') && !type.startsWith('*') ? `, \`Option<${type}>\` until it is tested` : '';
  return `In Rust: \`${type}\`${option}${meaning}`;
}

const VMA_GUARANTEES: Readonly<Record<LockState, string>> = {
  read: 'The `mmap_lock` of its mm is held for reading: until the unlock it is neither freed nor changed.',
  write: 'The `mmap_lock` of its mm is held for writing: until the unlock nobody else frees or changes it.',
  none: 'Nothing here shows that the `mmap_lock` of its mm is held: unless that or its own lock is, it may be freed at any time.',
  unknown:
    'Nothing here takes the `mmap_lock` of its mm: it stays for as long as the caller holds that lock, or its own.',
};

const RUST_TYPES: readonly (readonly [RegExp, string])[] = [
  [/ARef<MmWithUserAsync>/, '; dropping it calls `mmput_async()`.'],
  [/ARef<MmWithUser>/, '; dropping it calls `mmput()`, cloning it `mmget()`.'],
  [/ARef<Mm>/, '; dropping it calls `mmdrop()`, cloning it `mmgrab()`.'],
  [
    /&(?:'\w+ )?MmWithUser/,
    ', a plain reference: no counter changes, and the compiler ends it with what it borrows from.',
  ],
  [/&(?:'\w+ )?Mm\b/, ', which has no `mmap_read_lock()`; its `mmget_not_zero()` gives an `Option<ARef<MmWithUser>>`.'],
  [/&(?:'\w+ )?VmaRef/, ', borrowed from the lock guard: the compiler ends it with the unlock.'],
  [/^\*|NonNull</, ', whose use is `unsafe`: the proof is up to the code.'],
];

function describeLock(lock: LockState): string {
  return `mmap_lock: ${lock === 'unknown' ? 'not known here' : lock}`;
}

function describeNull(nullable: boolean): string {
  return nullable ? 'may be NULL or an ERR_PTR here' : 'never NULL here';
}

function isVma({ type }: Fact): boolean {
  return /Vma/.test(type);
}
