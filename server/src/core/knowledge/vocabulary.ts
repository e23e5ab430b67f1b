import type { Slot, Summary } from '../typestate/summary';
import { type Clause, type MaskWord, parseSentence, type Sentence } from './sentence';
import { printSlot } from './slot';

/** The contract of a function in prose, one clause an entry: "takes an mm_users reference on `mm` when the result is true". */
export function describeFacts(summary: Summary): string[] {
  const facts = summary.words
    .filter(words => !MODEL_ONLY.test(words))
    .map(words => describeEffect(words, summary.params));
  if (facts.length === 0 && !summary.noreturn) facts.push('changes nothing that the caller holds');
  if (summary.noreturn) facts.push('never returns');
  if (summary.mustCheck) facts.push('the result must be tested');
  facts.push(summary.sleeps ? 'may sleep' : 'does not sleep');
  return facts;
}

/** Sentences that the analysis needs and a reader does not: what C says anyway. */
const MODEL_ONLY = /^(?:overwrites|implies|relates ret)\b/;

/** One sentence of a row in prose; a sentence in other words is passed on as it is. */
export function describeEffect(words: string, params: readonly string[] = []): string {
  const parsed = parseSentence(words);
  if ('error' in parsed) return words;
  const { sentence } = parsed;
  const when = sentence.when.map(clause => describeClause(clause, params)).join(' and ');
  if (sentence.verb === 'implies')
    return `${when === '' ? '' : `when ${when}, `}${describeClause(sentence.clause, params)}`;
  return describeBody(sentence, params) + (when === '' ? '' : ` when ${when}`);
}

const RESOURCES = {
  users: 'an mm_users reference on',
  count: 'an mm_count reference on',
  lazy: 'a lazy TLB reference on',
  vma_read: 'the read lock of the VMA',
  vma_write: 'until mmap_lock is released, the write lock of the VMA',
  mmap_read: 'mmap_lock for reading on',
  mmap_write: 'mmap_lock for writing on',
  fault_lock: "the fault's lock (VMA lock, or mmap_lock for reading) of",
} as const;

const DEMANDS = {
  users: (of: string) => `needs mm_users of ${of} above 0`,
  count: (of: string) => `needs the struct of ${of} kept allocated`,
  mmap_read: (of: string) => `needs mmap_lock of ${of} held`,
  mmap_write: (of: string) => `needs mmap_lock of ${of} held for writing`,
  vma_read: (of: string) => `needs the VMA ${of} locked for reading`,
  vma_write: (of: string) => `needs the VMA ${of} locked for writing`,
} as const;

const WORDS: Readonly<Record<MaskWord, string>> = {
  zero: 'is 0',
  nonzero: 'is not 0',
  false: 'is false',
  true: 'is true',
  null: 'is NULL',
  nonnull: 'is not NULL',
  negative: 'is negative',
  positive: 'is positive',
  err: 'is an ERR_PTR',
  ok: 'is a valid pointer',
};

function describeBody(sentence: Exclude<Sentence, { verb: 'implies' }>, params: readonly string[]): string {
  const named = (slot: Slot) => nameSlot(slot, params);
  switch (sentence.verb) {
    case 'needs':
    case 'asserts': {
      const or = sentence.or.map(other =>
        other.resource === 'other'
          ? ', or another lock that keeps its VMAs'
          : `, or the read lock of the VMA ${named(other.of)}`,
      );
      return (
        DEMANDS[sentence.resource](named(sentence.of)) +
        or.join('') +
        (sentence.verb === 'asserts' ? ' (checked at run time)' : '')
      );
    }
    case 'forbids':
      return `mmap_lock of ${named(sentence.of)} must not be held`;
    case 'takes':
      return `takes ${RESOURCES[sentence.resource]} ${named(sentence.of)}`;
    case 'drops':
      return `releases ${RESOURCES[sentence.resource]} ${named(sentence.of)}`;
    case 'makes':
      return `takes the first, still private mm_users reference on ${named(sentence.of)}`;
    case 'moves':
      return `takes over the caller's ${sentence.resource === 'users' ? 'mm_users' : 'mm_count'} reference on ${named(sentence.of)}`;
    case 'downgrades':
      return `turns the write lock of mmap_lock on ${named(sentence.of)} into a read lock`;
    case 'upgrades':
      return `turns the read lock of mmap_lock on ${named(sentence.of)} into a write lock`;
    case 'tests':
      return `asks whether mm_users of ${named(sentence.of)} is 0`;
    case 'enters':
      return `sleeping is forbidden afterwards${sentence.pinning ? `, and mm_users of ${named(sentence.pinning)} stays above 0` : ''}`;
    case 'leaves':
      return `sleeping is allowed again${sentence.pinning ? `, and mm_users of ${named(sentence.pinning)} is guaranteed no more` : ''}`;
    case 'relates':
      return sentence.of === 'ret.vm_mm'
        ? `the result is a VMA of ${named(sentence.to)}`
        : `${named(sentence.of)} is ${named(sentence.to)} afterwards`;
    case 'subscribes':
      return `${named(sentence.of)} keeps a count of its own on ${named(sentence.to)} afterwards`;
    case 'clears':
      return `sets ${named(sentence.of)} to 0`;
    case 'frees':
      return `frees ${named(sentence.of)}`;
    case 'overwrites':
      return `writes ${named(sentence.of)}`;
  }
}

function describeClause(clause: Clause, params: readonly string[]): string {
  const of = nameSlot(clause.of, params);
  switch (clause.kind) {
    case 'is':
      return `${of} ${WORDS[clause.word]}`;
    case 'has':
      return `${of} has ${clause.flags.join(' or ')}`;
    case 'lacks':
      return `${of} lacks ${clause.flags.join(' and ')}`;
    case 'equals':
      return `${of} is ${clause.constant}`;
    case 'cleared':
      return `it sets ${of} from nonzero to 0`;
  }
}

function nameSlot(slot: Slot, params: readonly string[]): string {
  if (slot === 'ret') return 'the result';
  return slot.startsWith('ret.')
    ? `\`${printSlot(slot).replace(/^ret->/, '')}\` of the result`
    : `\`${printSlot(slot, params)}\``;
}
