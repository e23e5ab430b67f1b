import { type Mask, NEG, NONZERO, POS, ZERO } from '../ir/ir';
import type { Demand, Slot } from '../typestate/summary';
import { parseSlot, printSlot } from './slot';

/** One condition of a `when`; every one of them must hold. */
export type Clause =
  /** `ret nonnull`, `arg3 nonnull`, `*arg4 zero`. */
  | { readonly kind: 'is'; readonly of: Slot; readonly word: MaskWord }
  /** `ret has VM_FAULT_RETRY|VM_FAULT_COMPLETED`: at least one of the flags; `lacks`: none. */
  | { readonly kind: 'has' | 'lacks'; readonly of: Slot; readonly flags: readonly string[] }
  /** `arg3->walk_lock is PGWALK_WRLOCK`. */
  | { readonly kind: 'equals'; readonly of: Slot; readonly constant: string }
  /** `*arg5 cleared`: it was nonzero at the call and the call stores 0 in it. */
  | { readonly kind: 'cleared'; readonly of: Slot };

/** What a row says about its function, one fact a sentence. */
export type Sentence = Body & { readonly when: readonly Clause[] };

type Body =
  | {
      readonly verb: 'needs' | 'asserts';
      readonly resource: Demand['resource'];
      readonly of: Slot;
      readonly or: readonly Alternative[];
    }
  | { readonly verb: 'forbids'; readonly resource: 'mmap_lock'; readonly of: Slot }
  | { readonly verb: 'takes' | 'drops'; readonly resource: Held; readonly of: Slot }
  /** Takes a users reference on a new mm that nobody else can see yet. */
  | { readonly verb: 'makes'; readonly resource: 'users'; readonly of: Slot }
  | { readonly verb: 'moves'; readonly resource: 'users' | 'count'; readonly of: Slot }
  | { readonly verb: 'downgrades'; readonly resource: 'mmap_write'; readonly of: Slot }
  | { readonly verb: 'upgrades'; readonly resource: 'mmap_read'; readonly of: Slot }
  /** Asks whether mm_users is 0: the caller believes that it may be. */
  | { readonly verb: 'tests'; readonly resource: 'users'; readonly of: Slot }
  /** Sleeping is forbidden from here, or allowed again; meanwhile `pinning` keeps its mm_users above 0. */
  | { readonly verb: 'enters' | 'leaves'; readonly pinning: Slot | null }
  /** After the call, `of` is `to`: the function stores it, or it was so already. */
  | { readonly verb: 'relates'; readonly of: Slot; readonly to: Slot }
  /** From here on the subscription keeps a count of its own on the mm, whose field is then kept by it. */
  | { readonly verb: 'subscribes'; readonly of: Slot; readonly to: Slot }
  | { readonly verb: 'clears'; readonly of: Slot }
  /** The object is gone, and with it whatever only its fields name. */
  | { readonly verb: 'frees'; readonly of: Slot }
  | { readonly verb: 'overwrites'; readonly of: Slot }
  | { readonly verb: 'implies'; readonly clause: Clause };

/** A lock that also satisfies a demand; `another lock` is one that is not modelled, such as i_mmap_rwsem. */
export type Alternative = { readonly resource: 'vma_read'; readonly of: Slot } | { readonly resource: 'other' };

export type Held = 'users' | 'count' | 'lazy' | 'vma_read' | 'vma_write' | 'mmap_read' | 'mmap_write' | 'fault_lock';

/** What the words of conditions mean for a value; `ok` and `err` are for pointers that may be ERR_PTR. */
export const MASK_WORDS = {
  zero: ZERO,
  nonzero: NONZERO,
  false: ZERO,
  true: NONZERO,
  null: ZERO,
  nonnull: NONZERO,
  negative: NEG,
  positive: POS,
  err: NEG,
  ok: POS,
} as const satisfies Record<string, Mask>;
export type MaskWord = keyof typeof MASK_WORDS;

const RESOURCES = {
  needs: ['users', 'count', 'mmap_read', 'mmap_write', 'vma_read', 'vma_write'],
  asserts: ['users', 'count', 'mmap_read', 'mmap_write', 'vma_read', 'vma_write'],
  forbids: ['mmap_lock'],
  takes: ['users', 'count', 'lazy', 'vma_read', 'vma_write', 'mmap_read', 'mmap_write'],
  drops: ['users', 'count', 'lazy', 'vma_read', 'mmap_read', 'mmap_write', 'fault_lock'],
  makes: ['users'],
  moves: ['users', 'count'],
  downgrades: ['mmap_write'],
  upgrades: ['mmap_read'],
  tests: ['users'],
} as const satisfies Partial<Record<Sentence['verb'], readonly string[]>>;

const VERBS = [
  ...(Object.keys(RESOURCES) as (keyof typeof RESOURCES)[]),
  ...(['enters', 'leaves', 'relates', 'subscribes', 'clears', 'frees', 'overwrites', 'implies'] as const),
];
const PINNING = { enters: 'pinning', leaves: 'unpinning' } as const;
const CONDITIONS = [...Object.keys(MASK_WORDS), 'has', 'lacks', 'is', 'cleared'];
const CONSTANT = /^[A-Z][A-Z0-9_]*$/;

/** Reads one sentence; the error names the word that cannot stand where it stands. */
export function parseSentence(text: string): { readonly sentence: Sentence } | { readonly error: string } {
  const reader = new Reader(text);
  const sentence = reader.sentence();
  return reader.error === null ? { sentence } : { error: reader.error };
}

/** The sentence as a row has it. With `params`, arguments go by their names. */
export function printSentence(sentence: Sentence, params?: readonly string[]): string {
  const when = sentence.when.length
    ? ` when ${sentence.when.map(clause => printClause(clause, params)).join(' and ')}`
    : '';
  return printBody(sentence, params) + when;
}

function printBody(sentence: Sentence, params?: readonly string[]): string {
  switch (sentence.verb) {
    case 'enters':
    case 'leaves':
      return `${sentence.verb} atomic${sentence.pinning ? ` ${PINNING[sentence.verb]} ${printSlot(sentence.pinning, params)}` : ''}`;
    case 'relates':
    case 'subscribes':
      return `${sentence.verb} ${printSlot(sentence.of, params)} to ${printSlot(sentence.to, params)}`;
    case 'clears':
    case 'frees':
    case 'overwrites':
      return `${sentence.verb} ${printSlot(sentence.of, params)}`;
    case 'implies':
      return `implies ${printClause(sentence.clause, params)}`;
    case 'needs':
    case 'asserts': {
      const or = sentence.or.map(other =>
        other.resource === 'other' ? ' or another lock' : ` or ${other.resource} of ${printSlot(other.of, params)}`,
      );
      return `${sentence.verb} ${sentence.resource} of ${printSlot(sentence.of, params)}${or.join('')}`;
    }
    default:
      return `${sentence.verb} ${sentence.resource} of ${printSlot(sentence.of, params)}`;
  }
}

export function printClause(clause: Clause, params?: readonly string[]): string {
  const slot = printSlot(clause.of, params);
  switch (clause.kind) {
    case 'is':
      return `${slot} ${clause.word}`;
    case 'has':
    case 'lacks':
      return `${slot} ${clause.kind} ${clause.flags.join('|')}`;
    case 'equals':
      return `${slot} is ${clause.constant}`;
    case 'cleared':
      return `${slot} cleared`;
  }
}

/** A cursor over the words. After the first error it goes on with harmless values, and only that error is told. */
class Reader {
  readonly #words: readonly string[];
  #at = 0;
  error: string | null = null;

  constructor(text: string) {
    this.#words = text.split(' ');
  }

  sentence(): Sentence {
    const body = this.#body(this.#oneOf(VERBS, 'verb'));
    const when: Clause[] = [];
    if (this.#accept('when')) {
      do when.push(this.#clause());
      while (this.#accept('and'));
    }
    if (this.#at < this.#words.length) this.#fail(`\`${this.#words[this.#at]}\` is not expected here`);
    return { ...body, when };
  }

  #body(verb: Sentence['verb']): Body {
    switch (verb) {
      case 'enters':
      case 'leaves':
        this.#expect('atomic');
        return { verb, pinning: this.#accept(PINNING[verb]) ? this.#slot() : null };
      case 'relates':
      case 'subscribes': {
        const of = this.#slot();
        this.#expect('to');
        return { verb, of, to: this.#slot() };
      }
      case 'clears':
      case 'frees':
      case 'overwrites':
        return { verb, of: this.#slot() };
      case 'implies':
        return { verb, clause: this.#clause() };
      case 'needs':
      case 'asserts':
        return { verb, ...this.#held(verb), or: this.#alternatives() } as Body;
      default:
        return { verb, ...this.#held(verb) } as Body;
    }
  }

  #held(verb: keyof typeof RESOURCES): { resource: string; of: Slot } {
    const resource = this.#oneOf<string>(RESOURCES[verb], 'resource');
    this.#expect('of');
    return { resource, of: this.#slot() };
  }

  #alternatives(): Alternative[] {
    const or: Alternative[] = [];
    while (this.#accept('or')) {
      if (this.#accept('another')) {
        this.#expect('lock');
        or.push({ resource: 'other' });
      } else {
        this.#expect('vma_read');
        this.#expect('of');
        or.push({ resource: 'vma_read', of: this.#slot() });
      }
    }
    return or;
  }

  #clause(): Clause {
    const of = this.#slot();
    if (this.#accept('has')) return { kind: 'has', of, flags: this.#flags() };
    if (this.#accept('lacks')) return { kind: 'lacks', of, flags: this.#flags() };
    if (this.#accept('is')) return { kind: 'equals', of, constant: this.#constant(this.#next('a constant')) };
    if (this.#accept('cleared')) return { kind: 'cleared', of };
    const word = this.#next('a condition');
    if (!isMaskWord(word)) this.#fail(`unknown condition \`${word}\`; one of ${CONDITIONS.join(', ')}`);
    return { kind: 'is', of, word: isMaskWord(word) ? word : 'zero' };
  }

  #flags(): string[] {
    return this.#next('a flag')
      .split('|')
      .map(flag => this.#constant(flag));
  }

  #constant(word: string): string {
    if (!CONSTANT.test(word)) this.#fail(`\`${word}\` is not a constant`);
    return word;
  }

  #slot(): Slot {
    const word = this.#next('a slot');
    const slot = parseSlot(word);
    if (slot === null)
      this.#fail(
        `\`${word}\` is not a slot such as \`arg0\`, \`arg0->vm_mm\`, \`*arg5\`, \`ret\`, \`current->mm\` or \`&init_mm\``,
      );
    return slot ?? '';
  }

  #oneOf<Word extends string>(words: readonly Word[], what: string): Word {
    const word = this.#next(`a ${what}`);
    const known = words.find(one => one === word);
    if (known === undefined) this.#fail(`unknown ${what} \`${word}\`; one of ${words.join(', ')}`);
    return known ?? words[0]!;
  }

  #expect(word: string): void {
    const next = this.#next(`\`${word}\``);
    if (next !== word) this.#fail(`expected \`${word}\`, not \`${next}\``);
  }

  #accept(word: string): boolean {
    if (this.#words[this.#at] !== word) return false;
    this.#at++;
    return true;
  }

  #next(what: string): string {
    const word = this.#words[this.#at];
    if (word === undefined || word === '')
      this.#fail(`expected ${what}${word === undefined ? ' at the end' : ', not two spaces'}`);
    this.#at++;
    return word ?? '';
  }

  #fail(error: string): void {
    this.error ??= error;
  }
}

function isMaskWord(word: string): word is MaskWord {
  return Object.hasOwn(MASK_WORDS, word);
}
