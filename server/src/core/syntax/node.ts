/**
 * The part of a concrete syntax tree node that lowering reads. It is structural, so that `web-tree-sitter`'s own node
 * satisfies it and the core imports no binding. Indices are UTF-16 code units.
 */
export interface SyntaxNode {
  readonly type: string;
  readonly startIndex: number;
  readonly endIndex: number;
  readonly text: string;
  readonly isNamed: boolean;
  readonly isMissing: boolean;
  readonly hasError: boolean;
  readonly parent: SyntaxNode | null;
  readonly children: readonly (SyntaxNode | null)[];
  readonly namedChildren: readonly (SyntaxNode | null)[];
  childForFieldName(name: string): SyntaxNode | null;
  descendantForIndex(start: number, end?: number): SyntaxNode | null;
}

export interface SyntaxTree {
  readonly rootNode: SyntaxNode;
  /** Frees the tree at once: memory of a WebAssembly parser never shrinks by itself. */
  delete(): void;
}

export type Language = 'c' | 'rust';

/** The port through which the core reaches a parser. `parse` returns null when the parser gave up (budget, memory). */
export interface Parser {
  parse(language: Language, text: string): SyntaxTree | null;
}
