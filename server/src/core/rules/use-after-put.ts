import type { Event, Step, Use, View } from '../program/judged';
import { moveBehind } from './fixes';
import { firstOf, heldOf, isObject } from './observe';
import type { Rule, TrailStep } from './rule';
import { lastStep, orderTrail, sameSpan, tellTaken } from './trail';
import { quote } from './words';

export const useAfterPut: Rule = {
  id: 'use-after-put',
  severity: 'error',
  languages: ['c', 'rust'],
  summary: 'an mm or its vma is used after the last reference that this path held was dropped',
  why: '`mmput()` may be the last: it then unmaps everything and drops the struct too. What the pointer names afterwards is freed memory, unless another reference, the task itself or a caller keeps it.',

  *check(judged) {
    const uses = judged.events.filter(isUseOfFreed);
    for (const use of firstOf(uses, event => `${mmOf(event)!.symbol}:${lastPut(mmOf(event)!)!.span.start}`)) {
      const mm = mmOf(use)!;
      const put = lastPut(mm)!;
      const later = uses.filter(other => mmOf(other)!.symbol === mm.symbol).at(-1)!;
      const call =
        judged.events.find(event => event.kind === 'release' && sameSpan(event.at.span, put.span))?.at.call ?? null;
      yield {
        span: use.at.span,
        message: `${quote(use.of.name)} may be freed: the only reference that this path held on ${quote(mm.name)} is gone`,
        trail: orderTrail([...tellTaken(mm, put.resource), tellDropped(mm, put)]),
        fixes: put.inferred ? [] : moveBehind(judged, call, later.at.span),
        subject: mm.symbol,
      };
    }
    for (const { span, of, field, put } of firstOf(judged.dangling, one => one.span.start)) {
      yield {
        span,
        message: `${quote(field)} names an mm that may be freed: the only reference that this path held on it is gone, and the field keeps none`,
        trail: orderTrail([...tellTaken(of, 'users'), { span: put, message: 'last reference dropped here' }]),
        fixes: [],
        subject: of.symbol,
      };
    }
    for (const { span, returned } of judged.exits) {
      const put = returned && isFreed(returned) ? lastPut(returned) : undefined;
      if (!put) continue;
      yield {
        span,
        message: `${quote(returned!.name)} may be freed: it is returned, and the only reference that this path held on it is gone`,
        trail: orderTrail([...tellTaken(returned!, put.resource), tellDropped(returned!, put)]),
        fixes: [],
        subject: returned!.symbol,
      };
    }
  },
};

/** The mm whose reference keeps what is used: the handle itself, or the one that a vma belongs to. */
function mmOf(event: Event): View | null {
  return event.kind === 'use' && event.what === 'vma'
    ? event.mm
    : event.kind === 'call' || event.kind === 'write'
      ? null
      : event.of;
}

function isUseOfFreed(event: Event): event is Use | Extract<Event, { kind: 'acquire' | 'release' }> {
  const mm = mmOf(event);
  // A second put is double-put's; what keeps a lock is told by the event of the lock.
  if (event.kind === 'release' && event.resource !== 'mmap_lock') return false;
  return mm !== null && isFreed(mm);
}

function isFreed(mm: View): boolean {
  if (!isObject(mm) || mm.lazy > 0 || mm.escaped) return false;
  if (heldOf(mm, 'users') > 0 || heldOf(mm, 'count') > 0) return false;
  return lastPut(mm) !== undefined && isOnlyOurs(mm);
}

/** Nothing but what this function took or let go kept it: a call handed it out, a field kept it, or it was raw before. */
function isOnlyOurs(mm: View): boolean {
  // What drops it inside of another function may be the end of the whole object, which has a counter of its own.
  const isFieldsOwn = mm.guarantee.keptByField === true && lastPut(mm)?.inferred === false;
  if (isFieldsOwn && (mm.guarantee.level === 'users' ? mm.users < 0 : mm.count < 0)) return true;
  return (
    mm.acquired ||
    mm.given !== null ||
    (mm.guarantee.level === 'none' && mm.tookAlways && (mm.took.users || mm.took.count))
  );
}

function tellDropped(mm: View, put: Step): TrailStep {
  return { span: put.span, message: `last reference on ${quote(mm.name)} dropped here by \`${put.callee}()\`` };
}

function lastPut(mm: View) {
  return lastStep(mm, 'users', 'drops') ?? lastStep(mm, 'count', 'drops');
}
