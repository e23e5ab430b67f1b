import type { SyntaxNode } from '../syntax/node';
import type { Span } from '../text';
import type { RustType } from './types';
import type { Value } from './value';

/** Arguments of a macro that read as expressions; offsets of their nodes are relative to `base`. */
export interface MacroArguments {
  readonly nodes: readonly SyntaxNode[];
  readonly base: number;
}

/** What typing a function found at each place, for those who walk its tree again. */
export class TypeNotes {
  readonly #types = new Map<number, RustType>();
  readonly #macros = new Map<number, MacroArguments>();

  noteValue(span: Span, { type }: Value): void {
    this.#types.set(keyOf(span), type);
  }

  /** Null for what was not typed. */
  typeAt(span: Span): RustType | null {
    return this.#types.get(keyOf(span)) ?? null;
  }

  noteMacro(span: Span, args: MacroArguments): void {
    this.#macros.set(keyOf(span), args);
  }

  macroAt(span: Span): MacroArguments | null {
    return this.#macros.get(keyOf(span)) ?? null;
  }
}

/** No source file has 16 MB. */
function keyOf({ start, end }: Span): number {
  return start * 2 ** 24 + end;
}
