import type { Use, View } from '../program/judged';
import { firstOf, isLocked, isNewVma, isObject } from './observe';
import type { Rule, TrailStep } from './rule';
import { lastStep, orderTrail, tellReleased, tellTaken } from './trail';
import { quote } from './words';

export const vmaAfterUnlock: Rule = {
  id: 'vma-after-unlock',
  severity: 'error',
  languages: ['c', 'rust'],
  summary: 'a vma is used after the lock that kept it was dropped',
  why: 'Once `mmap_lock` (or the per-VMA lock) is dropped, another thread may unmap the range and free the VMA. Taking the lock again does not bring the old pointer back: it must be looked up again. Calls that drop the lock inside count too: a fault that returns `VM_FAULT_RETRY`, or GUP that clears `locked`.',

  *check(judged) {
    // Whoever takes an address space down is the only one left that could free its VMAs.
    if (judged.cfg.calledAs?.isExit) return;
    const uses = judged.events.filter(
      (event): event is Use => event.kind === 'use' && isStale(event) && !isNewVma(judged, event.of),
    );
    for (const use of firstOf(uses, ({ of }) => of.symbol)) {
      yield {
        span: use.at.span,
        message: `${quote(use.of.name)} may be freed: the lock that kept it was dropped on this path`,
        trail: tellDrop(use),
        fixes: [],
        subject: use.of.symbol,
      };
    }
  },
};

function isStale({ of, mm, what }: Use): boolean {
  if (what !== 'vma' || !isObject(of) || of.vmaRead) return false;
  // A vma of its own lock, or one that is not inserted yet, does not depend on mmap_lock.
  if (of.vmaReleased) return !mm || !isLocked(mm);
  if (of.acquired) return false;
  return of.stale ? true : mm !== null && hasDropped(mm);
}

function hasDropped(mm: View): boolean {
  return mm.lock === 'none' && lastStep(mm, 'mmap_lock', 'drops') !== undefined;
}

function tellDrop({ of, mm }: Use): TrailStep[] {
  if (of.stale) return [{ span: of.stale, message: `lock dropped here: ${quote(of.name)} is not kept from now on` }];
  if (of.vmaReleased) return tellReleased(of, 'vma_read');
  return mm ? orderTrail([...tellTaken(mm, 'mmap_lock'), ...tellReleased(mm, 'mmap_lock')]) : [];
}
