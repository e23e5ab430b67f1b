import type { Called, Judged, Release } from '../program/judged';
import { replaceCallee } from './fixes';
import { calledAt, releasesOf } from './observe';
import type { Rule, TrailStep } from './rule';
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
        trail: tellAtomic(judged, first),
        fixes: inferred ? [] : replaceCallee(at.call, 'mmput_async', false),
        subject: of.symbol,
      };
    }
  },
};

/** The call that opened the innermost atomic section; none when the function was entered in one. */
function tellAtomic(judged: Judged, { at, atomicDepth }: Release): TrailStep[] {
  const opening = judged.events.filter(
    (event): event is Called =>
      event.kind === 'call' &&
      event.at.span.end <= at.span.start &&
      event.atomicDepth === atomicDepth - 1 &&
      event.summary.outcomes.some(({ effects }) =>
        effects.some(effect => effect.kind === 'atomic' && effect.delta > 0),
      ),
  );
  const last = opening.at(-1);
  return last ? [{ span: last.at.span, message: `\`${last.call.callee}()\` forbids sleeping from here` }] : [];
}
