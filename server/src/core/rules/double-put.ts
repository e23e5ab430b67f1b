import type { Release } from '../program/judged';
import { deleteStatement } from './fixes';
import { heldOf, releasesOf } from './observe';
import type { Rule } from './rule';
import { lastStep, orderTrail, tellReleased, tellTaken } from './trail';
import { nameResource, quote } from './words';

export const doublePut: Rule = {
  id: 'double-put',
  severity: 'error',
  languages: ['c'],
  summary: 'a reference is released more often than this path holds it',
  why: 'The second put takes a reference that belongs to somebody else. The address space or the struct is then freed while its real owner still uses it, and the crash comes much later, in code that is right.',

  *check(judged) {
    for (const resource of ['users', 'count'] as const) {
      for (const group of releasesOf(judged, resource)) {
        const spent = group.filter(isSpent);
        const [first] = spent;
        if (!first) continue;
        const { at, of } = first;
        const release = lastStep(of, resource, 'drops');
        yield {
          span: at.span,
          message: `the ${nameResource(resource, of)} was already released on this path`,
          trail: orderTrail([...tellTaken(of, resource), ...tellReleased(of, resource)]),
          fixes:
            spent.length === group.length && !first.inferred && !release?.inferred
              ? deleteStatement(judged, at.call)
              : [],
          ...(release?.inferred && { severity: 'warning' as const }),
          subject: of.symbol,
        };
      }
    }
    for (const group of releasesOf(judged, 'count').filter(drops => drops.every(isNobodys))) {
      const [{ at, of }] = group as [Release];
      yield {
        span: at.span,
        message: `drops an \`mm_count\` reference on ${quote(of.name)} that nothing here took: a ${of.from === 'vma' ? 'VMA' : 'task'} keeps none of its own`,
        trail: [],
        fixes: [],
        subject: of.symbol,
      };
    }
  },
};

/** Tasks and VMAs keep users, which imply a count; whoever drops one of those has to have grabbed it. */
function isNobodys({ of, inferred }: Release): boolean {
  const isBorrowed = of.from === 'task' || of.from === 'current' || of.from === 'vma';
  return isBorrowed && !inferred && !of.detached && !of.took.count && heldOf(of, 'count') <= 0 && of.lazy <= 0;
}

/**
 * This function took what it held and has given all of it back; a handle from outside may carry more. A count that was
 * handed over may be dropped for its new owner, but a users reference is not put twice by one function.
 */
function isSpent({ resource, of }: Release): boolean {
  if (resource !== 'users' && resource !== 'count') return false;
  if (heldOf(of, resource) > 0 || !lastStep(of, resource, 'drops')) return false;
  if (resource === 'count' && of.escaped) return false;
  return of.acquired || (of.took[resource] && of.tookAlways);
}
