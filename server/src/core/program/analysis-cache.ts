import type { Members } from '../syntax/structs';
import type { Analysed } from './file';

/**
 * Results by function text, kept from one version of a file to the next. A function that is run more than once, as in a
 * cycle of calls or because a callee has a defect, has one for each time: the next version asks in the same order.
 */
export class AnalysisCache {
  readonly #results = new Map<string, Analysed[]>();
  /** What was told of structs. */
  readonly members = new Map<string, Members | undefined>();

  /** A result that stands, rather one that is also settled. */
  find(
    text: string,
    stands: (known: Analysed) => boolean,
    isSettled: (known: Analysed) => boolean,
  ): Analysed | undefined {
    const standing = this.#results.get(text)?.filter(stands);
    return standing?.find(isSettled) ?? standing?.[0];
  }

  add(text: string, result: Analysed): void {
    const results = this.#results.get(text);
    if (!results) this.#results.set(text, [result]);
    else if (!results.some(({ held }) => held === result.held)) results.push(result);
  }
}

/** The same questions are answered as they were. */
export function allSame<T>(
  answers: ReadonlyMap<string, T | undefined>,
  ask: (question: string) => T | undefined,
): boolean {
  for (const [question, answer] of answers) if (!isSame(ask(question), answer)) return false;
  return true;
}

/** Summaries and members are small plain data, always made in the same way: what differs differs early. */
export function isSame<T>(a: T, b: T): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const keys = Object.keys(a) as (keyof T)[];
  return keys.length === Object.keys(b).length && keys.every(key => isSame(a[key], b[key]));
}
