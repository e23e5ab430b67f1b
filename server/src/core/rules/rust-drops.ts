import type { TypeItem } from '../rust/items';
import type { RustJudged } from '../rust/judged';
import type { Local, RustDrop } from '../rust/value';
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

/** `drop(mm)` becomes a put by a kernel thread, where the type has a way to that. */
export function putAsynchronously(judged: RustJudged, { drop: { span, local }, counted }: DropUnderLock): Fix[] {
  const path = `${counted.name}::${counted.refcount?.defer}`;
  if (!local || !judged.items.function(path) || spell(judged, span) !== `drop(${local.name})`) return [];
  const text = `drop(${path}(${local.name}))`;
  return [{ title: 'put with mmput_async()', safe: false, edits: [{ span, text }] }];
}
