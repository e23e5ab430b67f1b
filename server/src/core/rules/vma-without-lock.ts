import { nameOfCall } from '../ir/ir';
import type { Called, Judged, View, Write } from '../program/judged';
import type { Demand } from '../typestate/summary';
import { missingDemands } from './guarantee';
import { callsOf, firstOf, isNeverKnown, isNewVma, isObject } from './observe';
import type { Report, Rule } from './rule';
import { lastStep, tellReleased, tellTaken } from './trail';
import { RANGE_FIELDS, writesOf } from './vma-fields';
import { quote } from './words';

export const vmaWithoutLock: Rule = {
  id: 'vma-without-lock',
  severity: 'error',
  languages: ['c', 'rust'],
  summary: 'a look-up, a walk or a change of VMAs without the lock that it needs',
  why: 'Another thread may unmap, split or merge VMAs at any time. A look-up without `mmap_lock` (or the per-VMA lock, where that is enough) returns a pointer that may already be free. A change of a VMA also needs `vma_start_write()`, for page faults read it under its own lock alone. A function whose callers may hold the lock is not reported.',

  *check(judged) {
    const calls = callsOf(judged);
    const never = new Set<number>();
    for (const event of firstOf(calls, ({ at }) => at.span.start)) {
      const others = calls.filter(other => other.at.span.start === event.at.span.start);
      const [missing] = others.flatMap(other =>
        missingDemands(other, (demand, of) => isMissing(judged, demand, of, other)),
      );
      // One lock that is never taken is one defect, however many calls need it.
      if (!missing || never.has(missing.of.symbol)) continue;
      if (missing.demand.resource !== 'vma_write' && isNeverKnown(missing.of)) never.add(missing.of.symbol);
      yield missing.demand.resource === 'vma_write' ? tellOpen(event, missing.of) : tell(event, missing);
    }
    const writes = writesOf(judged).filter(write => isUnlocked(judged, write.mm) || isOpenToFaults(judged, write));
    for (const write of firstOf(writes, ({ of }) => of.symbol)) yield tellWrite(write);
  },
};

function isMissing(judged: Judged, { resource, of: slot }: Demand, of: View, { call, summary }: Called): boolean {
  if (resource.startsWith('mmap_')) {
    if (judged.answering?.has(call.callee)) return false;
    return isUnlocked(judged, of) || (judged.openMms?.has(of.symbol) === true && isNeverKnown(of) && isObject(of));
  }
  if (resource !== 'vma_write') return false;
  if (!isObject(of) || of.vmaWrite || judged.lacksVmaLocks) return false;
  if (judged.openVmas?.has(of.symbol)) return true;
  // Of a function that no call is good enough for, the function itself is told.
  const isOurs = summary.declared || judged.metElsewhere?.has(`${call.callee}:${slot}`) === true;
  return isOurs && of.origin !== null && !isNewVma(judged, of);
}

/** Released on this path, or nobody can hold it: only this function names the handle, or no lock is taken at all. */
function isUnlocked(judged: Judged, of: View): boolean {
  if (!isObject(of) || of.unpublished) return false;
  if (!isNeverKnown(of)) return of.lock === 'none';
  return of.acquired || (isPinnedHere(of) && takesNoLock(judged) && !asserts(judged));
}

/** Under whatever name. */
function takesNoLock({ events }: Judged): boolean {
  return !events.some(event => event.kind === 'acquire' && event.resource === 'mmap_lock');
}

/** It says itself that its callers hold the lock. */
function asserts(judged: Judged): boolean {
  return callsOf(judged).some(({ call, demands }) => call.discarded && demands.some(({ demand }) => demand.asserted));
}

/** Whoever had locked it to look into it would have had the users already, and a lock is in the way of their put. */
function isPinnedHere(of: View): boolean {
  return of.took.users && of.users > 0;
}

/** Other calls here get by with mmap_lock of this mm for reading, so page faults can find the VMA meanwhile. */
function isOpenToFaults(judged: Judged, { field, of, mm }: Write): boolean {
  if (!RANGE_FIELDS.has(field) || of.vmaWrite || judged.lacksVmaLocks) return false;
  return callsOf(judged).some(
    ({ demands, summary }) =>
      summary.declared &&
      demands.some(({ demand, of: asked }) => demand.resource === 'mmap_read' && asked?.symbol === mm.symbol),
  );
}

function tell({ at, call }: Called, { demand, of }: { demand: Demand; of: View }): Report {
  const drop = lastStep(of, 'mmap_lock', 'drops');
  return {
    span: at.span,
    message: `\`${nameOfCall(call)}()\` needs mmap_lock of ${quote(of.name)}${demand.resource === 'mmap_write' ? ' for writing' : ''}, which ${drop ? 'was released on this path' : 'no path takes before'}`,
    trail: tellReleased(of, 'mmap_lock'),
    fixes: [],
    ...(!demand.asserted && { severity: 'warning' as const }),
    subject: of.symbol,
  };
}

function tellOpen({ at, call }: Called, of: View): Report {
  return {
    span: at.span,
    message: `\`${nameOfCall(call)}()\` needs ${quote(of.name)} write-locked, and no path calls \`vma_start_write()\` before`,
    trail: [],
    fixes: [],
    subject: of.symbol,
  };
}

function tellWrite({ at, field, of, mm }: Write): Report {
  const isLocked = mm.lock !== 'none';
  return {
    span: at.span,
    message: isLocked
      ? `\`${field}\` of ${quote(of.name)} changes, and no path calls \`vma_start_write()\` before: page faults read it under the VMA lock alone`
      : `\`${field}\` of ${quote(of.name)} changes without mmap_lock of ${quote(mm.name)}`,
    trail: isLocked ? tellTaken(mm, 'mmap_lock') : tellReleased(mm, 'mmap_lock'),
    fixes: [],
    severity: 'warning',
    subject: of.symbol,
  };
}
