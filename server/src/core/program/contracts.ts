import type { Mask } from '../ir/ir';
import type { Solved } from '../typestate/analyse';
import type { Exit } from '../typestate/event';
import type { Slot, Summary } from '../typestate/summary';
import type { Drop, HeldAtExit, HeldExit, HeldResource } from './leaks';
import { isThunk } from './thunk';

/** A function as the contract decision sees it. */
export interface Participant {
  readonly name: string;
  readonly callees: ReadonlySet<string>;
  /** What a row of the table says that it does, or null: its contract is settled. */
  readonly declared: Summary | null;
  readonly solved: Solved;
  readonly held: HeldAtExit;
}

export interface Verdicts {
  /** `function:resource` of candidates that are defects of the function itself. */
  readonly defects: ReadonlySet<string>;
  /** Of contracts, by the same key: the results for which no caller keeps its part, and which are defects as well. */
  readonly unreleased: ReadonlyMap<string, Mask>;
  /** Single exits that the sibling which releases the others passes over. */
  readonly strays: ReadonlySet<HeldExit>;
  /** Does a function of the file release the same slot, so that storing a marker for it is a protocol? */
  releasesElsewhere(of: Participant, held: HeldExit): boolean;
}

/** What stands before anything is decided. */
export const NO_VERDICTS: Verdicts = {
  defects: new Set(),
  unreleased: new Map(),
  strays: new Set(),
  releasesElsewhere: () => false,
};

export const candidateKey = (name: string, resource: HeldResource): string => `${name}:${resource}`;

/**
 * A function that always ends with something held either has a contract (callers release it) or a defect. It is a
 * contract when some caller, analysed with its summary, releases what it took or passes it on by its own contract; or,
 * without visible callers (an ops table, an exported function), when a sibling releases the same slot.
 */
export function decideContracts(
  participants: readonly Participant[],
  isConsumedElsewhere: (key: string) => boolean = () => false,
): Verdicts {
  const callersOf = groupCallers(participants);
  const dropsByResource = groupDrops(participants);
  const defects = new Set<string>();
  const unreleased = new Map<string, Mask>();
  const strays = new Set<HeldExit>();
  const contracts = new Set<string>();
  /** Contracts that a sibling's release proves, as for `->start` and `->stop`. */
  const bySibling = new Set<string>();

  const releases = (of: Participant, held: HeldExit): DropBy[] => {
    const tail = tailOf(held.slot);
    return (dropsByResource.get(held.resource) ?? []).filter(
      drop => drop.by !== of && isSamePath(tailOf(drop.slot), drop.slot, tail, held.resource),
    );
  };
  /** `keeper` is the function whose exit it is: a callee of `of`, or `of` itself. */
  const releasesElsewhere = (of: Participant, held: HeldExit, keeper = of): boolean =>
    releases(of, held).some(drop => !isRuledOut(drop, keeper.solved, held.exit));

  for (const participant of participants) {
    const callers = callersOf.get(participant.name) ?? [];
    for (const held of participant.held.candidates) {
      const key = candidateKey(participant.name, held.resource);
      if (
        isConsumedElsewhere(key) ||
        declaresTaking(participant.declared, held) ||
        (callers.length === 0 && isThunk(participant.solved.ctx.cfg)) ||
        callers.some(caller => caller.solved.exceeded !== null)
      ) {
        // A caller that was not understood may well release it, and who calls a thunk means its callee.
        contracts.add(key);
      } else if (held.from !== null && contracts.has(held.from) && bySibling.has(held.from) && !callers.length) {
        contracts.add(key);
        bySibling.add(key);
      } else if (callers.some(caller => consumes(caller, participant, held))) {
        contracts.add(key);
      } else if (
        releasesElsewhere(participant, held) &&
        (!callers.length || (held.resource !== 'mmap_lock' && callers.every(caller => passesOn(caller, held))))
      ) {
        contracts.add(key);
        bySibling.add(key);
      } else if (!callers.length && releases(participant, held).length > 0) {
        strays.add(held);
      } else {
        defects.add(key);
      }
    }
  }
  for (const key of contracts) defects.delete(key);
  for (const participant of participants) {
    for (const held of participant.held.candidates) {
      const key = candidateKey(participant.name, held.resource);
      if (!contracts.has(key) || isConsumedElsewhere(key)) continue;
      const kept = resultsKept(key, held, callersOf.get(participant.name) ?? [], defects);
      if (kept) unreleased.set(key, (unreleased.get(key) ?? 0) | kept);
    }
  }
  return { defects, unreleased, strays, releasesElsewhere };

  function consumes(caller: Participant, callee: Participant, held: HeldExit): boolean {
    if (caller.solved.recorder.consumed.has(candidateKey(callee.name, held.resource))) return true;
    return (
      passesOn(caller, held) &&
      !defects.has(candidateKey(caller.name, held.resource)) &&
      releasesElsewhere(caller, held, callee)
    );
  }
}

/**
 * A contract holds for the outcomes in which callers release. These are the results of this exit in which none does,
 * although callers meet them: the exit is told from one that holds nothing by no means, or several callers agree.
 */
function resultsKept(key: string, held: HeldExit, callers: readonly Participant[], defects: ReadonlySet<string>): Mask {
  let released = 0;
  const met: Mask[] = [];
  for (const { name, solved, held: atExit } of callers) {
    released |= solved.recorder.consumed.get(key) ?? 0;
    const leaked = atExit.candidates.filter(({ resource }) => defects.has(candidateKey(name, resource)));
    for (const { from, fromResults } of [...atExit.defects, ...leaked]) if (from === key) met.push(fromResults);
  }
  const kept = held.exit.mask & ~released;
  const witnesses = met.filter(results => results & kept && !(results & released));
  if (!witnesses.length) return 0;
  const isSure = kept === held.exit.mask && held.isAmbiguous;
  return isSure || witnesses.length >= 2 ? kept : 0;
}

/** The table says that callers receive this from the function. */
function declaresTaking(declared: Summary | null, { resource }: HeldExit): boolean {
  return (declared?.outcomes ?? []).some(({ effects }) =>
    effects.some(effect =>
      resource === 'mmap_lock'
        ? effect.kind === 'lock' && effect.to !== 'none'
        : effect.kind === 'count' &&
          effect.delta > 0 &&
          (effect.resource === resource || isLazyCount(effect.resource, resource)),
    ),
  );
}

/** A lazy-TLB reference is an mm_count reference underneath. */
const isLazyCount = (declared: string, held: HeldResource) => declared === 'lazy' && held === 'count';

const passesOn = (caller: Participant, held: HeldExit) =>
  caller.held.candidates.some(other => other.resource === held.resource);

function groupCallers(participants: readonly Participant[]): Map<string, Participant[]> {
  const callers = new Map<string, Participant[]>();
  for (const participant of participants) {
    for (const callee of participant.callees) {
      if (callee === participant.name) continue;
      const list = callers.get(callee);
      if (list) list.push(participant);
      else callers.set(callee, [participant]);
    }
  }
  return callers;
}

type DropBy = Drop & { readonly by: Participant };

function groupDrops(participants: readonly Participant[]): Map<HeldResource, DropBy[]> {
  const drops = new Map<HeldResource, DropBy[]>();
  for (const by of participants) {
    if (by.declared) continue;
    for (const drop of by.held.drops) {
      const list = drops.get(drop.resource) ?? [];
      drops.set(drop.resource, list);
      list.push({ ...drop, by });
    }
  }
  return drops;
}

/** The sibling releases only if a member of the shared object has a value that is not the one which this exit stores. */
function isRuledOut({ by, exit: release }: DropBy, { ctx }: Solved, exit: Exit): boolean {
  const { symbols, constraints } = by.solved.ctx;
  const required = new Map<string, Mask>();
  for (const symbol of release.world.masks.keys()) {
    const member = symbols.info(symbol).kind === 'initial' ? tailOf(symbols.slotOf(symbol)) : null;
    if (member) required.set(member, constraints.maskOf(release.world, symbol));
  }
  for (const [cell, value] of exit.world.env.entries()) {
    const base = required.size > 0 ? ctx.symbols.slotOf(ctx.symbols.cellBase(cell)) : null;
    const member = base?.startsWith('arg') ? tailOf(`${base}.${ctx.symbols.cellField(cell)}`) : null;
    const mask = member ? required.get(member) : undefined;
    if (mask !== undefined && (mask & ctx.constraints.maskOf(exit.world, value)) === 0) return true;
  }
  return false;
}

/** The path below an argument; all of it for `current` and globals; '' for the argument itself; null when unknown. */
function tailOf(slot: Slot | null): string | null {
  if (slot === null) return null;
  return /^arg\d+/.test(slot) ? slot.split('.').slice(1).join('.') : slot;
}

function isSamePath(
  theirTail: string | null,
  theirs: Slot | null,
  tail: string | null,
  resource: HeldResource,
): boolean {
  if (tail === null || theirs === null) return false;
  // Locking a bare argument proves nothing about who unlocks another function's argument.
  if (theirTail === tail) return tail !== '' || resource !== 'mmap_lock';
  const last = tail.split('.').pop()!;
  return tail.includes('.') && theirs.endsWith(`.${last}`);
}
