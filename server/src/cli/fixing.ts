import type { Finding, IncompleteFunction } from '../core/facade';
import { chooseFixes } from '../core/ide/fix-all';
import { applyEdits } from '../core/text';

export interface Judged {
  readonly findings: readonly Finding[];
  readonly incomplete: readonly IncompleteFunction[];
}

export interface Fixed<Result extends Judged> {
  readonly text: string;
  /** Fixes that were applied. */
  readonly applied: number;
  /** The judgement of `text`. */
  readonly judged: Result;
}

/** One fix may uncover another. More rounds than this have not been seen to help; they would be fixes that alternate. */
const MAX_ROUNDS = 5;

/**
 * Applies the safe fixes of a judged text until none is left. A fix is applied whole or not at all, and a round that leaves
 * more functions unreadable than there were is taken back.
 */
export function applyFixes<Result extends Judged>(
  text: string,
  judged: Result,
  judge: (text: string) => Result,
): Fixed<Result> {
  let fixed: Fixed<Result> = { text, applied: 0, judged };
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const fixes = chooseFixes(fixed.judged.findings);
    const changed = applyEdits(
      fixed.text,
      fixes.flatMap(fix => fix.edits),
    );
    if (changed === fixed.text) return fixed;
    const again = judge(changed);
    if (again.incomplete.length > fixed.judged.incomplete.length) return fixed;
    fixed = { text: changed, applied: fixed.applied + fixes.length, judged: again };
  }
  return fixed;
}
