import { checkLeaks } from './leak';
import type { Rule } from './rule';

export const leakedUsers: Rule = {
  id: 'leaked-users',
  severity: 'error',
  languages: ['c'],
  summary: 'a path returns without releasing an mm_users reference',
  why: "An `mm_users` reference keeps a whole address space: pages, page tables, open files of its mappings. When one path of a function forgets `mmput()`, the task's memory is never freed after it exits. The finding names the path that keeps the reference and the one that releases it; a reference that is stored, returned or handed to the caller is not a leak.",
  check: checkLeaks('users'),
};
