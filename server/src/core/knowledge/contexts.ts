import rows from './rows/contexts.json';

/**
 * Where a callback runs: `task-current-mm` has a current->mm that is alive, `task` may have none, `kthread` has none
 * until kthread_use_mm(), `softirq` and `atomic` must not sleep, and `any` proves nothing.
 */
export type ContextKind = 'task-current-mm' | 'task' | 'kthread' | 'softirq' | 'atomic' | 'any';

/** What the kernel promises to a function that a struct member, a registration or a definition macro names. */
export interface Context {
  /** The struct, or the function or macro that the callback is given to. */
  readonly struct: string;
  /**
   * The member or parameter; `*` stands for every member. `walk_lock = PGWALK_WRLOCK` is a member that has no context of
   * its own and tells which lock is held when those beside it run.
   */
  readonly member: string;
  readonly context: ContextKind;
  /** mmap_lock of the mm in question on entry; `inherited` is what the function that runs before it left. */
  readonly mmapLock: 'none' | 'read' | 'write' | 'read-or-vma' | 'inherited' | 'unknown';
  /** mm_users of the mm that is passed has come to zero: nobody else changes its address space any more. */
  readonly users?: 'zero';
  readonly note: string;
  /** The note cites lines of the tree that were read; otherwise the row is common knowledge. */
  readonly verified: boolean;
}

export const CONTEXTS = rows as readonly Context[];

const BY_MEMBER = new Map(CONTEXTS.map(row => [`${row.struct}.${row.member}`, row]));

/** The context of the function that `member` of `struct` names; undefined when the table does not know. */
export function contextOf(struct: string, member: string): Context | undefined {
  return BY_MEMBER.get(`${struct}.${member}`) ?? BY_MEMBER.get(`${struct}.*`);
}
