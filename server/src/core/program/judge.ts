import type { Cfg } from '../ir/ir';
import type { Solved } from '../typestate/analyse';
import type { ArgumentState } from '../typestate/event';
import type { Summary } from '../typestate/summary';
import { findBareStores } from './bare-stores';
import { findBrokenContracts } from './broken-contracts';
import { findDangling } from './dangling';
import type { FieldContracts } from './field-contracts';
import type { Judged, Leak } from './judged';
import type { HeldExit } from './leaks';
import { findMismatched } from './mismatched';
import { findOverwritten } from './overwritten';
import { isTestedByOwner } from './owner-test';
import type { Viewer } from './view';

/** A function whose states are known. */
export interface Solution {
  readonly cfg: Cfg;
  readonly solved: Solved;
  readonly unit: { readonly text: string };
  readonly declared: Summary | null;
}

/** What rules read of one function; `leaks` are the exits that were judged to keep something by mistake. */
export function judgeFunction(
  { cfg, solved, unit, declared }: Solution,
  fields: FieldContracts,
  viewer: Viewer,
  leaks: readonly HeldExit[],
  calls: readonly (readonly ArgumentState[])[],
): Judged {
  return {
    cfg,
    language: cfg.language ?? 'c',
    text: unit.text,
    declared: declared !== null,
    events: solved.recorder.events.map(event => viewer.event(event)),
    broken: declared ? findBrokenContracts(solved, declared, viewer) : [],
    dangling: findDangling(solved, viewer),
    mismatches: findMismatched(solved, fields, viewer),
    bareStores: findBareStores(solved, fields, viewer, calls),
    leaks: [...leaks.map(held => toLeak(held, solved, viewer)), ...findOverwritten(solved, fields, viewer)],
    exits: exitsOf(cfg, solved, viewer),
    isTestedByOwner: mm => isTestedByOwner(solved, mm),
  };
}

function exitsOf(cfg: Cfg, { ctx, recorder }: Solved, viewer: Viewer): Judged['exits'] {
  return recorder.exits.map(({ world, result, mask, at }) => {
    const isHandle = result >= 0 && cfg.returnType.pointers > 0 && ctx.symbols.denotes(result) === 'mm';
    return {
      span: at.span,
      result: mask,
      implicit: at.implicit,
      held: [...world.held.keys()].map(symbol => viewer.view(ctx.snapshot(world, symbol))),
      returned: isHandle ? viewer.view(ctx.snapshot(world, result)) : null,
    };
  });
}

function toLeak(held: HeldExit, { ctx }: Solved, viewer: Viewer): Leak {
  const at = (exit: HeldExit['exit']) => ({
    exit: exit.at.span,
    of: viewer.view(ctx.snapshot(exit.world, held.symbol)),
  });
  return {
    resource: held.resource,
    ...at(held.exit),
    result: held.exit.mask,
    pair: held.pair && at(held.pair),
    evidence: held.evidence,
    atomicDepth: held.exit.world.atomicDepth,
  };
}
