import { ANY, type Mask, NONZERO, ZERO } from '../ir/ir';
import type { Condition, Effect, Outcome, Slot, SlotExpr, Stored } from '../typestate/summary';
import { type Clause, MASK_WORDS, printClause, type Sentence } from './sentence';

/**
 * Splits what a call can do into outcomes that exclude each other and together cover every result. Each condition of a
 * sentence divides the outcomes in which that sentence could still apply, so unrelated conditions do not multiply.
 * The sentences must have passed checkSentences(), which bounds the number of conditions.
 */
export function expandOutcomes(sentences: readonly Sentence[], results: Mask): readonly Outcome[] {
  return split({ result: results, choices: [] }, sentences).map(branch => toOutcome(branch, sentences));
}

/** The clauses as conditions on what the caller passes. */
export function toConditions(clauses: readonly Clause[]): readonly Condition[] {
  return clauses.flatMap(clause => conditionsOf(clause, true));
}

/** A part of all that can happen: a class of results, and what was decided about other conditions, in order. */
interface Branch {
  readonly result: Mask;
  readonly choices: readonly { readonly clause: Clause; readonly holds: boolean }[];
}

function split(branch: Branch, sentences: readonly Sentence[]): Branch[] {
  for (const sentence of sentences) {
    if (isDemand(sentence)) continue;
    const open = undecided(branch, sentence.when);
    if (!open) continue;
    return [true, false].flatMap(holds => split(decide(branch, open, holds), sentences));
  }
  return [branch];
}

function isDemand(sentence: Sentence): boolean {
  return sentence.verb === 'needs' || sentence.verb === 'asserts' || sentence.verb === 'forbids';
}

/** The first clause that this branch leaves open, unless another one already fails. */
function undecided(branch: Branch, clauses: readonly Clause[]): Clause | null {
  const states = clauses.map(clause => holdsIn(branch, clause));
  return states.includes(false) ? null : (clauses[states.indexOf(null)] ?? null);
}

/** Whether the clause holds everywhere in this branch (true), nowhere (false), or is open (null). */
function holdsIn(branch: Branch, clause: Clause): boolean | null {
  const mask = resultMask(clause);
  if (mask !== null && (branch.result & mask) === 0) return false;
  if (mask !== null && clause.kind === 'is') return (branch.result & ~mask) === 0 ? true : null;
  const { key, negated } = normalise(clause);
  for (const choice of branch.choices) {
    const other = normalise(choice.clause);
    if (other.key === key) return choice.holds === (other.negated === negated);
  }
  return null;
}

function decide(branch: Branch, clause: Clause, holds: boolean): Branch {
  const mask = resultMask(clause);
  if (mask !== null && clause.kind === 'is')
    return { ...branch, result: holds ? branch.result & mask : branch.result & ~mask };
  const result = mask !== null && holds ? branch.result & mask : branch.result;
  return { result, choices: [...branch.choices, { clause, holds }] };
}

/** Results for which the clause can hold, if it is about the result itself. */
function resultMask(clause: Clause): Mask | null {
  if (clause.of !== 'ret') return null;
  if (clause.kind === 'is') return MASK_WORDS[clause.word];
  return clause.kind === 'has' ? NONZERO : null;
}

/** `arg1 null` is `arg1 nonzero` denied, `lacks` is `has` denied: both spellings are one choice. */
function normalise(clause: Clause): { readonly key: string; readonly negated: boolean } {
  if (clause.kind === 'is') return { key: `${clause.of} nonzero`, negated: MASK_WORDS[clause.word] === ZERO };
  if (clause.kind === 'lacks') return { key: printClause({ ...clause, kind: 'has' }), negated: true };
  return { key: printClause(clause), negated: false };
}

function toOutcome(branch: Branch, sentences: readonly Sentence[]): Outcome {
  const when: Condition[] = [];
  const implies: Condition[] = [];
  const effects: Effect[] = [];
  const stores: { slot: Slot; value: Stored }[] = [];
  let result = branch.result;
  let alias: Slot | undefined;
  for (const { clause, holds } of branch.choices) {
    if (clause.kind === 'cleared' && holds) stores.push({ slot: clause.of, value: { kind: 'const', text: '0' } });
    (clause.of === 'ret' ? implies : when).push(...conditionsOf(clause, holds));
  }
  for (const sentence of sentences) {
    if (isDemand(sentence) || !sentence.when.every(clause => holdsIn(branch, clause))) continue;
    if (sentence.verb === 'implies') {
      const mask = resultMask(sentence.clause);
      if (mask !== null) result &= mask;
      if (mask === null || sentence.clause.kind !== 'is') implies.push(...conditionsOf(sentence.clause, true));
    } else if (sentence.verb === 'relates') {
      if (sentence.of === 'ret') alias = sentence.to;
      else stores.push({ slot: sentence.of, value: { kind: 'slot', slot: sentence.to, relation: true } });
    } else if (sentence.verb === 'clears') stores.push({ slot: sentence.of, value: { kind: 'const', text: '0' } });
    else if (sentence.verb === 'overwrites') stores.push({ slot: sentence.of, value: { kind: 'unknown', mask: ANY } });
    else effects.push(...effectsOf(sentence));
  }
  return { result, ...(alias === undefined ? {} : { alias }), when, implies, effects, stores, effectsAfter: [] };
}

function conditionsOf(clause: Clause, holds: boolean): Condition[] {
  switch (clause.kind) {
    case 'is': {
      const mask = MASK_WORDS[clause.word];
      return [{ of: clause.of, mask: holds ? mask : ANY & ~mask }];
    }
    case 'has':
    case 'lacks': {
      const bits: readonly SlotExpr[] = clause.flags.map(flag => ({ const: flag }));
      const test = (flags: SlotExpr): SlotExpr => ({ op: '&', args: [clause.of, flags] });
      const any = test(bits.reduce((a, b) => ({ op: '|', args: [a, b] })));
      if ((clause.kind === 'has') === holds) return [{ of: any, mask: NONZERO }];
      return [{ of: any, mask: ZERO }, ...(bits.length > 1 ? bits.map(bit => ({ of: test(bit), mask: ZERO })) : [])];
    }
    case 'equals':
      return [{ of: { op: '==', args: [clause.of, { const: clause.constant }] }, mask: holds ? NONZERO : ZERO }];
    case 'cleared':
      // The pointer first: where it is NULL there is nothing to read behind it. Not cleared needs no condition, for
      // the function is free to leave any value as it is.
      return holds
        ? [
            ...(clause.of.endsWith('.*') ? [{ of: clause.of.slice(0, -'.*'.length), mask: NONZERO }] : []),
            { of: clause.of, mask: NONZERO },
          ]
        : [];
  }
}

function effectsOf(sentence: Exclude<Sentence, { verb: 'implies' | 'relates' | 'clears' | 'overwrites' }>): Effect[] {
  switch (sentence.verb) {
    case 'needs':
    case 'asserts':
    case 'forbids':
    case 'tests':
    case 'frees':
    case 'subscribes':
      return [];
    case 'takes':
    case 'drops':
      return [heldEffect(sentence.verb === 'takes', sentence)];
    case 'makes':
      return [{ kind: 'count', resource: 'users', delta: 1, of: sentence.of }];
    case 'moves':
      return [{ kind: 'moves', of: sentence.of }];
    case 'downgrades':
      return [{ kind: 'lock', from: 'write', to: 'read', of: sentence.of }];
    case 'upgrades':
      return [{ kind: 'lock', from: 'read', to: 'write', of: sentence.of }];
    case 'enters':
      return [{ kind: 'atomic', delta: 1, ...(sentence.pinning ? { pinning: sentence.pinning } : {}) }];
    case 'leaves':
      return [{ kind: 'atomic', delta: -1, ...(sentence.pinning ? { pinning: sentence.pinning } : {}) }];
  }
}

function heldEffect(takes: boolean, { resource, of }: Extract<Sentence, { verb: 'takes' | 'drops' }>): Effect {
  switch (resource) {
    case 'users':
    case 'count':
    case 'lazy':
    case 'vma_read':
      return { kind: 'count', resource, delta: takes ? 1 : -1, of };
    case 'vma_write':
      return { kind: 'vma-write', of };
    case 'mmap_read':
      return takes ? { kind: 'lock', from: 'none', to: 'read', of } : { kind: 'lock', from: 'read', to: 'none', of };
    case 'mmap_write':
      return takes ? { kind: 'lock', from: 'none', to: 'write', of } : { kind: 'lock', from: 'write', to: 'none', of };
    case 'fault_lock':
      return { kind: 'fault-lock', of };
  }
}
