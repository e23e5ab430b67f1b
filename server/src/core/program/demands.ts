import { POS } from '../ir/ir';
import type { Solved } from '../typestate/analyse';
import type { RawEvent, Snapshot } from '../typestate/event';
import { LOCK_UNKNOWN, lockOf, PINNED, usersOf, VMA_WRITE } from '../typestate/holding';
import type { Condition, Demand, SlotExpr } from '../typestate/summary';
import type { Sym } from '../typestate/world';
import { isKnownWeak } from './guarantee';
import { isTestedByOwner } from './owner-test';

/** A function with more needs than this passes on the first ones. */
const MAX_DEMANDS = 8;

/**
 * What calls in a function need and nothing on their path provides: the caller has to. Each need has the conditions on
 * the arguments under which it was met, so that a caller that passes others is not blamed.
 */
export function demandsOf(solved: Solved): Demand[] {
  const { ctx, recorder } = solved;
  const found = new Map<string, Demand>();
  for (const event of recorder.events) {
    if (event.kind !== 'call') continue;
    for (const { demand, of } of event.demands) {
      // A lock that is held under another name may be the one that is needed.
      if (demand.resource.startsWith('mmap_') && (event.isLocked || isWalkUnderRcu(event, demand))) continue;
      const slot = of && isLeftToCaller(demand, of) ? ctx.symbols.slotOf(of.symbol) : null;
      if (!slot || !isNamedByCallers(slot, demand) || isTestedByOwner(solved, of!.symbol)) continue;
      // What is this function's own defect is not held against its callers too.
      if (demand.resource === 'users' && isKnownWeak(solved, of!.symbol)) continue;
      const when = conditionsOf(event);
      // Who takes the lock as well, whatever it was given, leaves it to nobody: the way around that is its own defect.
      if (demand.resource.startsWith('mmap_') && when.length === 0 && takesLockOf(solved, of!.symbol)) continue;
      const key = `${demand.resource} ${slot}`;
      const known = found.get(key);
      if (known ? known.when.length > when.length : found.size < MAX_DEMANDS)
        found.set(key, {
          verb: 'needs',
          resource: demand.resource,
          of: slot,
          when,
          asserted: demand.asserted,
          by: event.call.callee,
        });
    }
  }
  return [...found.values()];
}

const takesLockOf = ({ recorder }: Solved, mm: Sym) =>
  recorder.events.some(event => event.kind === 'acquire' && event.resource === 'mmap_lock' && event.of.symbol === mm);

/** The tree of VMAs is made to be walked under RCU as well, by who does not mind an old state of it. */
export const isWalkUnderRcu = ({ atomicDepth }: RawEvent & { kind: 'call' }, { asserted }: Demand) =>
  atomicDepth > 0 && !asserted;

function isLeftToCaller({ verb, resource, or }: Demand, { holding }: Snapshot): boolean {
  if (verb !== 'needs' || or?.length) return false;
  if (resource === 'users') return usersOf(holding) <= 0 && !(holding & PINNED);
  if (resource === 'vma_write') return (holding & VMA_WRITE) === 0;
  return resource.startsWith('mmap_') && lockOf(holding) === LOCK_UNKNOWN;
}

/** The running task keeps its own users, whoever calls, and whoever finds a VMA has the lock that keeps it. */
function isNamedByCallers(slot: string, { resource }: Demand): boolean {
  if (resource === 'users' && slot.endsWith('vm_mm')) return false;
  if (resource === 'vma_write') return /^arg\d+$/.test(slot);
  return /^arg\d+/.test(slot) || (slot === 'current.mm' && resource !== 'users');
}

/** That a pointer is valid and a range not empty goes without saying where it is looked into. */
function conditionsOf({ inputs }: Extract<RawEvent, { kind: 'call' }>): Condition[] {
  return inputs.filter(({ of, mask }) => (typeof of === 'string' ? mask !== POS : !isTestOfRange(of)));
}

/** Two numbers of the caller are compared, such as both ends of a range: no caller avoids anything by them. */
function isTestOfRange(of: SlotExpr): boolean {
  return typeof of !== 'string' && 'op' in of && /^[<>=!]=?$/.test(of.op) && !hasConstant(of);
}

function hasConstant(of: SlotExpr): boolean {
  if (typeof of === 'string') return false;
  return 'const' in of || of.args.some(hasConstant);
}
