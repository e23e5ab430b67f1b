import type { Lookup } from '../typestate/summary';
import type { TypedFunction } from './file';
import type { Items } from './items';

/** What rules see of one Rust function. */
export interface RustJudged {
  /** The text of the file: spans are of it. */
  readonly text: string;
  readonly function: TypedFunction;
  readonly items: Items;
  /** What is known of C functions. */
  readonly lookup: Lookup;
}
