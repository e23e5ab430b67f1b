import type { Fact, Hover, LinkTo } from '../facade';
import { Kind, scanTokens } from '../syntax/scanner';
import { LineIndex, type Span } from '../text';
import type { Lookup } from '../typestate/summary';
import { Places, renderBalanced, renderCall, renderHandle, renderHelper, renderOther } from './hover';
import { C_TOPICS } from './topics/c';

/** What hovers read of an analysed C file. */
export interface HoverSource {
  readonly text: string;
  readonly lookup: Lookup;
  facts(): readonly Fact[];
  /** The function around an offset, from its head to its end. */
  functionAt(offset: number): Span | null;
  /** The function of this name leaves everything that its callers hold as it was. */
  isBalanced(name: string): boolean;
}

/** Answers a hover on a C file: the contract of a name, or what a handle is at this point. */
export function hoverC(source: HoverSource, offset: number, linkTo?: LinkTo): Hover | null {
  const span = wordAt(source.text, offset);
  const found = innermost(source.facts(), offset);
  // An argument that is no handle has nothing to do with the result of the call.
  const fact = found && span && isArgument(source.text, span, found) ? null : found;
  // On the name of a called function its contract is meant, not the value of the whole call.
  const explained = span && (!fact || length(span) < length(fact.span)) ? explain(source, span) : null;
  if (span && explained) return { span, markdown: explained };
  const places = new Places(new LineIndex(source.text), linkTo);
  if (fact) return { span: fact.span, markdown: renderHandle(fact, places) };
  const next = span && nextRead(source, span);
  return next && { span, markdown: renderHandle(next, places, `as it is next read, in ${places.here(next.span)}`) };
}

function explain(source: HoverSource, span: Span): string | null {
  const { text, lookup } = source;
  const word = text.slice(span.start, span.end);
  const helped = /^rust_helper_(\w+)$/.exec(word)?.[1];
  if (helped) return renderHelper(helped, lookup(helped), text);
  const summary = lookup(word);
  const given = summary?.declared && summary.params ? countArguments(text, span.end) : null;
  if (summary && given !== null && given !== summary.params!.length) return renderOther(summary, given);
  if (summary) return renderCall(summary);
  if (Object.hasOwn(C_TOPICS, word)) return C_TOPICS[word]!;
  return source.isBalanced(word) ? renderBalanced(word) : null;
}

/** Arguments, or parameters where the function is declared; null for a name that no parentheses follow. */
function countArguments(text: string, end: number): number | null {
  const { count, kinds, starts, ends } = scanTokens(text.slice(end, end + CALL_LIMIT));
  if (kinds[0] !== Kind.OpenParen) return null;
  let commas = 0;
  let depth = 0;
  for (let at = 0; at < count; at++) {
    const kind = kinds[at];
    if (kind === Kind.OpenParen || kind === Kind.OpenBracket || kind === Kind.OpenBrace) depth++;
    if (kind === Kind.CloseParen || kind === Kind.CloseBracket || kind === Kind.CloseBrace) depth--;
    if (kind === Kind.Comma && depth === 1) commas++;
    if (depth > 0) continue;
    const isEmpty = /^\s*(?:void\s*)?$/.test(text.slice(end + ends[0]!, end + starts[at]!));
    return isEmpty ? 0 : commas + 1;
  }
  return null;
}

/** The arguments of a call are read this far, in UTF-16 units. */
const CALL_LIMIT = 2000;

/** The word stands between the parentheses of the call that the fact is about. */
function isArgument(text: string, span: Span, { span: whole }: Fact): boolean {
  if (text[whole.end - 1] !== ')' || text[whole.start] === '(') return false;
  const open = text.indexOf('(', whole.start);
  return open < whole.end && span.start > open;
}

/** A name that is declared or assigned has no value yet: what it is given shows where it is read next. */
function nextRead(source: HoverSource, span: Span): Fact | null {
  const around = source.functionAt(span.start);
  if (!around || !isVariable(source.text, around, span)) return null;
  const word = source.text.slice(span.start, span.end);
  const isNext = (fact: Fact) => fact.span.start >= span.start && fact.span.end <= around.end && fact.expr === word;
  return source.facts().find(isNext) ?? null;
}

/** A word of the code, not of a comment, that names no field. */
function isVariable(text: string, around: Span, span: Span): boolean {
  const { count, kinds, starts } = scanTokens(text.slice(around.start, around.end));
  for (let at = 0; at < count; at++) {
    if (around.start + starts[at]! < span.start) continue;
    const isWord = around.start + starts[at]! === span.start && kinds[at] === Kind.Word;
    return isWord && !/(?:->|\.)\s*$/.test(text.slice(around.start, span.start).slice(-FIELD_LIMIT));
  }
  return false;
}

/** A field follows its `->` this closely. */
const FIELD_LIMIT = 40;

function innermost(facts: readonly Fact[], offset: number): Fact | null {
  let best: Fact | null = null;
  for (const fact of facts) {
    if (fact.span.start > offset) break;
    if (offset <= fact.span.end && (!best || length(fact.span) < length(best.span))) best = fact;
  }
  return best;
}

const length = (span: Span) => span.end - span.start;

/** Longer words are no names of the kernel. */
const WORD_LIMIT = 200;

function wordAt(text: string, offset: number): Span | null {
  const isWord = (at: number) => at >= 0 && at < text.length && /\w/.test(text[at]!);
  let start = offset;
  while (isWord(start - 1) && offset - start < WORD_LIMIT) start--;
  let end = offset;
  while (isWord(end) && end - offset < WORD_LIMIT) end++;
  return start < end ? { start, end } : null;
}
