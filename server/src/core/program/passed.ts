import type { Solved } from '../typestate/analyse';
import { usersOf } from '../typestate/holding';
import { needsLock, type Summary } from '../typestate/summary';
import { type Answering, needsOf } from './answering';
import { mistakenTakersIn, modeExpectedOf } from './expected-modes';
import type { FieldContracts } from './field-contracts';
import { guaranteeOf } from './guarantee';
import type { Guarantee, Judged } from './judged';
import { writeLockedBy } from './write-locked';

export interface Caller {
  readonly name: string;
  readonly solved: Solved;
  readonly unit: { readonly text: string };
  /** What the table says of it. */
  readonly declared: Summary | null;
}

/** What a function is judged with beside its own text: what other functions of its file pass to it and to its callees. */
export type Passed = Required<
  Pick<
    Judged,
    | 'revived'
    | 'openVmas'
    | 'metElsewhere'
    | 'lacksVmaLocks'
    | 'openMms'
    | 'answering'
    | 'isResultPut'
    | 'expectedMode'
    | 'mistakenTakers'
  >
>;

/** What a file and its tree tell of every function. */
export interface Place extends Pick<Passed, 'lacksVmaLocks'> {
  readonly fields: FieldContracts;
  readonly isDefinedHere: (name: string) => boolean;
  readonly answering: Answering;
}

export function passedTo(called: Caller, functions: readonly Caller[], place: Place): Passed {
  const { fields, isDefinedHere, lacksVmaLocks } = place;
  const expectedOf = (taker: string) =>
    modeExpectedOf(
      taker,
      functions.map(({ solved }) => solved),
    );
  return {
    revived: revivedBy(called, functions, fields, isDefinedHere),
    isResultPut: called.declared?.acquires ?? functions.some(({ solved }) => putsResultOf(solved, called.name)),
    ...writeLockedBy(called, functions),
    openMms: new Set(place.answering.answers(called.name) ? needsOf(called.solved).map(({ mm }) => mm) : []),
    answering: answeringAmong(called, place.answering),
    lacksVmaLocks,
    expectedMode: called.declared ? null : expectedOf(called.name),
    mistakenTakers: new Set(
      [...mistakenTakersIn(called.solved)].filter(taker => isDefinedHere(taker) && expectedOf(taker) !== null),
    ),
  };
}

/** Equal keys have a function judged alike. */
export function keyOfPassed({
  revived,
  openVmas,
  metElsewhere,
  lacksVmaLocks,
  openMms,
  answering,
  isResultPut,
  expectedMode,
  mistakenTakers,
}: Passed): string {
  return [
    [...revived].map(([symbol, { because }]) => `${symbol} ${because}`),
    [...openVmas],
    [...metElsewhere],
    lacksVmaLocks,
    [...openMms],
    [...answering],
    isResultPut,
    expectedMode,
    [...mistakenTakers],
  ].join('|');
}

/** Callees that answer themselves for mmap_lock: nobody is to hold it for them. */
function answeringAmong({ solved }: Caller, answering: Answering): ReadonlySet<string> {
  const callees = solved.recorder.events.flatMap(event =>
    event.kind === 'call' && !event.summary.declared && needsLock(event.summary) ? [event.call.callee] : [],
  );
  return new Set(callees.filter(name => answering.isSettled(name)));
}

/** Callers of callers that are asked; the way from a callback to the code that does the work is seldom longer. */
const MAX_DEPTH = 4;

/**
 * The parameters on which a function takes users although some caller in this file passes one that may be dead, by
 * symbol. The function answers for it: only there can the reference be asked for.
 */
function revivedBy(
  { name, solved }: Caller,
  functions: readonly Caller[],
  fields: FieldContracts,
  isDefinedHere: (name: string) => boolean,
): ReadonlyMap<number, Guarantee> {
  const revived = new Map<number, Guarantee>();
  for (const event of solved.recorder.events) {
    if (event.kind !== 'acquire' || event.resource !== 'users') continue;
    if (event.inferred && event.at.call && isDefinedHere(event.at.call.callee)) continue;
    const parameter = parameterOf(solved, event.of.symbol);
    if (parameter === null || revived.has(event.of.symbol)) continue;
    const passed = weaklyPassed(functions, fields, name, parameter);
    if (passed) revived.set(event.of.symbol, passed);
  }
  return revived;
}

/**
 * What some caller passes to a function although it is known to be no more than allocated: the function has to
 * reckon with that one too. Null when no caller does.
 */
function weaklyPassed(
  callers: readonly Caller[],
  fields: FieldContracts,
  name: string,
  parameter: number,
  depth = 0,
): Guarantee | null {
  if (depth === MAX_DEPTH) return null;
  for (const { name: caller, solved } of callers) {
    for (const args of solved.recorder.arguments.get(name) ?? []) {
      const value = args[parameter]?.value;
      if (!value || usersOf(value.holding) > 0) continue;
      const given = parameterOf(solved, value.symbol);
      if (given !== null) {
        const passed = weaklyPassed(callers, fields, caller, given, depth + 1);
        if (passed) return passed;
        continue;
      }
      const guarantee = guaranteeOf(solved, fields, null, value.symbol, value.holding);
      if (guarantee.proved && guarantee.level !== 'users' && !guarantee.believed)
        return { ...guarantee, because: `\`${caller}()\` passes an mm that may be dead: ${guarantee.because}` };
    }
  }
  return null;
}

/** The function puts users of what `callee` returned, although it took none: it thinks that they came with it. */
function putsResultOf({ ctx, recorder }: Solved, callee: string): boolean {
  return [...recorder.putUntaken].some(symbol => {
    const info = ctx.symbols.info(symbol);
    return info.kind === 'result' && info.callee === callee;
  });
}

/** Which parameter of its function the value is, from 0; null for any other value. */
export function parameterOf({ ctx }: Solved, symbol: number): number | null {
  const slot = /^arg(\d+)$/.exec(ctx.symbols.slotOf(symbol) ?? '');
  return slot && Number(slot[1]);
}
