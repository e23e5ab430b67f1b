import { isArgumentStart, rewriteArgument } from './arguments';
import { rewriteAsm } from './asm';
import type { FoundFunction } from './declarations';
import type { Draft } from './draft';
import { rewriteHeader } from './headers';
import { rewriteMacro } from './macros';
import { Kind } from './scanner';
import { rewriteConcatenation } from './strings';
import { Role } from './words';

/** Rewrites what begins at the token `at` and returns the next token to look at. */
type Rewrite = (draft: Draft, at: number) => number;

/** Everywhere in a function: what the compiler sees as attributes, and types that are computed. */
const IN_HEADERS: Partial<Record<Role, Rewrite>> = {
  [Role.Annotation]: blankAnnotation,
  [Role.Noreturn]: blankAnnotation,
  [Role.AnnotationCall]: blankCall,
  [Role.Contract]: blankCall,
  [Role.Attribute]: blankCall,
  [Role.Typeof]: blankTypeofArguments,
};

/** Inside bodies only. */
const IN_BODIES: Partial<Record<Role, Rewrite>> = {
  ...IN_HEADERS,
  [Role.Asm]: rewriteAsm,
  [Role.Offsetof]: trimOffsetof,
  [Role.Alignof]: rewriteAlignof,
  [Role.Storage]: rewriteStorage,
  [Role.None]: rewriteMacro,
};

/**
 * Makes one function readable for the grammar: one pass over its tokens, with look-ahead that the rewritten construct
 * bounds. Offsets and line ends stay, so that the original text can be read at the same place.
 * Returns how deeply the brackets of the body nest.
 */
export function normaliseFunction(draft: Draft, found: FoundFunction): number {
  rewriteHeader(draft, found);
  for (let at = found.first; at < found.body; ) at = rewriteWord(draft, at, IN_HEADERS);
  return normaliseBody(draft, found.body, found.last);
}

function normaliseBody(draft: Draft, body: number, last: number): number {
  const { kinds, roles, starts, ends } = draft.tokens;
  /** The open brackets around the token, true for those of a call. */
  const calls: boolean[] = [];
  let deepest = 0;
  for (let at = body; at <= last; ) {
    switch (kinds[at]) {
      case Kind.Word:
        at = rewriteWord(draft, at, IN_BODIES);
        continue;
      case Kind.Literal:
        rewriteConcatenation(draft, at);
        break;
      case Kind.Directive:
        if (roles[at] === 0) draft.rewrites.blank(starts[at]!, ends[at]!);
        break;
      case Kind.OpenParen:
        calls.push(isArgumentStart(draft, at));
        if (calls.at(-1)) rewriteArgument(draft, at);
        break;
      case Kind.Comma:
        if (calls.at(-1)) rewriteArgument(draft, at);
        break;
      case Kind.Semicolon: // `CHECK(a, b = 1;);`
        if (calls.at(-1) && kinds[at + 1] === Kind.CloseParen) draft.rewrites.blank(starts[at]!, ends[at]!);
        break;
      case Kind.OpenBracket:
      case Kind.OpenBrace:
        calls.push(false);
        break;
      case Kind.CloseParen:
      case Kind.CloseBracket:
      case Kind.CloseBrace:
        deepest = Math.max(deepest, calls.length);
        if (draft.partners[at]! >= 0) calls.pop();
        break;
      case Kind.Ellipsis:
        if (isRange(draft, at)) draft.rewrites.replace(starts[at]!, ends[at]!, ' | ');
        break;
    }
    at++;
  }
  return Math.max(deepest, calls.length);
}

function rewriteWord(draft: Draft, at: number, rewrites: Partial<Record<Role, Rewrite>>): number {
  const rewrite = draft.tokens.kinds[at] === Kind.Word ? rewrites[draft.tokens.roles[at] as Role] : undefined;
  return rewrite ? rewrite(draft, at) : at + 1;
}

/** The word alone; one that takes arguments here is a function or macro of that name, unless it is `T __user (*p)`. */
function blankAnnotation({ tokens, rewrites }: Draft, at: number): number {
  if (tokens.kinds[at + 1] !== Kind.OpenParen || tokens.kinds[at + 2] === Kind.Star)
    rewrites.blank(tokens.starts[at]!, tokens.ends[at]!);
  return at + 1;
}

/** The word with its arguments, if it has any. */
function blankCall({ tokens, partners, rewrites }: Draft, at: number): number {
  const close = tokens.kinds[at + 1] === Kind.OpenParen ? partners[at + 1]! : -1;
  if (close < 0) return at + 1;
  rewrites.blank(tokens.starts[at]!, tokens.ends[close]!);
  return close + 1;
}

/** `typeof(*p) *q` becomes `typeof     *q`, which reads as a type's name. */
function blankTypeofArguments({ tokens, partners, rewrites }: Draft, at: number): number {
  const close = tokens.kinds[at + 1] === Kind.OpenParen ? partners[at + 1]! : -1;
  if (close < 0) return at + 1;
  rewrites.blank(tokens.starts[at + 1]!, tokens.ends[close]!);
  return close + 1;
}

/** `offsetof(struct s, a.b[i])`: the grammar takes a lone member. */
function trimOffsetof({ tokens, partners, rewrites }: Draft, at: number): number {
  const { kinds, starts, ends } = tokens;
  const close = kinds[at + 1] === Kind.OpenParen ? partners[at + 1]! : -1;
  let comma = at + 2;
  while (comma < close && kinds[comma] !== Kind.Comma) comma = Math.max(partners[comma]!, comma) + 1;
  if (comma + 2 < close) rewrites.blank(ends[comma + 1]!, starts[close]!);
  return at + 1;
}

/** The grammar takes a type only after `__alignof__`, and anything after `sizeof`. */
function rewriteAlignof({ tokens, rewrites }: Draft, at: number): number {
  const { starts, ends } = tokens;
  if (ends[at]! - starts[at]! >= 'sizeof'.length) rewrites.replace(starts[at]!, ends[at]!, 'sizeof');
  return at + 1;
}

/**
 * `static DEFINE_RATELIMIT_STATE(rs, 1, 2);` declares by a macro: without `static` it reads as a call.
 * `auto x = y;` has no type: with a capital it is one.
 */
function rewriteStorage({ tokens, partners, rewrites }: Draft, at: number): number {
  const { kinds, roles, starts, text } = tokens;
  let word = at + 1;
  while (kinds[word] === Kind.Word && (roles[word] === Role.Qualifier || roles[word] === Role.Annotation)) word++;
  if (kinds[word] !== Kind.Word || roles[word] !== Role.None) return at + 1;
  const after = kinds[word + 1] === Kind.OpenParen ? kinds[partners[word + 1]! + 1] : undefined;
  if (after === Kind.Semicolon || after === Kind.Equals) rewrites.blank(starts[at]!, starts[word]!);
  else if (kinds[word + 1] === Kind.Equals && text.startsWith('auto', starts[at])) {
    rewrites.replace(starts[at]!, starts[at]! + 1, 'A');
  }
  return at + 1;
}

/** `case 1 ... 5:`, or `[1 ... 5] =`; after a comma or a parenthesis it ends a list of parameters. */
function isRange({ tokens }: Draft, at: number): boolean {
  return tokens.kinds[at - 1] !== Kind.Comma && tokens.kinds[at - 1] !== Kind.OpenParen;
}
