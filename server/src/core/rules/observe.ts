import { POS } from '../ir/ir';
import { bySite, type Called, type Event, type Judged, type Release, type View } from '../program/judged';
import type { Resource } from '../typestate/summary';

/** The pointer can be valid on this path; a path on which it is NULL or an error says nothing about the object. */
export function isObject(handle: View): boolean {
  return (handle.mask & POS) !== 0;
}

/** The call at the place of an event, with what is known of the callee. */
export function calledAt(judged: Judged, event: Event): Called | undefined {
  return judged.events.find(
    (other): other is Called =>
      other.kind === 'call' &&
      (event.at.call
        ? other.call === event.at.call
        : other.at.span.start === event.at.span.start && other.at.span.end === event.at.span.end),
  );
}

/** Calls of functions that something is known about, one for each path. */
export function callsOf(judged: Judged): Called[] {
  return judged.events.filter((event): event is Called => event.kind === 'call');
}

/** Releases of one resource, grouped by place: what every path that reaches the place has there. */
export function releasesOf(judged: Judged, resource: Resource): Release[][] {
  return bySite(judged, 'release')
    .map(group => group.filter(event => event.resource === resource && isObject(event.of)))
    .filter(group => group.length > 0);
}

/** References of this kind that the path holds now, with the one that the caller gave away. */
export function heldOf(handle: View, resource: 'users' | 'count'): number {
  return (resource === 'users' ? handle.users : handle.count) + (handle.given === resource ? 1 : 0);
}

export function isLocked(handle: View): boolean {
  return handle.lock === 'read' || handle.lock === 'write';
}

/** Nothing here says how mmap_lock is. A callee that may have dropped it leaves its state at entry known. */
export function isNeverKnown(handle: View): boolean {
  return handle.lock === 'unknown' && handle.lockAtEntry === 'unknown';
}

/** A vma made by a call that has nothing to do with mmap_lock: nobody can find it before it is inserted. */
export function isNewVma(judged: Judged, { origin }: View): boolean {
  const made =
    origin && callsOf(judged).find(({ at }) => at.span.start === origin.span.start && at.span.end === origin.span.end);
  if (!made) return false;
  const { demands, outcomes } = made.summary;
  return (
    demands.every(demand => !demand.resource.startsWith('mmap_')) &&
    outcomes.every(({ effects }) => effects.length === 0)
  );
}

/** Keeps the first item of each key, in order. */
export function firstOf<T>(items: Iterable<T>, keyOf: (item: T) => unknown): T[] {
  const kept = new Map<unknown, T>();
  for (const item of items) {
    const key = keyOf(item);
    if (!kept.has(key)) kept.set(key, item);
  }
  return [...kept.values()];
}
