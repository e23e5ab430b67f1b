import type { TypeItem } from '../rust/items';
import type { RustJudged } from '../rust/judged';
import { runsBefore } from '../rust/scope';
import type { Local, RustCall, RustDrop } from '../rust/value';
import type { Span } from '../text';
import type { Fix } from './rule';
import { spell } from './rust-calls';
import { countedBy, forbidsSleep } from './rust-types';

interface DropUnderLock {
  readonly drop: RustDrop;
  readonly counted: TypeItem;
  readonly guard: Local;
}

/** Drops that sleep while a guard lives that forbids it; one for each local. */
export function* dropsUnderSpinlock(judged: RustJudged): Iterable<DropUnderLock> {
  const told = new Set<Local>();
  for (const drop of judged.function.events) {
    if (drop.kind !== 'drop' || (drop.local && told.has(drop.local))) continue;
    const counted = countedBy(judged, drop.type);
    if (!counted?.refcount || !judged.lookup(counted.refcount.drop)?.sleeps) continue;
    const guard = drop.alive.find(({ value }) => forbidsSleep(judged, value.type));
    if (!guard) continue;
    if (drop.local) told.add(drop.local);
    yield { drop, counted, guard };
  }
}

interface UseAfterDrop {
  readonly call: RustCall;
  readonly span: Span;
  readonly source: Local;
  readonly drop: RustDrop;
}

/** Raw pointers that are passed on after the reference that they were made of was dropped. */
export function* usesAfterDrop(judged: RustJudged): Iterable<UseAfterDrop> {
  const dropped = new Map<Local, RustDrop>();
  for (const event of judged.function.events) {
    if (event.kind === 'drop' && event.local && event.isCall && countedBy(judged, event.type))
      dropped.set(event.local, event);
    if (event.kind !== 'call') continue;
    for (const [i, { source }] of event.args.entries()) {
      const drop = source && dropped.get(source);
      const span = event.argSpans[i];
      if (drop && span && runsBefore(drop.arm, event.arm)) yield { call: event, span, source, drop };
    }
  }
}

/** `drop(mm)` becomes a put by a kernel thread, where the type has a way to that. */
export function putAsynchronously(judged: RustJudged, { drop: { span, local }, counted }: DropUnderLock): Fix[] {
  const path = `${counted.name}::${counted.refcount?.defer}`;
  if (!local || !judged.items.function(path) || spell(judged, span) !== `drop(${local.name})`) return [];
  const text = `drop(${path}(${local.name}))`;
  return [{ title: 'put with mmput_async()', safe: false, edits: [{ span, text }] }];
}
