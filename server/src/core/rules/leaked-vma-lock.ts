import { checkLeaks } from './leak';
import type { Rule } from './rule';

export const leakedVmaLock: Rule = {
  id: 'leaked-vma-lock',
  severity: 'error',
  languages: ['c', 'rust'],
  summary: 'a path returns with the per-VMA lock held',
  why: '`lock_vma_under_rcu()` returns the VMA with its read lock held. Without `vma_end_read()` on every path, the next writer of that VMA waits forever.',
  check: checkLeaks('vma_read'),
};
