import type { Rewrites } from './rewrites';
import type { Tokens } from './scanner';

/** What every rewriting of a function reads and adds to. */
export interface Draft {
  readonly tokens: Tokens;
  /** See `pairBrackets`. */
  readonly partners: Int32Array;
  readonly rewrites: Rewrites;
}
