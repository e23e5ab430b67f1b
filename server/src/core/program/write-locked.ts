import type { Cfg } from '../ir/ir';
import { VMA_WRITE } from '../typestate/holding';
import { type Caller, type Passed, parameterOf } from './passed';

/** Callers of callers that are asked for a VMA that they only pass on. */
const MAX_DEPTH = 4;

/**
 * Who write-locks the VMAs that a function needs locked. A VMA that it is given and that no caller locks is its own to
 * lock, unless it asserts that they are: the callers only looked it up. Where some caller does, the others are to do so
 * too.
 */
export function writeLockedBy(called: Caller, functions: readonly Caller[]): Pick<Passed, 'openVmas' | 'metElsewhere'> {
  const { name, solved } = called;
  const openVmas = new Set<number>();
  const metElsewhere = new Set<string>();
  for (const event of solved.recorder.events) {
    if (event.kind !== 'call') continue;
    for (const { demand, of } of event.demands) {
      if (demand.resource !== 'vma_write' || !of || of.holding & VMA_WRITE) continue;
      const parameter = parameterOf(solved, of.symbol);
      if (parameter === null) {
        if (event.summary.declared) continue;
        const needy = `${event.call.callee}:${demand.of}`;
        const position = Number(demand.of.slice('arg'.length));
        if (howPassed(functions, event.call.callee, position).has('locked')) metElsewhere.add(needy);
      } else if (isForCallersHere(called) && !demand.asserted) {
        const ways = howPassed(functions, name, parameter);
        if (ways.has('open') && !ways.has('locked')) openVmas.add(of.symbol);
      }
    }
  }
  return { openVmas, metElsewhere };
}

/** All calls of it are seen in its file. A function that is inline may stand in a header. */
function isForCallersHere({ unit: { text }, solved: { ctx } }: Caller): boolean {
  return ctx.cfg.isStatic && !isCallback(ctx.cfg) && !/\binline\b/.test(text.slice(0, text.indexOf('(')));
}

/** `given`: the caller has it from its own callers, of which none locks it either. */
type Way = 'locked' | 'open' | 'given';

function howPassed(functions: readonly Caller[], name: string, parameter: number, depth = 0): ReadonlySet<Way> {
  const ways = new Set<Way>();
  for (const { name: caller, solved } of functions) {
    for (const args of solved.recorder.arguments.get(name) ?? []) {
      const value = args[parameter]?.value;
      if (!value) continue;
      const given = parameterOf(solved, value.symbol);
      if (value.holding & VMA_WRITE) ways.add('locked');
      else if (given === null) ways.add('open');
      else if (depth < MAX_DEPTH && howPassed(functions, caller, given, depth + 1).has('locked')) ways.add('locked');
      else ways.add('given');
    }
  }
  return ways;
}

/** The kernel calls it by a pointer, and not only a function that is called so. */
function isCallback({ calledAs }: Cfg): boolean {
  return calledAs !== undefined && calledAs.through === undefined;
}
