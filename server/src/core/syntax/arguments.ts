import type { Draft } from './draft';
import { Kind } from './scanner';
import { Role } from './words';

/** Does the parenthesis at `open` hold the arguments of a call? After a keyword, `)` or an operator it does not. */
export function isArgumentStart({ tokens }: Draft, open: number): boolean {
  return tokens.kinds[open - 1] === Kind.Word && tokens.roles[open - 1] === Role.None;
}

/**
 * Makes an expression of a macro's argument that is none. `before` is the `(` or `,` in front of it.
 *
 *     container_of(w, struct s, m)   →  container_of(w,        s, m)
 *     min_t(unsigned long, a, b)     →  min_t(Unsigned     , a, b)
 *     compare(a, ==, b)              →  compare(a, 0 , b)
 *     lock_or(l, return -EBUSY)      →  lock_or(l,        -EBUSY)
 *     with(state_t s, x)             →  with(        s, x)
 *     OPTIONS(o, .flags = 1)         →  OPTIONS(o,  flags = 1)
 *     alternative_input([p] "r" (p)) →  alternative_input(         (p))
 */
export function rewriteArgument(draft: Draft, before: number): void {
  const { kinds, roles } = draft.tokens;
  const first = before + 1;
  const kind = kinds[first]!;
  if (kind === Kind.Comma || kind === Kind.CloseParen) fillEmptyArgument(draft, before);
  else if (kind === Kind.Dot || kind === Kind.OpenBracket) blankDesignator(draft, first);
  else if (kind !== Kind.Word) replaceOperator(draft, first);
  else {
    switch (roles[first]) {
      case Role.Struct:
      case Role.Primitive:
      case Role.Qualifier:
        rewriteType(draft, first);
        break;
      case Role.None:
        if (isWord(draft, first + 1, Role.None) && isArgumentEnd(kinds[first + 2])) blankWord(draft, first);
        else blankStars(draft, first + 1);
        break;
      case Role.Return:
      case Role.Goto:
      case Role.Jump:
        rewriteJump(draft, first);
        break;
    }
  }
}

/** The type itself becomes a name; in front of a declared name it becomes blanks. */
function rewriteType(draft: Draft, first: number): void {
  const { tokens, rewrites } = draft;
  const { kinds, roles, starts, ends } = tokens;
  let name = first;
  while (isWord(draft, name, Role.Qualifier)) name++;
  if (isWord(draft, name, Role.Struct)) name++;
  const isKeyword = isWord(draft, name, Role.Primitive);
  if (kinds[name] !== Kind.Word || (!isKeyword && roles[name] !== Role.None)) return;
  let end = name + 1;
  while (isKeyword && isWord(draft, end, Role.Primitive)) end++;
  while (kinds[end] === Kind.Star || isWord(draft, end, Role.Qualifier) || isWord(draft, end, Role.Annotation)) end++;
  if (isArgumentEnd(kinds[end])) {
    rewrites.blank(starts[first]!, starts[name]!);
    if (isKeyword) capitalise(draft, name);
    rewrites.blank(ends[name]!, ends[end - 1]!);
  } else if (kinds[end] === Kind.Word && roles[end] === Role.None) rewrites.blank(starts[first]!, starts[end]!);
}

/** `foo_t *` or `foo_t **` as a whole argument. */
function blankStars({ tokens, rewrites }: Draft, first: number): void {
  let end = first;
  while (tokens.kinds[end] === Kind.Star) end++;
  if (end > first && isArgumentEnd(tokens.kinds[end])) rewrites.blank(tokens.starts[first]!, tokens.ends[end - 1]!);
}

/** `.member = value`, or an operand of assembly. */
function blankDesignator({ tokens, partners, rewrites }: Draft, first: number): void {
  const { kinds, starts, ends } = tokens;
  if (kinds[first] === Kind.Dot) rewrites.blank(starts[first]!, ends[first]!);
  else if (kinds[partners[first]! + 1] === Kind.Literal) rewrites.blank(starts[first]!, ends[partners[first]! + 1]!);
}

function replaceOperator({ tokens, rewrites }: Draft, first: number): void {
  let end = first;
  while (OPERATORS.has(tokens.kinds[end]!) && end < first + 3) end++;
  if (end > first && isArgumentEnd(tokens.kinds[end]))
    rewrites.replace(tokens.starts[first]!, tokens.ends[end - 1]!, '0');
}

/** `f(a, , b)` and `f(a, )`; `f()` has no argument at all. Without room for a value the comma goes. */
function fillEmptyArgument({ tokens, rewrites }: Draft, before: number): void {
  const { kinds, starts, ends, text } = tokens;
  if (kinds[before] === Kind.OpenParen && kinds[before + 1] === Kind.CloseParen) return;
  const from = ends[before]!;
  if (from < starts[before + 1]! && /[ \t]/.test(text.charAt(from))) rewrites.replace(from, from + 1, '0');
  else if (kinds[before] === Kind.Comma) rewrites.blank(starts[before]!, from);
}

/** `return x` and `goto out` keep their operand; a keyword alone becomes a name. */
function rewriteJump(draft: Draft, at: number): void {
  if (isArgumentEnd(draft.tokens.kinds[at + 1])) capitalise(draft, at);
  else blankWord(draft, at);
}

function blankWord({ tokens, rewrites }: Draft, at: number): void {
  rewrites.blank(tokens.starts[at]!, tokens.ends[at]!);
}

/** A keyword with a capital letter is a name. */
function capitalise({ tokens, rewrites }: Draft, at: number): void {
  const start = tokens.starts[at]!;
  rewrites.replace(start, start + 1, tokens.text.charAt(start).toUpperCase());
}

function isWord({ tokens }: Draft, at: number, role: Role): boolean {
  return tokens.kinds[at] === Kind.Word && tokens.roles[at] === role;
}

function isArgumentEnd(kind: number | undefined): boolean {
  return kind === Kind.Comma || kind === Kind.CloseParen;
}

/** Without `*`, which is more often the end of a type. */
const OPERATORS: ReadonlySet<number> = new Set([...'=<>!&|+-/%^~'].map(operator => operator.charCodeAt(0)));
