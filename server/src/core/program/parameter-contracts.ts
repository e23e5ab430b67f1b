import type { Span, Spot } from '../text';
import type { Demand, Slot, Summary } from '../typestate/summary';
import type { Guarantee } from './judged';

/** A state of mmap_lock that is known. */
export type KnownLock = 'none' | 'read' | 'write';

/** What all known callers establish of one value that they pass. */
export interface ParameterContract {
  /** `open`: the caller itself knows nothing of it, which says nothing against what others pass. */
  readonly level: Guarantee['level'] | 'checked' | 'open';
  readonly nullable: boolean;
  /** State of mmap_lock at every call; null when they disagree. */
  readonly lock: KnownLock | null;
  /** The caller that establishes least: its name in this file, or its line in another. */
  readonly from?: Span | Spot;
}

/** By the slot in which the callee finds it: `arg0` of a parameter, `arg1.mm` of what it points to. */
export type ParameterContracts = ReadonlyMap<Slot, ParameterContract>;

/** Strongest first; what nobody knows leaves it to the others. */
const LEVELS: readonly ParameterContract['level'][] = ['open', 'users', 'count', 'checked', 'none'];

type JoinLocks = (a: ParameterContract['lock'], b: ParameterContract['lock']) => ParameterContract['lock'];

/** Of two callers: a lock that only one of them holds depends on the caller. */
const sameLock: JoinLocks = (a, b) => (a === b ? a : null);
/** Of two paths to one call: a lock that only one of them holds is not held. */
const weakerContract: JoinLocks = (a, b) => (a === null || b === null ? null : weakerLock(a, b));

/** Joins what two callers establish of one function's parameters: the weaker of each. A slot that one omits is the other's. */
export const joinCallers = (a: ParameterContracts, b: ParameterContracts) => join(a, b, sameLock);
/** The same for two paths to one call. */
export const joinPaths = (a: ParameterContracts, b: ParameterContracts) => join(a, b, weakerContract);

function join(a: ParameterContracts, b: ParameterContracts, joinLocks: JoinLocks): ParameterContracts {
  const joined = new Map([...a, ...b]);
  for (const [slot, x] of a) {
    const y = b.get(slot);
    if (!y) continue;
    const { level, from } = LEVELS.indexOf(x.level) >= LEVELS.indexOf(y.level) ? x : y;
    joined.set(slot, {
      level,
      ...(from && { from }),
      nullable: x.nullable || y.nullable,
      lock: joinLocks(x.lock, y.lock),
    });
  }
  return joined;
}

/** What two paths have in common. */
export function weakerLock<Lock extends KnownLock | 'unknown'>(a: Lock, b: Lock): Lock | KnownLock {
  if (a === b) return a;
  if (a === 'unknown') return a;
  if (b === 'unknown') return b;
  return a === 'none' || b === 'none' ? 'none' : 'read';
}

/** The same with where the calls are. */
export function calledFrom(contracts: ParameterContracts, from: Span | Spot): ParameterContracts {
  return new Map([...contracts].map(([slot, contract]) => [slot, { ...contract, from }]));
}

/** What a row of the table demands of a function's callers settles what they leave open. */
export function asDeclared(contracts: ParameterContracts, { demands }: Summary): ParameterContracts {
  return new Map([...contracts].map(([slot, contract]) => [slot, settle(contract, demands, slot)]));
}

function settle(contract: ParameterContract, demands: readonly Demand[], slot: Slot): ParameterContract {
  const needs = (resource: Demand['resource']) =>
    demands.some(
      one =>
        one.verb === 'needs' && one.resource === resource && one.of === slot && !one.or?.length && !one.when.length,
    );
  const isForbidden = demands.some(({ verb, of }) => verb === 'forbids' && of === slot);
  const lock = needs('mmap_write') ? 'write' : needs('mmap_read') ? 'read' : isForbidden ? 'none' : null;
  return { ...contract, ...(needs('users') && { level: 'users' }), lock: contract.lock ?? lock };
}
