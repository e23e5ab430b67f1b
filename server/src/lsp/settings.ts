import { RULE_LEVELS, type RuleLevel, type RuleLevels } from '../workspace/configuration';

/** What the user set in the editor. A rule that is absent keeps its own severity. */
export interface Settings {
  readonly rules: RuleLevels;
  readonly inlayHints: boolean;
}

/**
 * Reads the client's `mmAnalyzer` section: `{ "rules": { "double-put": "off" }, "inlayHints": false }`, or with dotted
 * keys as some clients send them. What is malformed is left out, and so is `default`.
 */
export function readSettings(section: unknown): Settings {
  if (!isObject(section)) return { rules: {}, inlayHints: true };
  const dotted = Object.entries(section).filter(([key]) => key.startsWith('rules.'));
  const nested = isObject(section.rules) ? Object.entries(section.rules) : [];
  const levels = [...dotted, ...nested].filter((entry): entry is [string, RuleLevel] => isLevel(entry[1]));
  return {
    rules: Object.fromEntries(levels.map(([key, level]) => [key.replace(/^rules\./, ''), level])),
    inlayHints: section.inlayHints !== false,
  };
}

function isLevel(value: unknown): value is RuleLevel {
  return RULE_LEVELS.includes(value as RuleLevel);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
