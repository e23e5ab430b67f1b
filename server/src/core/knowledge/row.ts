import { ANY, type Mask, NEG, POS, ZERO } from '../ir/ir';
import type { Convention, Summary } from '../typestate/summary';

/** One function of the table, as its JSON line has it. */
export interface Row {
  readonly name: string;
  /** Names of the parameters, for texts; the effects count from `arg0`. */
  readonly params?: readonly string[];
  /** Sentences of sentence.ts. Empty means: known to have no effect on what the caller holds. */
  readonly effects: readonly string[];
  readonly returns: Returns;
  /** Ignoring the result loses track of what is held. */
  readonly mustCheck?: boolean;
  /** May sleep, so it is forbidden in atomic context. */
  readonly sleeps: boolean;
  readonly noreturn?: boolean;
  readonly doc: string;
  /** `file:line` of the definition in the tree that the row was read from, or the versions that have the function. */
  readonly source: string;
}

export type Returns = keyof typeof RETURNS;

/** What a result can be, how it tells of failure, and what it denotes. */
export const RETURNS = {
  void: { mask: ANY, convention: 'none', denotes: 'other' },
  bool: { mask: ZERO | POS, convention: 'none', denotes: 'other' },
  /** 0 or a negative error number. */
  errno: { mask: NEG | ZERO, convention: 'none', denotes: 'other' },
  int: { mask: ANY, convention: 'none', denotes: 'other' },
  unsigned: { mask: ZERO | POS, convention: 'none', denotes: 'other' },
  /** `vm_fault_t`: a set of VM_FAULT_ flags. */
  fault: { mask: ZERO | POS, convention: 'none', denotes: 'other' },
  pointer: { mask: POS, convention: 'none', denotes: 'other' },
  'pointer or NULL': { mask: ZERO | POS, convention: 'null', denotes: 'other' },
  'pointer or ERR_PTR': { mask: NEG | POS, convention: 'err', denotes: 'other' },
  'pointer, NULL or ERR_PTR': { mask: ANY, convention: 'null-or-err', denotes: 'other' },
  'mm or NULL': { mask: ZERO | POS, convention: 'null', denotes: 'mm' },
  'mm or ERR_PTR': { mask: NEG | POS, convention: 'err', denotes: 'mm' },
  'mm, NULL or ERR_PTR': { mask: ANY, convention: 'null-or-err', denotes: 'mm' },
  'vma or NULL': { mask: ZERO | POS, convention: 'null', denotes: 'vma' },
  /** The first VMA that ends above the address: it may begin above the address too. */
  'vma at or above, or NULL': { mask: ZERO | POS, convention: 'null', denotes: 'vma' },
  'vma or ERR_PTR': { mask: NEG | POS, convention: 'err', denotes: 'vma' },
} as const satisfies Record<
  string,
  { readonly mask: Mask; readonly convention: Convention; readonly denotes: Summary['returns'] }
>;
