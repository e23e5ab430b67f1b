import { type Mask, NEG, ZERO } from '../../ir/ir';

/**
 * What the lowering knows of kernel macros: names and shapes, nothing about mm_struct. Functions that take or drop
 * references are rows of the knowledge table. Built-in calls that the lowering itself makes begin with `@`:
 * `@vma_next(&iterator)` is the next VMA of `iterator.mm` or NULL, `@next(...)` a new value of a loop variable and
 * `@more()` an unknown answer; none of them has an effect on its arguments.
 */
export type Idiom =
  /** The value of the first argument. `rest` says whether the other arguments are evaluated too. */
  | { readonly kind: 'same'; readonly rest: boolean }
  /** What the first argument points to. */
  | { readonly kind: 'load' }
  /** Whether the first argument is in the mask. */
  | { readonly kind: 'test'; readonly mask: Mask }
  /** The error in the first argument, or zero. */
  | { readonly kind: 'error-or-zero' }
  /** The path goes on only if the first argument is false. */
  | { readonly kind: 'assert-false' }
  /** Checked by the compiler, not executed. */
  | { readonly kind: 'compile-time' }
  /** Whether the configuration option named by the first argument is on. */
  | { readonly kind: 'config' }
  /** The struct around the member (third argument) that the first argument points to. */
  | { readonly kind: 'container' }
  /** Writes the last argument to the first, which is a place or (`through`) points to one. Yields what `yields` says. */
  | { readonly kind: 'store'; readonly through: boolean; readonly yields: 'old' | 'new' }
  /** Writes the third argument where the first points to if the second is there. `try`: yields whether it did. */
  | { readonly kind: 'compare-exchange'; readonly try: boolean }
  | { readonly kind: 'swap' }
  /** Yields the first argument and leaves `leaves` there, so that its clean-up has nothing to do. */
  | { readonly kind: 'take-over'; readonly leaves: string }
  /** The macro writes to the first argument, although it is spelled like a value. */
  | { readonly kind: 'writes-first' }
  /** The macro jumps to the label in its last argument on failure. */
  | { readonly kind: 'hidden-goto' }
  /** Points the iterator in the first argument at the mm in the second. */
  | { readonly kind: 'iterator-start' }
  /** `ACQUIRE_ERR(name, &var)`: zero, or why the conditional guard `var` was not taken. */
  | { readonly kind: 'acquire-error' };

/** The macro whose call is a statement that returns its argument, taking it over from its clean-up. */
export const RETURN_MACRO = 'return_ptr';

const ROWS: readonly (readonly [Idiom, string])[] = [
  [
    { kind: 'same', rest: false },
    `likely unlikely __builtin_expect READ_ONCE data_race ACCESS_PRIVATE
     rcu_dereference rcu_dereference_bh rcu_dereference_sched rcu_dereference_raw rcu_dereference_check
     rcu_dereference_protected rcu_access_pointer rcu_pointer_handoff unrcu_pointer rtnl_dereference
     srcu_dereference srcu_dereference_check
     this_cpu_read raw_cpu_read __this_cpu_read this_cpu_ptr raw_cpu_ptr
     PTR_ERR ERR_PTR ERR_CAST array_index_nospec`,
  ],
  [
    { kind: 'same', rest: true },
    `WARN_ON WARN_ON_ONCE WARN WARN_ONCE WARN_RATELIMIT WARN_TAINT WARN_TAINT_ONCE
     VM_WARN_ON VM_WARN_ON_ONCE VM_WARN VM_WARN_ONCE VM_WARN_ON_ONCE_MM VM_WARN_ON_ONCE_VMA
     VM_WARN_ON_ONCE_FOLIO VM_WARN_ON_VMG MMAP_WARN_ON_ONCE
     drm_WARN_ON drm_WARN_ON_ONCE RCU_LOCKDEP_WARN SCHED_WARN_ON CHECK_DATA_CORRUPTION`,
  ],
  [{ kind: 'load' }, 'smp_load_acquire smp_load_consume'],
  [{ kind: 'test', mask: NEG }, 'IS_ERR IS_ERR_VALUE IS_ERR_PCPU'],
  [{ kind: 'test', mask: NEG | ZERO }, 'IS_ERR_OR_NULL'],
  [{ kind: 'error-or-zero' }, 'PTR_ERR_OR_ZERO'],
  [
    { kind: 'assert-false' },
    `BUG_ON VM_BUG_ON VM_BUG_ON_MM VM_BUG_ON_VMA VM_BUG_ON_PAGE VM_BUG_ON_PGFLAGS VM_BUG_ON_FOLIO`,
  ],
  [
    { kind: 'compile-time' },
    'BUILD_BUG BUILD_BUG_ON BUILD_BUG_ON_MSG BUILD_BUG_ON_NOT_POWER_OF_2 BUILD_BUG_ON_ZERO BUILD_BUG_ON_INVALID static_assert',
  ],
  [{ kind: 'config' }, 'IS_ENABLED IS_BUILTIN IS_REACHABLE IS_MODULE'],
  [{ kind: 'container' }, 'container_of container_of_const list_entry list_entry_rcu hlist_entry llist_entry rb_entry'],
  [
    { kind: 'store', through: false, yields: 'new' },
    'WRITE_ONCE rcu_assign_pointer RCU_INIT_POINTER this_cpu_write raw_cpu_write __this_cpu_write smp_store_mb',
  ],
  [{ kind: 'store', through: true, yields: 'new' }, 'smp_store_release'],
  [{ kind: 'store', through: false, yields: 'old' }, 'this_cpu_xchg rcu_replace_pointer'],
  [{ kind: 'store', through: true, yields: 'old' }, 'xchg xchg_relaxed xchg_acquire xchg_release'],
  [
    { kind: 'compare-exchange', try: false },
    'cmpxchg cmpxchg_relaxed cmpxchg_acquire cmpxchg_release cmpxchg_local cmpxchg64',
  ],
  [{ kind: 'compare-exchange', try: true }, 'try_cmpxchg try_cmpxchg_relaxed try_cmpxchg_acquire try_cmpxchg_release'],
  [{ kind: 'swap' }, 'swap'],
  [{ kind: 'take-over', leaves: '0' }, 'no_free_ptr retain_and_null_ptr'],
  [{ kind: 'take-over', leaves: '-EBADF' }, 'take_fd'],
  [{ kind: 'writes-first' }, 'get_user __get_user get_kernel_nofault'],
  [
    { kind: 'hidden-goto' },
    `unsafe_get_user unsafe_put_user unsafe_copy_to_user unsafe_copy_from_user
     __get_kernel_nofault __put_kernel_nofault`,
  ],
  [{ kind: 'iterator-start' }, 'vma_iter_init'],
  [{ kind: 'acquire-error' }, 'ACQUIRE_ERR'],
];

export const IDIOMS: ReadonlyMap<string, Idiom> = new Map(
  ROWS.flatMap(([idiom, names]) => words(names).map(name => [name, idiom] as const)),
);

/** Functions that do not return. Others are known by `__noreturn` on their definition. */
export const NORETURN: ReadonlySet<string> = new Set(
  words(`BUG panic nmi_panic die die_if_kernel do_exit do_group_exit do_task_dead make_task_dead rewind_stack_and_make_dead
     kthread_exit kthread_complete_and_exit unreachable __builtin_unreachable __builtin_trap parisc_terminate`),
);

/** Macros that declare their first argument as a local struct, and what of the second an iteration of it goes over. */
export const DECLARING: readonly {
  readonly pattern: RegExp;
  readonly type: string;
  readonly over: 'mm' | 'tree' | null;
}[] = [
  { pattern: /^VMA_ITERATOR$/, type: 'vma_iterator', over: 'mm' },
  { pattern: /^MA_STATE$/, type: 'ma_state', over: 'tree' },
  { pattern: /^(LIST|HLIST|LLIST)_HEAD$/, type: 'list_head', over: null },
  { pattern: /^(DEFINE|DECLARE)_[A-Z0-9_]+$/, type: '', over: null },
];

/** Loop macros: which arguments each iteration assigns, and which of them is NULL at the end of the loop. */
export interface LoopMacro {
  readonly pattern: RegExp;
  readonly assigns: readonly number[];
  readonly nullAtEnd: number | null;
  /** For a loop over VMAs: the first argument is the iterator, or points to it, or is `&mm->mm_mt`. */
  readonly iterator: 'itself' | 'pointer' | null;
}

function loop(pattern: RegExp, assigns: readonly number[], nullAtEnd: number | null = null): LoopMacro {
  return { pattern, assigns, nullAtEnd, iterator: null };
}

/** The first match counts; the last row takes every other loop macro. */
export const LOOP_MACROS: readonly LoopMacro[] = [
  { pattern: /^for_each_vma(_range)?$/, assigns: [1], nullAtEnd: 1, iterator: 'itself' },
  { pattern: /^(mas|mt)_for_each(_rev)?$/, assigns: [1], nullAtEnd: 1, iterator: 'pointer' },
  loop(/^(anon_)?vma_interval_tree_foreach$/, [0], 0),
  loop(/^hlist_.*for_each_entry.*_safe/, [0, 1], 0),
  loop(/^hlist_.*for_each_entry/, [0], 0),
  loop(/for_each.*_safe/, [0, 1]),
  loop(/^(__)?(for|while)_each_thread$/, [1]),
  loop(/^for_each_process_thread$/, [0, 1]),
  loop(/^(do|while)_each_pid_t/, [2]),
  loop(/^hash_for_each_possible/, [1]),
  loop(/^hash_for_each/, [1, 2]),
  loop(/^xas_for_each/, [1], 1),
  loop(/^(xa_for_each|idr_for_each_entry)/, [1, 2]),
  loop(/./, [0]),
];

/** Block macros that run their body at most once, with a guard held. */
export const SCOPED_MACROS: ReadonlySet<string> = new Set(['scoped_guard', 'scoped_cond_guard', 'scoped_class']);

/** What `guard(name)(_T)` calls at its start and at the end of its scope, in the form of `DEFINE_GUARD()`. */
export const GUARDS: ReadonlyMap<string, { readonly take: string; readonly release: string }> = new Map(
  [
    'task_lock: task_lock(_T) task_unlock(_T)',
    'rcu: rcu_read_lock() rcu_read_unlock()',
    'preempt: preempt_disable() preempt_enable()',
    'preempt_notrace: preempt_disable_notrace() preempt_enable_notrace()',
    'migrate: migrate_disable() migrate_enable()',
    'irq: local_irq_disable() local_irq_enable()',
    'irqsave: local_irq_save() local_irq_restore()',
    'spinlock: spin_lock(_T) spin_unlock(_T)',
    'spinlock_irq: spin_lock_irq(_T) spin_unlock_irq(_T)',
    'spinlock_bh: spin_lock_bh(_T) spin_unlock_bh(_T)',
    'spinlock_irqsave: spin_lock_irqsave(_T) spin_unlock_irqrestore(_T)',
    'raw_spinlock: raw_spin_lock(_T) raw_spin_unlock(_T)',
    'raw_spinlock_nested: raw_spin_lock_nested(_T) raw_spin_unlock(_T)',
    'raw_spinlock_irq: raw_spin_lock_irq(_T) raw_spin_unlock_irq(_T)',
    'raw_spinlock_bh: raw_spin_lock_bh(_T) raw_spin_unlock_bh(_T)',
    'raw_spinlock_irqsave: raw_spin_lock_irqsave(_T) raw_spin_unlock_irqrestore(_T)',
    'read_lock: read_lock(_T) read_unlock(_T)',
    'read_lock_irq: read_lock_irq(_T) read_unlock_irq(_T)',
    'read_lock_irqsave: read_lock_irqsave(_T) read_unlock_irqrestore(_T)',
    'write_lock: write_lock(_T) write_unlock(_T)',
    'write_lock_irq: write_lock_irq(_T) write_unlock_irq(_T)',
    'write_lock_irqsave: write_lock_irqsave(_T) write_unlock_irqrestore(_T)',
    'mutex: mutex_lock(_T) mutex_unlock(_T)',
    'rwsem_read: down_read(_T) up_read(_T)',
    'rwsem_write: down_write(_T) up_write(_T)',
    'srcu: srcu_read_lock(_T) srcu_read_unlock(_T)',
    'mmap_read_lock: mmap_read_lock(_T) mmap_read_unlock(_T)',
    'mmap_write_lock: mmap_write_lock(_T) mmap_write_unlock(_T)',
  ].map(row => {
    const [, name, take, release] = /^(\w+): (\S+) (\S+)$/.exec(row)!;
    return [name!, { take: take!, release: release! }];
  }),
);

/** Conditional guards: the guard whose release they share, and what takes them, in the form of `DEFINE_GUARD_COND()`. */
export const CONDITIONAL_GUARDS: ReadonlyMap<string, { readonly guard: string; readonly take: string }> = new Map(
  [
    'mutex_try: mutex mutex_trylock(_T)',
    'mutex_intr: mutex mutex_lock_interruptible(_T)==0',
    'mutex_kill: mutex mutex_lock_killable(_T)==0',
    'spinlock_try: spinlock spin_trylock(_T)',
    'spinlock_irq_try: spinlock_irq spin_trylock_irq(_T)',
    'spinlock_irqsave_try: spinlock_irqsave spin_trylock_irqsave(_T)',
    'raw_spinlock_try: raw_spinlock raw_spin_trylock(_T)',
    'rwsem_read_try: rwsem_read down_read_trylock(_T)',
    'rwsem_read_intr: rwsem_read down_read_interruptible(_T)==0',
    'rwsem_write_try: rwsem_write down_write_trylock(_T)',
    'rwsem_write_kill: rwsem_write down_write_killable(_T)==0',
    'mmap_read_lock_try: mmap_read_lock mmap_read_trylock(_T)',
    'mmap_read_lock_kill: mmap_read_lock mmap_read_lock_killable(_T)==0',
    'mmap_write_lock_kill: mmap_write_lock mmap_write_lock_killable(_T)==0',
  ].map(row => {
    const [, name, guard, take] = /^(\w+): (\w+) (\S+)$/.exec(row)!;
    return [name!, { guard: guard!, take: take! }];
  }),
);

/** What `__free(name)` runs at the end of the scope, in the form of `DEFINE_FREE()`. */
export const FREES: ReadonlyMap<string, string> = new Map([
  ['mmput', 'if (_T) mmput(_T)'],
  ['mmput_async', 'if (_T) mmput_async(_T)'],
  ['mmdrop', 'if (_T) mmdrop(_T)'],
  ['put_task', 'if (_T) put_task_struct(_T)'],
  ['kfree', 'if (!IS_ERR_OR_NULL(_T)) kfree(_T)'],
  ['kvfree', 'if (!IS_ERR_OR_NULL(_T)) kvfree(_T)'],
  ['vfree', 'if (!IS_ERR_OR_NULL(_T)) vfree(_T)'],
  ['fput', 'if (!IS_ERR_OR_NULL(_T)) fput(_T)'],
]);

function words(text: string): string[] {
  return text.trim().split(/\s+/);
}
