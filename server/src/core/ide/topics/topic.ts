import type { Place, Role } from './place';

/**
 * A thing worth explaining where it stands in the code. Texts are written for a C developer who does not know Rust and
 * for a Rust developer who does not know mm: Markdown, a short screenful at most.
 */
export interface Topic {
  /** Stable, and unique among all topics. */
  readonly id: string;
  readonly title: string;
  readonly text: string;
  /** What a call of this does to a counter or a lock, for the list of what a function does. */
  readonly does?: string;
  /** Ids of topics to read next. */
  readonly related?: readonly string[];
  /** Any of these. */
  readonly at: readonly Pattern[];
}

/** What a place must have; what is left out may be anything. The pattern that asks for most wins. */
export interface Pattern {
  readonly word?: string | readonly string[];
  readonly role?: Role | readonly Role[];
  /** What stands before `::`; null asks that there is nothing. */
  readonly qualifier?: string | readonly string[] | null;
  /** The enclosing `impl`, `struct` or `trait`. */
  readonly self?: string | readonly string[];
  readonly trait?: string | readonly string[];
  readonly fn?: string | readonly string[];
  readonly literal?: string | readonly string[];
  readonly inStruct?: true;
  /** The text before the `.`. */
  readonly receiver?: RegExp;
  /** The line of a comment. */
  readonly line?: RegExp;
  /** The heading of the doc section around it. */
  readonly section?: string | readonly string[];
  readonly isCalled?: boolean;
  /** The type of the token itself. */
  readonly type?: RegExp;
  /** The type of what stands before the `.`. */
  readonly receiverType?: RegExp;
}

/** A place with what is known of types there; null is not known. */
export interface TypedPlace extends Place {
  readonly type: string | null;
  readonly receiverType: string | null;
}

/** How many demands of the pattern the place meets; 0 when one is not met. */
export function scorePattern(pattern: Pattern, place: TypedPlace): number {
  let score = 0;
  for (const [key, wanted] of Object.entries(pattern) as [keyof Pattern, Pattern[keyof Pattern]][]) {
    if (!meets(wanted, place[key] as string | boolean | null)) return 0;
    score += WEIGHTS[key] ?? 1;
  }
  return score;
}

/** A path says more than a word, for `bindings::mmget` is C's; a word says more than what surrounds it. */
const WEIGHTS: Partial<Readonly<Record<keyof Pattern, number>>> = { qualifier: 3, word: 2 };

function meets(wanted: Pattern[keyof Pattern], found: string | boolean | null): boolean {
  if (wanted instanceof RegExp) return typeof found === 'string' && wanted.test(found);
  if (typeof wanted === 'object' && wanted !== null)
    return typeof found === 'string' && (wanted as readonly string[]).includes(found);
  return wanted === found;
}
