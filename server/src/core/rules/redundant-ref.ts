import { printOperand } from '../ir/print';
import type { Judged, Release, View } from '../program/judged';
import { callsOf, firstOf, releasesOf } from './observe';
import type { Rule } from './rule';
import { lastStep, sameSpan } from './trail';
import { nameResource } from './words';

export const redundantRef: Rule = {
  id: 'redundant-ref',
  severity: 'info',
  languages: ['c', 'rust'],
  summary: 'a reference on `current->mm` that is released again before the function returns',
  why: 'The running task keeps its own `mm_users` while it runs: nothing can take `current->mm` away in the middle of a call. A reference that is taken on it, goes nowhere, and is released in the same function costs two atomic operations on a contended cache line and changes nothing. In Rust `current!().mm()` lends a `&MmWithUser` for as long as it is needed. A reference that is stored, returned or passed to something that may keep it is not reported.',

  *check(judged) {
    const groups = (['users', 'count'] as const).flatMap(resource => releasesOf(judged, resource));
    const redundant = groups.flatMap(group => {
      const [first] = group;
      const take = first && isRedundant(judged, group) ? lastStep(first.of, first.resource, 'takes') : undefined;
      return first && take ? [{ release: first, take }] : [];
    });
    redundant.sort((a, b) => a.take.span.start - b.take.span.start);
    for (const { release, take } of firstOf(redundant, ({ release: { of } }) => of.symbol)) {
      yield {
        span: take.span,
        message: `the ${nameResource(release.resource, release.of)} changes nothing: the running task keeps its own address space during this call`,
        trail: [{ span: release.at.span, message: `released here by \`${release.at.call?.callee}()\`` }],
        // What the code between may do with the reference is for its author to say.
        fixes: [],
        subject: release.of.symbol,
      };
    }
  },
};

/** On every path to the release this function took the reference on the mm of the running task, and kept it to itself. */
function isRedundant(judged: Judged, group: readonly Release[]): boolean {
  return group.every(({ of, resource, inferred }) => {
    const take = lastStep(of, resource, 'takes');
    return (
      !inferred &&
      of.ofCurrent &&
      of.guarantee.level === 'users' &&
      !of.escaped &&
      (resource === 'users' ? of.users : of.count) === 1 &&
      take !== undefined &&
      !take.inferred &&
      !isLent(judged, of) &&
      !isKeptElsewhere(judged, of, resource)
    );
  });
}

/** Some way out of the function keeps a reference: then it is taken for somebody. */
function isKeptElsewhere({ exits }: Judged, { symbol }: View, resource: Release['resource']): boolean {
  return exits.some(({ held }) =>
    held.some(of => of.symbol === symbol && (resource === 'users' ? of.users : of.count) > 0),
  );
}

/** In C, whoever gets the pointer may keep it, unless it is known what the function does; a borrow of Rust ends. */
function isLent(judged: Judged, of: View): boolean {
  if (judged.language === 'rust') return false;
  const known = callsOf(judged);
  const names = new Set(['current->mm', of.name]);
  return judged.cfg.blocks.some(({ instrs }) =>
    instrs.some(
      instr =>
        instr.op === 'call' &&
        instr.args.some(arg => names.has(printOperand(arg))) &&
        !known.some(({ at }) => sameSpan(at.span, instr.span)),
    ),
  );
}
