import { checkLeaks } from './leak';
import type { Rule } from './rule';

export const leakedMmapLock: Rule = {
  id: 'leaked-mmap-lock',
  severity: 'error',
  languages: ['c', 'rust'],
  summary: 'a path returns with mmap_lock held that the other paths release',
  why: 'The next writer of this `mmap_lock` waits forever: `mmap()`, `brk()`, page faults and finally the exit of the task hang. A function that returns locked by contract (its callers unlock, or an argument or the result tells them) is not reported. In Rust a guard that is forgotten never unlocks.',
  check: checkLeaks('mmap_lock'),
};
