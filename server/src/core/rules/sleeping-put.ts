import type { Entry } from '../ir/ir';
import type { Called, Judged, Release, Site } from '../program/judged';
import { replaceCallee } from './fixes';
import { calledAt, releasesOf } from './observe';
import type { Fix, Rule, TrailStep } from './rule';
import { quote } from './words';

export const sleepingPut: Rule = {
  id: 'sleeping-put',
  severity: 'error',
  languages: ['c', 'rust'],
  summary: 'mmput() in atomic context, or inside what the last mmput() runs',
  why: '`mmput()` may be the last one and then runs `exit_mmap()`, which sleeps and takes locks. Under a spinlock, in an RCU section or with preemption off it must not be called; `mmput_async()` leaves that work to a kernel thread. SRCU sections and mutexes may sleep and are not meant. Inside an mmu notifier or a shrinker the last put comes back to the same code, and waits for the locks that its caller holds.',

  *check(judged) {
    for (const group of releasesOf(judged, 'users')) {
      const reentered = reentryOf(judged.cfg.calledAs);
      const first = group.find(event => event.atomicDepth > 0) ?? (reentered ? group[0] : undefined);
      if (!first || !calledAt(judged, first)?.summary.sleeps) continue;
      const { at, of, inferred } = first;
      const isAtomic = first.atomicDepth > 0;
      const inside = inferred && at.call ? `, inside \`${at.call.callee}()\`,` : '';
      yield {
        span: at.span,
        message: isAtomic
          ? `the last put of ${quote(of.name)}${inside} sleeps, and this path is atomic here${tellEntry(judged, first)}`
          : `the last put of ${quote(of.name)}${inside} runs \`exit_mmap()\`, which may come back to \`${reentered}\`, and this runs inside of that`,
        trail: tellAtomic(judged, first),
        ...(!isAtomic && { severity: 'warning' as const }),
        fixes: inferred ? [] : [...replaceCallee(at.call, 'mmput_async', false), ...dropAsynchronously(judged, at)],
        subject: of.symbol,
      };
    }
  },
};

/** The callback that `exit_mmap()` or reclaim runs, when the function runs as one. */
function reentryOf(entry: Entry | undefined): string | null {
  return entry && /^(?:mmu_notifier_ops|mmu_interval_notifier_ops|shrinker)\./.test(entry.place) ? entry.place : null;
}

/** `drop(mm)` leaves the last put to a kernel thread; a struct that holds the reference has nothing to do that with. */
function dropAsynchronously({ text, language }: Judged, { span, call }: Site): Fix[] {
  const [, name] = /^(?:\w+::)*drop\((\w+)\)$/.exec(text.slice(span.start, span.end)) ?? [];
  if (language !== 'rust' || name === undefined || call?.args[0]?.kind === 'field') return [];
  const edits = [{ span, text: `drop(MmWithUser::into_mmput_async(${name}))` }];
  return [{ title: 'put with mmput_async()', safe: false, language, edits }];
}

/** Says what makes the path atomic when nothing in the function does. */
function tellEntry(judged: Judged, release: Release): string {
  const { calledAs } = judged.cfg;
  return calledAs && tellAtomic(judged, release).length === 0 ? `, for it runs as \`${calledAs.place}\`` : '';
}

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
