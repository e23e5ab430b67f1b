import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Severity } from '../core/rules/rule';
import { reasonOf } from './reading';

/** `off`, or the severity that every finding of the rule gets. */
export type RuleLevel = 'off' | Severity;
export type RuleLevels = Readonly<Record<string, RuleLevel>>;
export const RULE_LEVELS: readonly RuleLevel[] = ['off', 'info', 'warning', 'error'];

/** `mm-analyzer.json` at the root of the tree. */
export interface Configuration {
  readonly rules: RuleLevels;
  /** Patterns in the form of .gitignore, relative to the root. */
  readonly exclude: readonly string[];
  /** Extra rows of the knowledge table, in the table's own form; the table judges them. */
  readonly api: readonly unknown[];
}

export const CONFIGURATION_FILE = 'mm-analyzer.json';
export const DEFAULT_CONFIGURATION: Configuration = { rules: {}, exclude: [], api: [] };

/** One sentence that names the file and the place in it. */
export class ConfigurationError extends Error {}

/** The configuration of the tree at `root`: the default when it has none. Throws ConfigurationError. */
export function loadConfiguration(root: string, knownRules: ReadonlySet<string>): Configuration {
  const file = path.join(root, CONFIGURATION_FILE);
  return existsSync(file) ? readConfiguration(file, CONFIGURATION_FILE, knownRules) : DEFAULT_CONFIGURATION;
}

/** Reads one configuration file; `shown` is its name in messages. Throws ConfigurationError. */
export function readConfiguration(file: string, shown: string, knownRules: ReadonlySet<string>): Configuration {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigurationError(`${shown}: ${reasonOf(error)}`);
  }
  return parseConfiguration(text, shown, knownRules);
}

export function parseConfiguration(text: string, shown: string, knownRules: ReadonlySet<string>): Configuration {
  const root = parseJson(text, shown);
  if (!isObject(root))
    throw new ConfigurationError(`${shown}: the configuration must be an object, such as {"rules": {}}`);
  for (const key of Object.keys(root)) {
    if (!['$schema', 'rules', 'exclude', 'api'].includes(key)) {
      throw new ConfigurationError(`${shown}: unknown key "${key}"; there are "rules", "exclude" and "api"`);
    }
  }
  return {
    rules: parseRules(root.rules ?? {}, shown, knownRules),
    exclude: parseExclude(root.exclude ?? [], shown),
    api: parseApi(root.api ?? [], shown),
  };
}

function parseRules(value: unknown, shown: string, knownRules: ReadonlySet<string>): RuleLevels {
  if (!isObject(value))
    throw new ConfigurationError(`${shown}: "rules" must be an object, such as {"redundant-ref": "off"}`);
  for (const [rule, level] of Object.entries(value)) {
    if (!knownRules.has(rule)) throw new ConfigurationError(`${shown}: rules: there is no rule "${rule}"`);
    if (!RULE_LEVELS.includes(level as RuleLevel)) {
      throw new ConfigurationError(
        `${shown}: rules: "${rule}" must be one of ${RULE_LEVELS.map(name => `"${name}"`).join(', ')}`,
      );
    }
  }
  return value as RuleLevels;
}

function parseExclude(value: unknown, shown: string): readonly string[] {
  if (!Array.isArray(value)) throw new ConfigurationError(`${shown}: "exclude" must be an array of patterns`);
  for (const [index, pattern] of value.entries()) {
    if (typeof pattern !== 'string') throw new ConfigurationError(`${shown}: exclude[${index}] must be a string`);
  }
  return value;
}

function parseApi(value: unknown, shown: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new ConfigurationError(`${shown}: "api" must be an array of rows`);
  return value;
}

function parseJson(text: string, shown: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new ConfigurationError(`${shown}${placeOf(error, text)}: not valid JSON`);
  }
}

/** `:LINE:COLUMN` out of the position that V8's message tells; at the end when the text stops too early. */
function placeOf(error: unknown, text: string): string {
  const position = /position (\d+)/.exec(String(error));
  const before = text.slice(0, position ? Number(position[1]) : text.length).split('\n');
  return `:${before.length}:${before.at(-1)!.length + 1}`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
