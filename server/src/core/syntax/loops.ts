import type { Draft } from './draft';
import { Kind } from './scanner';
import { Role } from './words';

/**
 * A macro that heads a block or a statement, such as `for_each_vma(vmi, vma) {` or `scoped_guard(mutex, &m) {`, becomes
 * `while` padded to the length of its name; the original text still has the name there. A macro of fewer letters, or
 * one with an `else`, becomes `if`.
 */
export function rewriteLoop(draft: Draft, at: number): number {
  const { tokens, partners, rewrites } = draft;
  const { kinds, roles, starts, ends, text } = tokens;
  const close = kinds[at + 1] === Kind.OpenParen ? partners[at + 1]! : -1;
  if (close < 0) return at + 1;
  const next = kinds[close + 1];
  if (next === Kind.Semicolon && kinds[at - 1] !== Kind.CloseBrace) return at + 1;
  if (!isStatementStart(draft, at)) return at + 1;
  const name = text.slice(starts[at]!, ends[at]!);
  if (next === Kind.Semicolon) {
    if (endsDo(draft, at - 1)) rewrites.replace(starts[at]!, ends[at]!, 'while');
    return at + 1;
  }
  if (next === Kind.OpenBrace) {
    if (DO_MACRO.test(name)) {
      rewrites.replace(starts[at]!, ends[at]!, 'do');
      rewrites.blank(starts[at + 1]!, ends[close]!);
      return close + 1;
    }
    const after = partners[close + 1]! + 1;
    const hasElse = after > 0 && kinds[after] === Kind.Word && roles[after] === Role.Else;
    rewriteHead(draft, at, close, hasElse);
  } else if (isLoopOverStatement(draft, name, at, close)) rewriteHead(draft, at, close, false);
  else if (next === Kind.Equals && kinds[close + 2] === Kind.OpenBrace) blankInitialiser(draft, close + 1);
  else if (precedesName(draft, close)) return rewriteTypeOrCall(draft, at, close);
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
function rewriteHead({ tokens, rewrites }: Draft, at: number, close: number, hasElse: boolean): void {
  const { starts, ends, text } = tokens;
  const isShort = ends[at]! - starts[at]! < 'while'.length;
  if (close === at + 2 && /^\w{3,}\(\)$/.test(text.slice(starts[at]!, ends[close]!))) {
    rewrites.replace(starts[at]!, ends[close]!, 'if(1)');
  } else rewrites.replace(starts[at]!, ends[at]!, isShort || hasElse ? 'if' : 'while');
}

/** `DECLARE_BITMAP(map, BITS) = { 0 };`: without the initialiser it reads as a call. */
function blankInitialiser({ tokens, partners, rewrites }: Draft, equals: number): void {
  const close = partners[equals + 1]!;
  if (close > 0) rewrites.blank(tokens.starts[equals]!, tokens.ends[close]!);
}

/** A loop without braces: known by its name, or by a body that stands indented under it. */
function isLoopOverStatement({ tokens }: Draft, name: string, at: number, close: number): boolean {
  const { kinds, starts, ends, text } = tokens;
  const body = close + 1;
  if (!STATEMENT_STARTS.has(kinds[body]!)) return false;
  if (/for_?each|FOREACH|^scoped_(?:cond_)?guard$|^scoped_class$/.test(name)) return true;
  if (kinds[body] !== Kind.Word || !text.slice(ends[close]!, starts[body]!).includes('\n')) return false;
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
 * `some_typeof(a->b) name = …` on one line: blanking the argument leaves the name of a type.
 * On two lines it is a call without its semicolon, which the grammar would take for a type: it becomes a call without
 * its parenthesis, an error that leaves the statements around it as they are.
 */
function rewriteTypeOrCall({ tokens, rewrites }: Draft, at: number, close: number): number {
  const { starts, ends, text } = tokens;
  if (text.slice(ends[close]!, starts[close + 1]!).includes('\n')) {
    rewrites.replace(starts[close]!, ends[close]!, ';');
    return at + 1;
  }
  rewrites.blank(starts[at + 1]!, ends[close]!);
  return close + 1;
}

/** Is it `macro(…) name = …;`, with a name that reads as declared? */
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
    case Kind.Colon: // :
    case Kind.Directive:
      return true;
    case Kind.Word:
      return roles[before] === Role.Else || roles[before] === Role.Do;
    case Kind.CloseParen: // `if (…)`, or the macro of a loop around this one
      return headsStatement(draft, partners[before]! - 1);
    default:
      return false;
  }
}

function headsStatement({ tokens }: Draft, word: number): boolean {
  const role = tokens.roles[word];
  return tokens.kinds[word] === Kind.Word && (role === Role.Control || role === Role.None);
}

/** Macros that head a `do` block: `do_each_thread(g, t) { … } while_each_thread(g, t);`. */
const DO_MACRO = /^do_(?:for_)?each/;
/** What the statement under a loop may begin with. */
const STATEMENT_STARTS: ReadonlySet<number> = new Set([Kind.Word, Kind.Star, Kind.OpenParen, Kind.Plus, Kind.Minus]);
