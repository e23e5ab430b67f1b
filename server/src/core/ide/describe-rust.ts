import type { Fact, LockState } from '../facade';

/** What a Rust value is and guarantees, in two lines of Markdown: its type first, then what stands behind it. */
export function describeRustValue(fact: Fact): string {
  const { expr, type, lock, nullable } = fact;
  const state = [
    `\`${type}\``,
    ...(lock === 'read' || lock === 'write' ? [`mmap_lock: ${lock}`] : []),
    ...(nullable ? [type.startsWith('Option<') ? '`None` not excluded here' : 'may be null here'] : []),
  ];
  const guarantee = describeBacking(fact);
  return [`**\`${shorten(expr)}\`** — ${state.join(' · ')}`, ...(guarantee === '' ? [] : [guarantee])].join('\n\n');
}

/** Longer expressions say more in the editor than in a heading. */
const EXPRESSION_LIMIT = 60;

function shorten(expr: string): string {
  const line = expr.replace(/\s+/g, ' ');
  return line.length > EXPRESSION_LIMIT ? `${line.slice(0, EXPRESSION_LIMIT - 1)}…` : line;
}

function describeBacking(fact: Fact): string {
  const { type, handle, ownership, lock } = fact;
  const lockText = GUARDS.find(([pattern]) => pattern.test(type))?.[1];
  if (lockText) return lockText;
  if (/Vm(?:a|Area)|vm_area_struct/.test(type)) return VMA[lock];
  if (/^\*|NonNull</.test(type)) {
    const what = handle === 'raw' ? 'count of the object' : `${counterOf(handle)} reference`;
    const care = ownership === 'owned' ? ` One ${what} is in its care, which somebody must give up or take back.` : '';
    if (ownership === 'owned' && handle === 'raw') return `A raw pointer: the type promises nothing.${care}`;
    return `A raw pointer: the type promises nothing. What stands behind it here${fact.nullable ? ', if it is not null' : ''}: ${BEHIND[handle]}.${care}`;
  }
  if (/Opaque<|^ARef<T>|^Mm(?:WithUser(?:Async)?)?$/.test(type) || handle === 'raw') return '';
  const drop = DROPS.find(([pattern]) => pattern.test(type))?.[1];
  if (ownership === 'owned' && drop)
    return `Owns one ${counterOf(handle)} reference${/^(?:Option|Result)</.test(type) ? ', if there is one' : ''}; dropping it calls ${drop}.`;
  return handle === 'MmWithUser'
    ? 'Borrowed: `mm_users` is above zero for as long as this may be used. It owns nothing, and no counter changes.'
    : 'Borrowed: the struct stays allocated, `mm_users` may be zero. It owns nothing, and no counter changes.';
}

const counterOf = (handle: Fact['handle']) => (handle === 'MmWithUser' ? '`mm_users`' : '`mm_count`');

const GUARDS: readonly (readonly [RegExp, string])[] = [
  [/^&.*MmapReadGuard/, 'A borrowed guard: while it exists, the `mmap_lock` is held for reading.'],
  [/^&.*VmaReadGuard/, 'A borrowed guard: while it exists, the lock of this VMA is held for reading.'],
  [/^&.*CurrentTask/, 'Borrowed: the running task. If it has an mm, its `mm_users` is above zero in this context.'],
  [/^&.*Task\b/, 'Borrowed: a task that somebody else keeps. Its mm may go at any time.'],
  [/ARef<Task>/, 'Owns a reference to the task, not to its mm, which may go at any time.'],
  [
    /task_struct$/,
    'A task as C sees it. Its `mm` is NULL for a kernel thread, and may go at any time if the task is not the current one.',
  ],
  [/MmapReadGuard/, 'Holds the `mmap_lock` for reading; dropping it calls `mmap_read_unlock()`.'],
  [/VmaReadGuard/, 'Holds the lock of this VMA for reading; dropping it calls `vma_end_read()`.'],
];

const DROPS: readonly (readonly [RegExp, string])[] = [
  [/MmWithUserAsync>/, '`mmput_async()`'],
  [/MmWithUser>/, '`mmput()`, which may sleep'],
  [/Mm>/, '`mmdrop()`'],
];

const BEHIND: Readonly<Record<Fact['handle'], string>> = {
  MmWithUser: '`mm_users` is above zero',
  Mm: 'the struct is allocated, `mm_users` may be zero',
  raw: 'nothing is established',
};

const VMA: Readonly<Record<LockState, string>> = {
  read: 'The `mmap_lock` of its mm is held for reading: until the unlock it is neither freed nor changed.',
  write: 'The `mmap_lock` of its mm is held for writing: until the unlock nobody else frees or changes it.',
  none: '',
  unknown: 'A lock that the caller or a guard holds keeps it: the borrow ends with that.',
};
