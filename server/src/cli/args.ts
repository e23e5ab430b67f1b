import { parseArgs } from 'node:util';
import { closest } from './closest';
import type { Option, Options } from './options';
import { UsageError } from './usage-error';

/** What the command line says, checked against the options of a command. */
export interface Arguments {
  readonly positionals: readonly string[];
  has(flag: string): boolean;
  /** The last value of an option, or null when it is not given. */
  value(option: string): string | null;
  values(option: string): readonly string[];
}

/** Throws UsageError for anything that the command does not take. */
export function parseArguments(argv: readonly string[], options: Options): Arguments {
  const { tokens } = parseArgs({
    args: [...argv],
    options: Object.fromEntries(Object.entries(options).map(([name, option]) => [name, typeOf(name, option)])),
    strict: false,
    tokens: true,
  });
  const positionals: string[] = [];
  const given = new Map<string, string[]>();
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    const option = Object.hasOwn(options, token.name) ? options[token.name] : undefined;
    if (!option) throw new UsageError(unknownOption(token.rawName, options));
    const values = given.get(token.name) ?? [];
    given.set(token.name, [...values, checkValue(token.rawName, option, token.value, token.inlineValue === true)]);
  }
  return {
    positionals,
    has: flag => given.has(flag),
    value: option => given.get(option)?.at(-1) ?? null,
    values: option => given.get(option) ?? [],
  };
}

/** A whole number from `from` on. */
export function parseCount(option: string, text: string, from: number): number {
  if (!/^\d{1,9}$/.test(text) || Number(text) < from) {
    throw new UsageError(`--${option} needs a whole number from ${from} on, not "${text}"`);
  }
  return Number(text);
}

function typeOf(name: string, option: Option): { type: 'string' | 'boolean'; short?: string } {
  return { type: option.value === undefined ? 'boolean' : 'string', ...(name === 'help' && { short: 'h' }) };
}

function unknownOption(rawName: string, options: Options): string {
  const guess = closest(rawName.replace(/^-+/, ''), Object.keys(options));
  return `unknown option ${rawName}${guess ? `; did you mean --${guess}?` : ''}`;
}

function checkValue(rawName: string, option: Option, value: string | undefined, inline: boolean): string {
  if (option.value === undefined) {
    if (value !== undefined) throw new UsageError(`${rawName} takes no value`);
    return '';
  }
  const looksLikeOption = !inline && value !== undefined && value.length > 1 && value.startsWith('-');
  if (value === undefined || value === '' || looksLikeOption)
    throw new UsageError(`${rawName} needs a value: ${option.value}`);
  if (option.choices && !option.choices.includes(value)) {
    throw new UsageError(`${rawName} takes ${listChoices(option.choices)}, not "${value}"`);
  }
  return value;
}

function listChoices(choices: readonly string[]): string {
  return `${choices.slice(0, -1).join(', ')} or ${choices.at(-1)}`;
}
