import { replaceCallee } from './fixes';
import { calledAt, releasesOf } from './observe';
import type { Rule } from './rule';
import { quote } from './words';

export const sleepingPut: Rule = {
  id: 'sleeping-put',
  severity: 'error',
  languages: ['c'],
  summary: 'mmput() in atomic context',
  why: '`mmput()` may be the last one and then runs `exit_mmap()`, which sleeps and takes locks. Under a spinlock, in an RCU section or with preemption off it must not be called; `mmput_async()` leaves that work to a kernel thread. SRCU sections and mutexes may sleep and are not meant.',

  *check(judged) {
    for (const group of releasesOf(judged, 'users')) {
      const first = group.find(event => event.atomicDepth > 0);
      if (!first || !calledAt(judged, first)?.summary.sleeps) continue;
      const { at, of, inferred } = first;
      yield {
        span: at.span,
        message: `the last put of ${quote(of.name)} sleeps, and this path is atomic here`,
        trail: [],
        fixes: inferred ? [] : replaceCallee(at.call, 'mmput_async', false),
        subject: of.symbol,
      };
    }
  },
};
