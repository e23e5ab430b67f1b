import type { Span } from '../text';

/**
 * What the composer has established, each with the place that shows it. A sentence of a SAFETY comment that claims
 * something carries the facts that it says; nothing else is ever claimed.
 */
export type SafetyFact =
  /** `self` is a reference, or a value that its method owns. */
  | { readonly kind: 'self'; readonly at: Span }
  /** A parameter or a field is a reference or a counted pointer, by its declared type. */
  | { readonly kind: 'type'; readonly at: Span; readonly name: string; readonly type: string }
  /** A sentence of the `# Invariants` of a type, here or in another file, or of the table's row of a known type. */
  | {
      readonly kind: 'invariant';
      readonly at: Span | null;
      readonly type: string;
      readonly words: string;
      /** Where `at` is, when it is not in this file. */
      readonly file?: string;
    }
  /** A sentence of the `# Safety` section of the function around, or of the trait that declares it. */
  | { readonly kind: 'contract'; readonly at: Span | null; readonly function: string; readonly words: string }
  /** The attribute `repr(transparent)`. */
  | { readonly kind: 'transparent'; readonly at: Span; readonly type: string }
  /** A condition that holds here. */
  | { readonly kind: 'condition'; readonly at: Span; readonly words: string; readonly holds: boolean }
  /** A call that was made on the way here. */
  | { readonly kind: 'call'; readonly at: Span; readonly callee: string }
  /** A guard that is alive here. */
  | { readonly kind: 'guard'; readonly at: Span; readonly name: string }
  /** A loop whose range bounds its variable. */
  | { readonly kind: 'loop'; readonly at: Span; readonly name: string }
  /** A place is a field of what a pointer points at. */
  | { readonly kind: 'field'; readonly at: Span; readonly name: string }
  /** A row of the table. */
  | { readonly kind: 'known'; readonly row: string };

/** A sentence that says something, with what it rests on. */
export interface Claim {
  readonly kind: 'claim';
  readonly text: string;
  readonly facts: readonly SafetyFact[];
}

/** One sentence of a comment: a claim, or what is still to be shown. */
export type Sentence = Claim | { readonly kind: 'todo'; readonly text: string };
