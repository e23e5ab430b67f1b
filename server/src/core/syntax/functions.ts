import type { Span } from '../text';
import { pairBrackets } from './brackets';
import { type Callback, findCallbacks } from './callbacks';
import { resolveConditionals } from './conditionals';
import { type CleanupDefinition, type Contract, readCleanup, readContracts } from './contracts';
import { type FoundFunction, findDeclarations } from './declarations';
import type { Parser, SyntaxNode, SyntaxTree } from './node';
import { normaliseFunction } from './normalise';
import { Rewrites } from './rewrites';
import { scanTokens, type Tokens } from './scanner';

/** A function's definition, from its specifiers to its `}`. Offsets are UTF-16 units of the file. */
export interface FunctionText extends Span {
  /** The `{`. */
  readonly bodyStart: number;
  /** The name that callers use: `mmap` of `SYSCALL_DEFINE6(mmap, …)`. */
  readonly name: string;
  readonly nameStart: number;
  /** How deeply its brackets nest. */
  readonly nesting: number;
}

/** A C file, ready to be parsed function by function. */
export interface CSource {
  readonly text: string;
  /** The text of the same length in which every function is plain C: see `normaliseFunction`. */
  readonly normalised: string;
  readonly functions: readonly FunctionText[];
  /** `DEFINE_FREE`, `DEFINE_GUARD`, `DEFINE_CLASS` and their kin. */
  readonly cleanups: readonly CleanupDefinition[];
  /** What annotations say of a function, by its name, from its definition and its declarations. */
  readonly annotations: ReadonlyMap<string, readonly Contract[]>;
  /** Where functions of the text are handed to others by their names. */
  readonly callbacks: readonly Callback[];
  /** The text is too large to be read: it has no functions here. */
  readonly tooLarge: boolean;
}

/** The largest text that is scanned, in UTF-16 units: ten times the largest source file of the kernel. */
export const MAX_TEXT = 1 << 24;

/** Brackets that nest more deeply are not parsed: the time of the parser grows with the square. The kernel needs 30. */
const MAX_NESTING = 1_000;

/** Reads a C text: one scan for tokens, then walks over them; linear in time, and total. */
export function scanC(text: string): CSource {
  const tooLarge = text.length > MAX_TEXT;
  const tokens = scanTokens(tooLarge ? '' : text);
  const rewrites = new Rewrites();
  resolveConditionals(tokens, rewrites);
  const partners = pairBrackets(tokens);
  const declarations = findDeclarations(tokens, partners);
  const draft = { tokens, partners, rewrites };
  const functions = declarations.functions.map(found => toFunctionText(tokens, found, normaliseFunction(draft, found)));
  return {
    text,
    normalised: rewrites.apply(text),
    functions,
    cleanups: declarations.cleanups.map(word => readCleanup(tokens, partners, word)),
    annotations: readContracts(tokens, partners, declarations.annotated),
    callbacks: findCallbacks(tokens, partners, new Set(functions.map(({ name }) => name))),
    tooLarge,
  };
}

/**
 * Parses one function. Offsets of the nodes are relative to `found.start`. The caller deletes the tree.
 * Null when the function nests too deeply, the parser gave up, or its tree does not hold the function up to its end.
 */
export function parseFunction(
  parser: Parser,
  source: CSource,
  found: FunctionText,
): { readonly node: SyntaxNode; readonly tree: SyntaxTree } | null {
  if (found.nesting > MAX_NESTING) return null;
  const text = source.normalised.slice(found.start, found.end);
  const tree = parser.parse('c', text);
  if (!tree) return null;
  for (const node of tree.rootNode.namedChildren) {
    if (node?.type === 'function_definition' && node.endIndex === text.length) return { node, tree };
  }
  tree.delete();
  return null;
}

function toFunctionText({ text, starts, ends }: Tokens, found: FoundFunction, nesting: number): FunctionText {
  return {
    start: starts[found.first]!,
    end: ends[found.last]!,
    bodyStart: starts[found.body]!,
    name: text.slice(starts[found.name]!, ends[found.name]!),
    nameStart: starts[found.name]!,
    nesting,
  };
}
