import { type Mask, NONZERO, ZERO } from '../ir/ir';
import type { Demand, Outcome, Slot, Summary } from '../typestate/summary';
import { expandOutcomes, toConditions } from './outcomes';
import { RETURNS, type Row } from './row';
import { type Clause, MASK_WORDS, parseSentence, printClause, type Sentence } from './sentence';

/** More conditions than this make a row that nobody can review, and 2^6 outcomes. */
const MAX_CONDITIONS = 6;

/** Turns a row into what the analysis reads, or tells which word of which sentence is wrong. */
export function summariseRow(row: Row): { readonly summary: Summary } | { readonly error: string } {
  const sentences: Sentence[] = [];
  for (const text of row.effects) {
    const parsed = parseSentence(text);
    const error = 'error' in parsed ? parsed.error : checkSentence(parsed.sentence, row);
    if (error !== null) return { error: `\`${text}\`: ${error}` };
    if ('sentence' in parsed) sentences.push(parsed.sentence);
  }
  const conditions = new Set(sentences.flatMap(sentence => sentence.when.map(clause => printClause(clause)))).size;
  if (conditions > MAX_CONDITIONS)
    return { error: `${conditions} different conditions; at most ${MAX_CONDITIONS} can be reviewed` };
  const outcomes = expandOutcomes(sentences, RETURNS[row.returns].mask);
  return { summary: assemble(row, sentences, outcomes, sentences.flatMap(demandsOf)) };
}

function assemble(
  row: Row,
  sentences: readonly Sentence[],
  outcomes: readonly Outcome[],
  demands: readonly Demand[],
): Summary {
  const tests = sentences.flatMap(sentence => (sentence.verb === 'tests' ? [sentence.of] : []));
  const frees = sentences.flatMap(sentence => (sentence.verb === 'frees' ? [sentence.of] : []));
  const subscribes = sentences.flatMap(one => (one.verb === 'subscribes' ? [{ of: one.of, to: one.to }] : []));
  return {
    name: row.name,
    outcomes,
    demands,
    returns: RETURNS[row.returns].denotes,
    ...(row.returns === 'vma at or above, or NULL' && { nearest: true }),
    convention: RETURNS[row.returns].convention,
    acquires: outcomes.some(outcome =>
      outcome.effects.some(effect => effect.kind === 'count' && effect.delta > 0 && effect.of === 'ret'),
    ),
    makes: sentences.some(sentence => sentence.verb === 'makes'),
    ...(tests.length ? { tests } : {}),
    ...(frees.length ? { frees } : {}),
    ...(subscribes.length ? { subscribes } : {}),
    mustCheck: row.mustCheck ?? false,
    sleeps: row.sleeps,
    noreturn: row.noreturn ?? false,
    declared: true,
    determinate: outcomes.every((one, i) =>
      outcomes.slice(i + 1).every(other => sameEffects(one, other) || toldApart(one, other)),
    ),
    doc: row.doc,
    source: row.source,
    words: row.effects,
    ...(row.params ? { params: row.params } : {}),
  };
}

function demandsOf(sentence: Sentence): Demand[] {
  if (sentence.verb !== 'needs' && sentence.verb !== 'asserts' && sentence.verb !== 'forbids') return [];
  const { of } = sentence;
  const when = toConditions(sentence.when);
  // To be told not to hold mmap_lock for reading is to be told not to hold it at all.
  if (sentence.verb === 'forbids') return [{ verb: 'forbids', resource: 'mmap_read', of, when, asserted: false }];
  const or = sentence.or.map(other => (other.resource === 'other' ? { resource: other.resource, of } : other));
  return [
    {
      verb: 'needs',
      resource: sentence.resource,
      of,
      ...(or.length ? { or } : {}),
      when,
      asserted: sentence.verb === 'asserts',
    },
  ];
}

/** Errors that one sentence cannot show by itself: an argument that does not exist, a result that cannot be. */
function checkSentence(sentence: Sentence, row: Row): string | null {
  const clauses = [...sentence.when, ...(sentence.verb === 'implies' ? [sentence.clause] : [])];
  for (const slot of [...slotsOf(sentence), ...clauses.map(clause => clause.of)]) {
    const position = /^arg(\d+)/.exec(slot)?.[1];
    if (position !== undefined && row.params && Number(position) >= row.params.length)
      return `\`arg${position}\`: the function has ${row.params.length} parameters`;
    if (slot.startsWith('ret') && row.returns === 'void') return 'the function returns nothing';
  }
  const early = sentence.verb === 'needs' || sentence.verb === 'asserts' || sentence.verb === 'forbids';
  for (const clause of sentence.when) {
    if (clause.of.startsWith('ret.')) return `\`${printClause(clause)}\`: a condition cannot look behind the result`;
    if (early && (clause.of === 'ret' || clause.kind === 'cleared'))
      return `\`${printClause(clause)}\` is not known before the call`;
    const error = clause.kind === 'is' ? checkMask(clause, row) : null;
    if (error) return error;
  }
  return null;
}

function checkMask(clause: Clause & { kind: 'is' }, row: Row): string | null {
  const word: Mask = MASK_WORDS[clause.word];
  if (clause.of !== 'ret')
    return word === ZERO || word === NONZERO ? null : `\`${printClause(clause)}\`: an argument can only be zero or not`;
  const { mask } = RETURNS[row.returns];
  if ((mask & word) === 0) return `\`${printClause(clause)}\` never holds: it returns ${row.returns}`;
  if ((mask & ~word) === 0) return `\`${printClause(clause)}\` always holds: it returns ${row.returns}`;
  return null;
}

function slotsOf(sentence: Sentence): Slot[] {
  switch (sentence.verb) {
    case 'implies':
      return [];
    case 'enters':
    case 'leaves':
      return sentence.pinning ? [sentence.pinning] : [];
    case 'relates':
    case 'subscribes':
      return [sentence.of, sentence.to];
    case 'needs':
    case 'asserts':
      return [sentence.of, ...sentence.or.flatMap(other => (other.resource === 'vma_read' ? [other.of] : []))];
    default:
      return [sentence.of];
  }
}

function sameEffects(one: Outcome, other: Outcome): boolean {
  return JSON.stringify(one.effects) === JSON.stringify(other.effects);
}

/** The caller can see which of the two happened: by the result, by what it passed, or by what was stored. */
function toldApart(one: Outcome, other: Outcome): boolean {
  if ((one.result & other.result) === 0) return true;
  const conditions = (outcome: Outcome) =>
    [...outcome.when, ...outcome.implies].map(({ of, mask }) => ({ key: JSON.stringify(of), mask }));
  const others = conditions(other);
  if (conditions(one).some(a => others.some(b => a.key === b.key && (a.mask & b.mask) === 0))) return true;
  const cleared = (outcome: Outcome) =>
    outcome.stores.flatMap(({ slot, value }) => (value.kind === 'const' ? [slot] : []));
  return JSON.stringify(cleared(one)) !== JSON.stringify(cleared(other));
}
