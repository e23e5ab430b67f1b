import { suppressionRules } from '../core/ide/suppressions';
import { rules } from '../core/rules/index';
import type { Rule } from '../core/rules/rule';
import { closest } from './closest';
import { UsageError } from './usage-error';

/** What is said of a rule; those of comments have no check of their own. */
export type RuleInfo = Omit<Rule, 'check'>;

/** Every rule that can be reported, switched and explained, by name. */
export const catalogue: readonly RuleInfo[] = [...rules, ...suppressionRules].sort((a, b) => (a.id < b.id ? -1 : 1));

export const ruleIds: readonly string[] = catalogue.map(({ id }) => id);

/** Throws UsageError for a name that no rule has. */
export function findRule(id: string): RuleInfo {
  const rule = catalogue.find(candidate => candidate.id === id);
  if (rule) return rule;
  const guess = closest(id, ruleIds);
  throw new UsageError(
    `there is no rule "${id}"; ${guess ? `did you mean ${guess}?` : 'mm-analyzer rules lists them'}`,
  );
}
