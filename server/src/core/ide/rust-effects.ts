import type { InlayHint } from '../facade';
import { describeFacts } from '../knowledge/vocabulary';
import type { RustToken } from '../syntax/rust-tokens';
import type { Lookup } from '../typestate/summary';
import { topics } from './topics';
import { type Place, placeAt } from './topics/place';
import { endOfItem } from './topics/scope';
import type { Topic } from './topics/topic';

/** One call in a function that moves a counter, takes a lock, or borrows instead. */
export interface Effect {
  readonly start: number;
  readonly call: string;
  readonly what: string;
}

/** More calls than this are not listed: a list is for reading. */
const LISTED = 10;

/** The calls in the body of the function whose name is at `place`, as they stand in the text. */
export function listEffects(
  tokens: readonly RustToken[],
  place: Place,
  topicOf: (place: Place) => Topic | null,
  lookup: Lookup,
): Effect[] {
  // Half-typed text may have a name where a function's would stand, outside of any.
  if (place.fnStart < 0) return [];
  const end = endOfItem(tokens, place.fnStart);
  const effects: Effect[] = [];
  for (let at = place.index + 1; at < tokens.length && tokens[at]!.end <= end && effects.length < LISTED; at++) {
    const { kind, text, start } = tokens[at]!;
    if (kind !== 'word' || !isCalled(tokens, at)) continue;
    if (tokens[at - 1]?.text === '::' && tokens[at - 2]?.text === 'bindings') {
      const summary = lookup(text);
      const what = summary && describeFacts(summary).filter(fact => MOVES.test(fact));
      if (what && what.length > 0) effects.push({ start, call: `bindings::${text}()`, what: what.join(', ') });
    } else if (WORDS.has(text)) {
      const called = placeAt(tokens, start);
      const what = called && topicOf(called)?.does;
      if (what) effects.push({ start, call: `${called.qualifier ? `${called.qualifier}::` : ''}${text}()`, what });
    }
  }
  return effects;
}

/** A C function that `Drop` calls, and where. */
export interface DropEffect {
  readonly call: string;
  readonly at: readonly number[];
}

/** What values that end in the function call, which is nowhere in its text: the same call is listed once. */
export function listDrops(tokens: readonly RustToken[], place: Place, hints: readonly InlayHint[]): DropEffect[] {
  if (place.fnStart < 0) return [];
  const end = endOfItem(tokens, place.fnStart);
  const byCall = new Map<string, number[]>();
  for (const { offset, text } of hints) {
    if (offset < place.span.end || offset > end) continue;
    for (const [call] of text.matchAll(DROP)) {
      const at = byCall.get(call);
      if (!at) byCall.set(call, [offset - 1]);
      else if (at.length < LISTED) at.push(offset - 1);
    }
  }
  return [...byCall].slice(0, LISTED).map(([call, at]) => ({ call, at }));
}

/** `mmput(mm), may sleep; mmap_read_unlock(mm)`, and not `+1 mm_users (mmget)`. */
const DROP = /(?<=^|; |on failure: )\w+\([^()]*\)/g;

function isCalled(tokens: readonly RustToken[], at: number): boolean {
  return tokens[at + 1]?.text === '(';
}

/** What a C function does, and not what it needs. */
const MOVES = /^(?:takes|releases|drops|downgrades|moves)\b/;

/** Only these words can have a topic that says what a call does. */
const WORDS: ReadonlySet<string> = new Set(
  topics.flatMap(({ does, at }) => (does ? at.flatMap(({ word }) => word ?? []) : [])),
);
