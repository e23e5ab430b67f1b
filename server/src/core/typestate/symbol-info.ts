import type { Mask } from '../ir/ir';
import type { Span } from '../text';
import type { Cell, Sym } from './world';

/** Where a value comes from. */
export type SymbolInfo = { mask: Mask } & (
  | { readonly kind: 'constant'; readonly text: string }
  | { readonly kind: 'current' }
  /** The address of a variable. */
  | { readonly kind: 'address'; readonly variable: string; readonly local: boolean }
  | { readonly kind: 'fieldAddress'; readonly base: Sym; readonly field: string }
  /** What a cell held when the function was entered. */
  | { readonly kind: 'initial'; readonly cell: Cell }
  | {
      readonly kind: 'operator';
      readonly op: string;
      readonly a: Sym;
      readonly b: Sym;
      bits?: readonly Sym[] | null;
      composites?: Sym[];
    }
  /** The result of a call, or what a call wrote. */
  | { readonly kind: 'result'; readonly callee: string; traits: ResultTraits; readonly span: Span }
  /** Different values of one cell, merged where the graph joins. */
  | { readonly kind: 'phi'; readonly cell: Cell; readonly sources: Set<Sym> }
  /** What a name denoted in an earlier iteration. */
  | { readonly kind: 'earlier'; readonly of: Sym; readonly acquired: boolean }
);

export interface ResultTraits {
  /** Nobody else names it: a reference that the callee handed to us. */
  readonly acquired: boolean;
  /** Made by an allocation and not yet published. */
  readonly made: boolean;
  readonly denotes: 'mm' | 'vma' | 'other';
  readonly constants: readonly Sym[] | null;
}

export const PLAIN_RESULT: ResultTraits = { acquired: false, made: false, denotes: 'other', constants: null };
