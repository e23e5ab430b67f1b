/**
 * What unsafe operations demand, where no `# Safety` section of the workspace says it: C functions have none, and those
 * of `core` and of the `kernel` crate are in other files. One row is one function; the words are ours.
 */
export type Need =
  /** The argument points at a live object. */
  | { readonly need: 'valid'; readonly arg: Place; readonly noun: string; readonly lasting?: boolean }
  | { readonly need: 'nonnull'; readonly arg: Place }
  /** `mm_users` of the mm is above zero. */
  | { readonly need: 'users'; readonly arg: Place; readonly lasting?: boolean }
  /** A lock that protects the argument is held. */
  | { readonly need: 'lock'; readonly arg: Place; readonly lock: Lock; readonly lasting?: boolean }
  /** An increment of the reference count is given up. */
  | { readonly need: 'increment'; readonly arg: Place }
  /** Something was written to what the argument points at. */
  | { readonly need: 'initialised'; readonly arg: Place }
  /** Nobody else uses what the argument points at. */
  | { readonly need: 'unshared'; readonly arg: Place }
  /** The argument is below the number of elements; without `of`, of whatever the callee indexes. */
  | { readonly need: 'bounds'; readonly arg: Place; readonly of: Place | null }
  /** A flag of the vma is set. */
  | { readonly need: 'flag'; readonly arg: Place; readonly flag: string }
  /** As many bytes as another argument says may be read or written behind the argument. */
  | { readonly need: 'buffer'; readonly arg: Place; readonly length: number; readonly access: 'read' | 'written' }
  /** A format string, and behind it what it prints. */
  | { readonly need: 'format'; readonly arg: number }
  /** It is neither `None` nor an error. */
  | { readonly need: 'some'; readonly arg: Place }
  /** It was allocated with the layout that the next argument is. */
  | { readonly need: 'layout'; readonly arg: number }
  /** The two arguments behind it are an address and a length within the vma. */
  | { readonly need: 'range'; readonly arg: number }
  /** Anything else, in words that follow "show that"; `like` finds it in invariants and in the caller's contract. */
  | { readonly need: 'statement'; readonly words: string; readonly like: RegExp | null; readonly arg?: Place };

/** Index of an argument, or what a method is called on. */
export type Place = number | 'self';
export type Lock = 'mmap' | 'vma' | 'mmap or vma';

export interface Contract {
  readonly needs: readonly Need[];
  /** What a result other than NULL (true, for a bool) means. */
  readonly gives?: Gift;
}

export interface Gift {
  /** The result points at a live object of this kind. */
  readonly noun?: string;
  /** What is held from then on. */
  readonly takes?: 'mmap read lock' | 'mmap write lock' | 'vma read lock' | 'increment of `mm_users`' | 'reference';
  /** The call cannot fail. */
  readonly always?: boolean;
  /** What else is known of the result: "unregistered". */
  readonly state?: string;
  /** Nobody else can see it yet. */
  readonly unshared?: boolean;
  /** It is the task that runs. */
  readonly current?: boolean;
}

const valid = (arg: Place, noun: string): Need => ({ need: 'valid', arg, noun });
const statement = (words: string, like: RegExp | null = null, arg?: Place): Need =>
  arg === undefined ? { need: 'statement', words, like } : { need: 'statement', words, like, arg };
const mm = valid(0, 'mm_struct');
const users: Need = { need: 'users', arg: 0 };
const increment: Need = { need: 'increment', arg: 0 };
const mmapLock: Need = { need: 'lock', arg: 0, lock: 'mmap' };
const vma = valid(0, 'vm_area_struct');
const vmaLock: Need = { need: 'lock', arg: 0, lock: 'mmap or vma' };
/** A vma that is being set up, in the words of those who promise or demand it. */
export const IN_SETUP = /\bundergoing (?:initial|setup)|\bbeing (?:mmap|set up)|\binitial (?:vma )?setup\b/i;
const setup = statement('the vma is still being set up by an `mmap()` hook', IN_SETUP, 0);
const task = valid(0, 'task_struct');
const page = valid(0, 'page');
const file = valid(0, 'file');
const shrinker = valid(0, 'shrinker');
const unregistered = statement('the shrinker is not registered yet', /\bunregistered\b|not (?:yet )?registered/i, 0);
const lru = valid(0, 'list_lru');
const zeroes = statement('the value is initialised, or zeroes are a value of its type', /initiali[sz]ed/i);
const buffer = (arg: Place, length: number, access: 'read' | 'written'): Need => ({
  need: 'buffer',
  arg,
  length,
  access,
});

/** C functions that `bindings` offers, and unsafe functions of `core` and of the `kernel` crate. Sorted by name. */
export const CONTRACTS: Readonly<Record<string, Contract>> = {
  'ARef::from_raw': { needs: [{ need: 'nonnull', arg: 0 }, increment] },
  'Arc::borrow': { needs: foreign('borrow') },
  'Arc::from_foreign': { needs: foreign('take') },
  'CStr::from_char_ptr': { needs: [valid(0, 'nul-terminated string')] },
  'Device::as_ref': { needs: [valid(0, 'device')] },
  'File::from_raw_file': { needs: [file, statement('no `fdget_pos` region of the file is active on this thread')] },
  'ForeignOwnable::borrow': { needs: foreign('borrow') },
  'ForeignOwnable::from_foreign': { needs: foreign('take') },
  'KVmalloc::free': { needs: allocation() },
  'KVVec::from_raw_parts': { needs: vecParts() },
  'KVec::from_raw_parts': { needs: vecParts() },
  'Kmalloc::free': { needs: allocation() },
  'LocalFile::from_raw_file': {
    needs: [file, statement('no `fdget_pos` region of the file is active on another thread')],
  },
  'Mm::from_raw': { needs: [{ need: 'valid', arg: 0, noun: 'mm_struct', lasting: true }] },
  'MmWithUser::from_raw': {
    needs: [
      { need: 'valid', arg: 0, noun: 'mm_struct', lasting: true },
      { need: 'users', arg: 0, lasting: true },
    ],
  },
  'NonNull::new_unchecked': { needs: [{ need: 'nonnull', arg: 0 }] },
  'PidNamespace::from_ptr': { needs: [{ need: 'valid', arg: 0, noun: 'pid_namespace', lasting: true }] },
  'PollTable::from_ptr': { needs: [valid(0, 'poll_table')] },
  'SeqFile::from_raw': { needs: [valid(0, 'seq_file'), statement('nothing else uses the `seq_file` meanwhile')] },
  'VVec::from_raw_parts': { needs: vecParts() },
  'Vec::from_raw_parts': { needs: vecParts() },
  'VmAreaNew::from_raw': { needs: [setup] },
  'VmAreaRef::from_raw': { needs: lockedVma() },
  'VmaMixedMap::from_raw': { needs: [...lockedVma(), { need: 'flag', arg: 0, flag: 'MIXEDMAP' }] },
  'VmaNew::from_raw': { needs: [setup] },
  'VmaRef::from_raw': { needs: lockedVma() },
  'bindings::BUG': { needs: [] },
  'bindings::__free_pages': {
    needs: [page, statement('nothing uses the page any more', /owns?|ownership|exclusive/i)],
  },
  'bindings::__list_lru_init': { needs: [lru, statement('the list is not in use yet')] },
  'bindings::__might_sleep': { needs: [valid(0, 'nul-terminated string')] },
  'bindings::_copy_from_iter': { needs: [buffer(0, 1, 'written'), valid(2, 'iov_iter')] },
  'bindings::_copy_from_user': { needs: [buffer(0, 2, 'written')] },
  'bindings::_copy_to_iter': { needs: [buffer(0, 1, 'read'), valid(2, 'iov_iter')] },
  'bindings::_copy_to_user': { needs: [buffer(1, 2, 'read')] },
  'bindings::alloc_pages': { needs: [], gives: { noun: 'page', unshared: true } },
  'bindings::capable': { needs: [] },
  'bindings::copy_from_user': { needs: [buffer(0, 2, 'written')] },
  'bindings::copy_to_user': { needs: [buffer(1, 2, 'read')] },
  'bindings::current_euid': { needs: [] },
  'bindings::current_user_ns': { needs: [] },
  'bindings::from_kuid': { needs: [] },
  'bindings::generic_file_open': { needs: [valid(0, 'inode'), valid(1, 'file')] },
  'bindings::get_current': { needs: [], gives: { noun: 'task_struct', always: true, current: true } },
  'bindings::get_file': { needs: [file], gives: { takes: 'reference', always: true } },
  'bindings::get_random_u64': { needs: [] },
  'bindings::get_task_mm': { needs: [task], gives: { noun: 'mm_struct', takes: 'increment of `mm_users`' } },
  'bindings::get_task_struct': { needs: [task], gives: { takes: 'reference', always: true } },
  'bindings::has_capability_noaudit': { needs: [task] },
  'bindings::i_size_read': { needs: [valid(0, 'inode')] },
  'bindings::kmap_local_page': { needs: [page] },
  'bindings::kunmap_local': { needs: [statement('the address is the latest mapping that this thread made')] },
  'bindings::list_lru_add': { needs: lruItem() },
  'bindings::list_lru_add_obj': { needs: lruItem() },
  'bindings::list_lru_count': { needs: [lru] },
  'bindings::list_lru_del': { needs: lruItem() },
  'bindings::list_lru_del_obj': { needs: lruItem() },
  'bindings::list_lru_destroy': { needs: [lru, statement('the list was initialised and is empty', null, 0)] },
  'bindings::list_lru_isolate': {
    needs: [
      statement('the item is in this list and the lock of the list is held', /\block\b.*held|\bin (?:this|the) list/i),
    ],
  },
  'bindings::list_lru_walk': { needs: [lru] },
  'bindings::lock_vma_under_rcu': { needs: [mm, users], gives: { noun: 'vma', takes: 'vma read lock' } },
  'bindings::lockdep_set_class_rwsem': { needs: [valid(0, 'rw_semaphore'), statement('the lock is not in use yet')] },
  'bindings::memfd_fcntl': { needs: [file, statement('the file is a memfd file', /\bmemfd\b/i)] },
  'bindings::might_resched': { needs: [] },
  'bindings::misc_deregister': {
    needs: [valid(0, 'miscdevice'), statement('the device is registered', /\bregistered\b/i, 0)],
  },
  'bindings::misc_register': {
    needs: [
      { need: 'initialised', arg: 0 },
      statement('the device stays where it is until it is deregistered'),
      valid(0, 'miscdevice'),
    ],
  },
  'bindings::mm_get_unmapped_area': { needs: [mm, users, valid(1, 'file')] },
  'bindings::mmap_read_lock': { needs: [mm], gives: { takes: 'mmap read lock', always: true } },
  'bindings::mmap_read_trylock': { needs: [mm], gives: { takes: 'mmap read lock' } },
  'bindings::mmap_read_unlock': { needs: [mmapLock, mm] },
  'bindings::mmap_write_lock': { needs: [mm], gives: { takes: 'mmap write lock', always: true } },
  'bindings::mmap_write_trylock': { needs: [mm], gives: { takes: 'mmap write lock' } },
  'bindings::mmap_write_unlock': { needs: [mmapLock, mm] },
  'bindings::mmdrop': { needs: [increment, mm] },
  'bindings::mmget': { needs: [mm, users], gives: { takes: 'increment of `mm_users`', always: true } },
  'bindings::mmget_not_zero': { needs: [mm], gives: { takes: 'increment of `mm_users`' } },
  'bindings::mmgrab': { needs: [mm], gives: { takes: 'reference', always: true } },
  'bindings::mmput': { needs: [increment, mm] },
  'bindings::mmput_async': { needs: [increment, mm] },
  'bindings::put_task_struct': { needs: [increment, task] },
  'bindings::sched_setscheduler_nocheck': { needs: [task, valid(2, 'sched_param')] },
  'bindings::set_user_nice': { needs: [task] },
  'bindings::shmem_file_setup': {
    needs: [valid(0, 'nul-terminated string')],
    gives: { noun: 'file', takes: 'reference', unshared: true },
  },
  'bindings::shmem_zero_setup': { needs: [vma, setup] },
  'bindings::shrinker_alloc': {
    needs: [{ need: 'format', arg: 1 }],
    gives: { noun: 'shrinker', state: 'unregistered', unshared: true },
  },
  'bindings::shrinker_free': { needs: [shrinker, statement('nothing uses the shrinker any more', /registered/i, 0)] },
  'bindings::shrinker_register': { needs: [shrinker, unregistered] },
  'bindings::signal_pending': { needs: [task] },
  'bindings::spin_lock': {
    needs: [valid(0, 'lock'), statement('this thread does not hold the lock yet')],
  },
  'bindings::spin_unlock': {
    needs: [valid(0, 'lock'), statement('this thread holds the lock', /\block\b.*held|hold.*\block\b/i)],
  },
  'bindings::strncpy_from_user': { needs: [buffer(0, 2, 'written')] },
  'bindings::task_active_pid_ns': {
    needs: [
      task,
      statement('the task is the current one, so no RCU protection is needed', /task context|current task/i, 0),
    ],
    gives: { noun: 'pid_namespace' },
  },
  'bindings::task_euid': { needs: [task] },
  'bindings::task_get_pid_ns': { needs: [task], gives: { noun: 'pid_namespace', takes: 'reference' } },
  'bindings::task_pid_nr_ns': { needs: [task, valid(1, 'pid_namespace')] },
  'bindings::task_rlimit': { needs: [task, statement('the limit is one that exists', null, 1)] },
  'bindings::task_tgid_nr_ns': { needs: [task, valid(1, 'pid_namespace')] },
  'bindings::task_uid': { needs: [task] },
  'bindings::uid_eq': { needs: [] },
  'bindings::vfs_iter_read': { needs: [file, valid(1, 'iov_iter')] },
  'bindings::vfs_llseek': { needs: [file] },
  'bindings::vm_insert_page': {
    needs: [
      vma,
      vmaLock,
      { need: 'flag', arg: 0, flag: 'MIXEDMAP' },
      valid(2, 'page'),
      statement('the page has order 0', /order[- ]0/i, 2),
    ],
  },
  'bindings::vma_end_read': { needs: [{ need: 'lock', arg: 0, lock: 'vma' }, vma] },
  'bindings::vma_lookup': { needs: [mm, mmapLock], gives: { noun: 'vma' } },
  'bindings::wake_up_process': { needs: [task] },
  'bindings::zap_page_range_single': { needs: [vma, vmaLock, { need: 'range', arg: 0 }] },
  'bindings::zap_vma_range': { needs: [vma, vmaLock, { need: 'range', arg: 0 }] },
  'mem::zeroed': { needs: [zeroes] },
  'slice::from_raw_parts': {
    needs: [
      valid(0, 'value'),
      statement('as many elements as the length says are there, and none changes while the slice is used'),
    ],
  },
};

/** Unsafe methods by their name alone, called on raw pointers and on values of `core`. */
export const METHODS: Readonly<Record<string, Contract>> = {
  add: { needs: [{ need: 'bounds', arg: 0, of: 'self' }] },
  as_mut: { needs: [valid('self', 'value')] },
  as_ref: { needs: [valid('self', 'value')] },
  assume_init: { needs: [zeroes] },
  drop_in_place: {
    needs: [valid('self', 'value'), statement('the old value is not used or dropped again', null, 'self')],
  },
  offset: { needs: [{ need: 'bounds', arg: 0, of: 'self' }] },
  offset_from: { needs: [statement('both pointers are in the same allocation, an array of that type')] },
  read: { needs: [valid('self', 'value')] },
  unwrap_unchecked: { needs: [{ need: 'some', arg: 'self' }] },
  write: { needs: [valid('self', 'value'), { need: 'unshared', arg: 'self' }] },
  write_bytes: { needs: [valid('self', 'value'), { need: 'unshared', arg: 'self' }] },
};

function foreign(how: 'borrow' | 'take'): Need[] {
  const origin = statement(
    'the pointer comes from `into_foreign` of this type and was not taken back by `from_foreign`',
    /private data|into_foreign/i,
    0,
  );
  return how === 'borrow'
    ? [origin]
    : [origin, statement('no borrow of it is in use any more', /no (?:longer|other|borrow)/i)];
}

function allocation(): Need[] {
  return [{ need: 'layout', arg: 0 }, statement('nothing uses the memory any more', null, 0)];
}

function vecParts(): Need[] {
  return [
    statement('the pointer was allocated by the allocator of this type, with this capacity'),
    statement('as many elements as the length says are initialised'),
    statement('nothing else uses the array any more'),
  ];
}

function lockedVma(): Need[] {
  return [
    { need: 'valid', arg: 0, noun: 'vm_area_struct', lasting: true },
    { need: 'lock', arg: 0, lock: 'mmap or vma', lasting: true },
  ];
}

function lruItem(): Need[] {
  return [lru, valid(1, 'list_head'), statement('the item is used with this list only', /right shrinker|this list/i)];
}

/** What is known of types of the `kernel` crate whose definition is in another file. */
export const KNOWN_TYPES: Readonly<Record<string, readonly string[]>> = {
  CurrentTask: ['it is only used in the task context that it was made in'],
  MmWithUser: ['the value of `mm_users` is non-zero'],
  MmWithUserAsync: ['the value of `mm_users` is non-zero'],
  VmAreaMixedMap: ['the mmap or vma read lock is held', 'the `VM_MIXEDMAP` flag is set'],
  VmAreaNew: ['the vma is undergoing initialization in an `mmap()` hook'],
  VmAreaRef: ['the mmap or vma read lock is held'],
  VmaMixedMap: ['the mmap or vma read lock is held', 'the `VM_MIXEDMAP` flag is set'],
  VmaNew: ['the vma is undergoing initialization in an `mmap()` hook'],
  VmaRef: ['the mmap or vma read lock is held'],
};

/** Contracts of trait methods whose trait is in another file, as statements about their parameters. */
export const TRAIT_CONTRACTS: Readonly<Record<string, readonly string[]>> = {
  'AlwaysRefCounted::dec_ref': [
    'the caller owns an increment of the reference count, which keeps `obj` valid, and gives it up here',
  ],
};

/** What implementers of an unsafe trait vouch for, and what callers of its unsafe methods do. */
export const TRAIT_DUTIES: Readonly<Record<string, readonly string[]>> = {
  AlwaysRefCounted: [
    'increments of the reference count keep the object alive until the matching decrements',
    'every instance is reference counted',
  ],
  'AlwaysRefCounted::dec_ref': [
    'there was a matching increment of the reference count before',
    'the object is not used afterwards, unless they own another increment',
  ],
};

/** Fields of C structs that do not change while others can see the object, and why. */
export const STABLE_FIELDS: Readonly<Record<string, string>> = {
  'file_operations.*': 'the operations of a file are constant',
  'file.f_inode': 'the `f_inode` of an open file does not change',
  'file.f_op': 'the `f_op` of an open file does not change',
  'file.private_data': 'the `private_data` of a file is set when it is opened and stays until it is released',
  'inode.i_ino': 'the `i_ino` of an inode does not change',
  'inode.i_private': '`i_private` is set before the inode is visible',
};

/** The same for the task that runs. */
export const STABLE_OF_CURRENT: Readonly<Record<string, string>> = {
  'task_struct.group_leader': 'the group leader of a task does not change while it runs',
  'task_struct.mm': 'only the current task itself changes its `mm`',
};

/** What an object keeps alive as long as it lives itself, by its field. */
export interface Kept {
  readonly noun: string;
  readonly why: string;
  /** Only the task that runs does. */
  readonly ofCurrent?: boolean;
}

export const KEPT_FIELDS: Readonly<Record<string, Kept>> = {
  'file.f_inode': { noun: 'inode', why: 'An open file keeps its `f_inode`' },
  'file.f_op': { noun: 'file_operations', why: 'An open file keeps its `f_op`' },
  'task_struct.group_leader': {
    noun: 'task_struct',
    why: 'The group leader of the current task is valid as long as that runs',
    ofCurrent: true,
  },
};

/** The C structs that types of the `kernel` crate wrap. */
export const WRAPPED: Readonly<Record<string, string>> = {
  CStr: 'nul-terminated string',
  CurrentTask: 'task_struct',
  File: 'file',
  LocalFile: 'file',
  Mm: 'mm_struct',
  MmWithUser: 'mm_struct',
  MmWithUserAsync: 'mm_struct',
  Page: 'page',
  Task: 'task_struct',
  VmAreaNew: 'vm_area_struct',
  VmAreaRef: 'vm_area_struct',
  VmaNew: 'vm_area_struct',
  VmaRef: 'vm_area_struct',
};

/** Flags of a vma that may always be set while it is being set up, and those that may be cleared while another is clear. */
export const FREE_FLAGS: ReadonlySet<string> = new Set(['DONTCOPY', 'DONTDUMP', 'DONTEXPAND', 'IO']);
export const CLEARABLE_FLAGS: ReadonlyMap<string, string> = new Map([
  ['MAYEXEC', 'EXEC'],
  ['MAYREAD', 'READ'],
  ['MAYWRITE', 'WRITE'],
]);
