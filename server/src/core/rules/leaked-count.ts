import { checkLeaks } from './leak';
import type { Rule } from './rule';

export const leakedCount: Rule = {
  id: 'leaked-count',
  severity: 'error',
  languages: ['c'],
  summary: 'a path returns without releasing an mm_count reference',
  why: 'An `mm_count` reference keeps `struct mm_struct` allocated after the address space is gone. A path that forgets `mmdrop()` leaks the struct with its page table root for good. A field that keeps one has to release it before it is overwritten, or freed with its object.',
  check: checkLeaks('count'),
};
