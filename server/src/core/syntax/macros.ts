import type { Draft } from './draft';
import { Kind } from './scanner';
import { Role } from './words';

/**
 * A macro's call where a statement begins: it may head a block, declare a variable, or just lack its semicolon.
 *
 *     for_each_vma(vmi, vma) {       →  while       (vmi, vma) {
 *     do_each_pid(p, t) {            →  do                {
 *     DECLARE_BITMAP(m, 8) = { 0 };  →  DECLARE_BITMAP(m, 8)        ;
 *     field_typeof(s->f) x = y;      →  field_typeof       x = y;
 *
 * The original text still has the macro's name at the place of the keyword. A name of fewer letters than `while`, and
 * one whose block has an `else`, becomes `if`.
 */
export function rewriteMacro(draft: Draft, at: number): number {
  const { tokens, partners, rewrites } = draft;
  const { kinds, starts, ends, text } = tokens;
  const close = kinds[at + 1] === Kind.OpenParen ? partners[at + 1]! : -1;
  if (close < 0) return at + 1;
  const next = kinds[close + 1];
  // Most calls leave here: a statement of their own, or a part of one.
  if ((next === Kind.Semicolon && kinds[at - 1] !== Kind.CloseBrace) || !isStatementStart(draft, at)) return at + 1;
  const name = text.slice(starts[at]!, ends[at]!);
  if (next === Kind.Semicolon) {
    if (endsDo(draft, at - 1)) rewrites.replace(starts[at]!, ends[at]!, 'while');
  } else if (next === Kind.OpenBrace && DO_MACRO.test(name)) {
    rewrites.replace(starts[at]!, ends[at]!, 'do');
    rewrites.blank(starts[at + 1]!, ends[close]!);
    return close + 1;
  } else if (headsBlock(draft, name, close) || headsStatement(draft, name, at, close)) rewriteHead(draft, at, close);
  else if (next === Kind.Equals && kinds[close + 2] === Kind.OpenBrace) blankInitialiser(draft, close + 1);
  else if (lacksSemicolon(draft, close)) rewrites.replace(starts[close]!, ends[close]!, ';');
  else if (precedesName(draft, close)) {
    rewrites.blank(starts[at + 1]!, ends[close]!);
    return close + 1;
  }
  return at + 1;
}

/** Is it the `}` of `do { … }`, after which a macro such as `while_each_thread(g, t);` or `for_each_vma(…);` must loop? */
function endsDo({ tokens, partners }: Draft, close: number): boolean {
  const { kinds, roles, starts, ends, text } = tokens;
  const word = partners[close]! - 1;
  if (kinds[word] === Kind.Word && roles[word] === Role.Do) return true;
  const macro = kinds[word] === Kind.CloseParen ? partners[word]! - 1 : -1;
  return kinds[macro] === Kind.Word && DO_MACRO.test(text.slice(starts[macro]!, ends[macro]!));
}

/** The macro at `at` becomes a keyword; a condition must not be empty, so that it is written over a longer name. */
function rewriteHead(draft: Draft, at: number, close: number): void {
  const { starts, ends, text } = draft.tokens;
  const isShort = ends[at]! - starts[at]! < 'while'.length;
  if (close === at + 2 && /^\w{3,}\(\)$/.test(text.slice(starts[at]!, ends[close]!))) {
    draft.rewrites.replace(starts[at]!, ends[close]!, 'if(1)');
  } else draft.rewrites.replace(starts[at]!, ends[at]!, isShort || hasElse(draft, close + 1) ? 'if' : 'while');
}

/** Does an `else` follow the block that begins at `brace`? */
function hasElse({ tokens, partners }: Draft, brace: number): boolean {
  const after = partners[brace]! + 1;
  return after > 0 && tokens.kinds[after] === Kind.Word && tokens.roles[after] === Role.Else;
}

/** A block on the same line; on the next line it might be a block of its own, after a call without its semicolon. */
function headsBlock(draft: Draft, name: string, close: number): boolean {
  return draft.tokens.kinds[close + 1] === Kind.OpenBrace && (HEAD.test(name) || !endsLine(draft, close));
}

/** `DECLARE_BITMAP(map, BITS) = { 0 };`: without the initialiser it reads as a call. */
function blankInitialiser({ tokens, partners, rewrites }: Draft, equals: number): void {
  const close = partners[equals + 1]!;
  if (close > 0) rewrites.blank(tokens.starts[equals]!, tokens.ends[close]!);
}

/** Without braces: known by its name, or by a statement that stands indented under it. */
function headsStatement(draft: Draft, name: string, at: number, close: number): boolean {
  const { kinds, starts, text } = draft.tokens;
  const body = close + 1;
  if (!STATEMENT_STARTS.has(kinds[body]!)) return false;
  if (HEAD.test(name)) return true;
  if (kinds[body] !== Kind.Word || !endsLine(draft, close)) return false;
  const indent = indentOf(text, starts[at]!);
  return indent >= 0 && indentOf(text, starts[body]!) > indent;
}

/** The column of `offset` when only blanks stand before it on its line (a tab goes to the next eighth), else -1. */
function indentOf(text: string, offset: number): number {
  const line = text.lastIndexOf('\n', offset - 1) + 1;
  let column = 0;
  for (let i = line; i < offset; i++) {
    const code = text.charCodeAt(i);
    if (code === 9) column = (column | 7) + 1;
    else if (code === 32) column++;
    else return -1;
  }
  return column;
}

/**
 * A statement on the next line, after a call without its semicolon. The grammar would take the call for a type; without
 * its parenthesis it is an error that leaves the statements around it as they are.
 */
function lacksSemicolon(draft: Draft, close: number): boolean {
  const { kinds, roles } = draft.tokens;
  const next = close + 1;
  const isStatement = STATEMENT_STARTS.has(kinds[next]!) || kinds[next] === Kind.OpenBrace;
  return isStatement && roles[next] !== Role.Else && endsLine(draft, close);
}

/** Does the next token stand on another line? */
function endsLine({ tokens }: Draft, at: number): boolean {
  return tokens.text.slice(tokens.ends[at]!, tokens.starts[at + 1]!).includes('\n');
}

/** `some_typeof(a->b) name = …`: without the argument it is the name of a type. */
function precedesName({ tokens }: Draft, close: number): boolean {
  const { kinds, roles } = tokens;
  let name = close + 1;
  while (kinds[name] === Kind.Star) name++;
  if (kinds[name] !== Kind.Word || roles[name] !== Role.None) return false;
  const after = kinds[name + 1];
  return after === Kind.Semicolon || after === Kind.Equals || after === Kind.Comma || after === Kind.OpenBracket;
}

/** Does a statement begin at the word `at`? */
function isStatementStart(draft: Draft, at: number): boolean {
  const { partners, tokens } = draft;
  const { kinds, roles } = tokens;
  const before = at - 1;
  switch (kinds[before]) {
    case Kind.Semicolon:
    case Kind.OpenBrace:
    case Kind.CloseBrace:
    case Kind.Directive:
      return true;
    case Kind.Colon:
      return !endsCondition(draft, before);
    case Kind.Word:
      return roles[before] === Role.Else || roles[before] === Role.Do;
    case Kind.CloseParen: // `if (…)`, or the macro of a loop around this one
      return takesStatement(draft, partners[before]! - 1);
    default:
      return false;
  }
}

/** Is it the `:` of `a ? b : c`, not of a label? */
function endsCondition({ tokens }: Draft, colon: number): boolean {
  for (let at = colon - 1; at >= 0 && at > colon - MAX_CONDITION_TOKENS; at--) {
    const kind = tokens.kinds[at];
    if (kind === Kind.Question) return true;
    if (kind === Kind.Semicolon || kind === Kind.OpenBrace || kind === Kind.CloseBrace) return false;
  }
  return false;
}

/** The branch of a conditional expression that is longer than this counts as a label. */
const MAX_CONDITION_TOKENS = 200;

function takesStatement({ tokens }: Draft, word: number): boolean {
  const role = tokens.roles[word];
  return tokens.kinds[word] === Kind.Word && (role === Role.Control || role === Role.None);
}

/** Macros that head a `do` block: `do_each_thread(g, t) { … } while_each_thread(g, t);`. */
const DO_MACRO = /^do_(?:for_)?each/;
/** Macros that head a statement, by their names. */
const HEAD = /for_?each|FOREACH|^(?:do|while)_each|^scoped_/;
/** What the statement under a loop may begin with. */
const STATEMENT_STARTS: ReadonlySet<number> = new Set([Kind.Word, Kind.Star, Kind.OpenParen, Kind.Plus, Kind.Minus]);
