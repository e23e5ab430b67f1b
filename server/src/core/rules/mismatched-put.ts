import type { Release, View } from '../program/judged';
import { replaceCallee } from './fixes';
import { firstOf, heldOf, releasesOf } from './observe';
import type { Rule } from './rule';
import { lastStep, tellTaken } from './trail';
import { nameResource, quote, wordsOf } from './words';

const OTHER = { users: 'count', count: 'users' } as const;
const COUNTERS = { users: 'mm_users', count: 'mm_count' } as const;

export const mismatchedPut: Rule = {
  id: 'mismatched-put',
  severity: 'error',
  languages: ['c'],
  summary: 'an mm_users reference is dropped with mmdrop(), or an mm_count reference with mmput()',
  why: '`mmget()` and `mmgrab()` raise two different counters of one struct. Releasing one with the call of the other leaks the first and takes from the second a reference that belongs to somebody else: the address space, or the struct itself, is freed while it is in use. An `mm_alloc()` result that nobody else has seen may be released either way.',

  *check(judged) {
    for (const resource of ['users', 'count'] as const) {
      for (const group of releasesOf(judged, resource)) {
        // If one path has the right kind here, the put is for that path, and the others leak.
        if (!group.every(isOtherKind)) continue;
        const [{ at, of, inferred }] = group as [Release];
        const held = OTHER[resource];
        const callee = wordsOf(held).release(of)!;
        yield {
          span: at.span,
          message: `drops ${quote(COUNTERS[resource])} of ${quote(of.name)}, but this path holds an ${nameResource(held, of)}: that one leaks, and a reference of somebody else is dropped`,
          trail: tellTaken(of, held),
          fixes: inferred || lastStep(of, held, 'takes')?.inferred ? [] : replaceCallee(at.call, callee, true),
          subject: of.symbol,
        };
      }
    }
    for (const { at, of, resource, field, isStore } of firstOf(judged.mismatches, ({ at }) => at.span.start)) {
      const other = OTHER[resource];
      const right = isStore ? 'mmgrab' : wordsOf(other).release(of)!;
      yield {
        span: at.span,
        message: isStore
          ? `takes an ${wordsOf(resource).noun} for ${quote(field)} to keep, but whoever is done with the object drops ${quote(COUNTERS[other])}`
          : `drops ${quote(COUNTERS[resource])} of ${quote(of.name)}, but ${quote(field)} keeps an ${wordsOf(other).noun}: that one leaks, and a reference of somebody else is dropped`,
        trail: [],
        fixes: replaceCallee(at.call, right, true),
        subject: of.symbol,
      };
    }
  },
};

function isOtherKind({ resource, of }: Release): boolean {
  if (resource !== 'users' && resource !== 'count') return false;
  const other = OTHER[resource];
  return (
    heldOf(of, resource) <= 0 &&
    !of.took[resource] &&
    heldOf(of, other) > 0 &&
    of.took[other] &&
    !of.detached &&
    !mayDropUnpublished(of, resource)
  );
}

/** Nobody else can see it, so there is nothing to unmap: dropping the struct is enough. */
function mayDropUnpublished(of: View, resource: 'users' | 'count'): boolean {
  return resource === 'count' && of.unpublished;
}
