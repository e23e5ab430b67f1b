import { checkLeaks } from './leak';
import type { Rule } from './rule';
import { callsOf, spellCall } from './rust-calls';
import { guardIn } from './rust-types';

export const leakedMmapLock: Rule = {
  id: 'leaked-mmap-lock',
  severity: 'error',
  languages: ['c', 'rust'],
  summary: 'a path returns with mmap_lock held that the other paths release',
  why: 'The next writer of this `mmap_lock` waits forever: `mmap()`, `brk()`, page faults and finally the exit of the task hang. A function that returns locked by contract (its callers unlock, or an argument or the result tells them) is not reported.',
  check: checkLeaks('mmap_lock'),

  *checkRust(judged) {
    for (const call of callsOf(judged)) {
      const index = call.item?.params.findIndex(({ name }) => name === call.item?.forgets) ?? -1;
      const guard = call.args[index] && guardIn(judged, call.args[index].type);
      if (guard?.guard !== 'mmap_read') continue;
      const message = `mmap_lock stays held: \`${spellCall(judged, call)}\` keeps this guard from calling \`${guard.drop}()\``;
      yield { span: call.span, message, trail: [], fixes: [] };
    }
  },
};
