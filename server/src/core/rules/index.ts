import type { Judged } from '../program/judged';
import { rules } from './all';
import { type Found, settle } from './precedence';
import type { Rule } from './rule';

export { GUARDED_FIELDS } from './address';
export { rules } from './all';
export type { Found } from './precedence';

/** What the rules say about one function; `failed` names the rules that threw, which is a defect of the rule. */
export interface RuleResults {
  readonly found: readonly Found[];
  readonly failed: readonly { readonly rule: Rule; readonly error: unknown }[];
}

/** Runs every rule for the function's language. Rules that are off still take part in telling one defect once. */
export function runRules(judged: Judged, isEnabled: (id: string) => boolean = () => true): RuleResults {
  const found: Found[] = [];
  const failed: { rule: Rule; error: unknown }[] = [];
  if (judged.cfg.incomplete.length > 0) return { found, failed };
  for (const rule of rules) {
    if (!rule.languages.includes(judged.language)) continue;
    try {
      for (const report of rule.check(judged)) found.push({ rule, report });
    } catch (error) {
      failed.push({ rule, error });
    }
  }
  return { found: settle(found).filter(({ rule }) => isEnabled(rule.id)), failed };
}
