import type { Slot } from '../typestate/summary';
import type { ParameterContract, ParameterContracts } from './parameter-contracts';

/**
 * A program has ten thousand calls and as many names. As one string for each file they are read from disk and sent
 * between threads in a tenth of the time that as many objects take, and most are never looked at.
 */

/** What the calls of one file establish, a line for each callee and caller: `callee line parameters`. */
export type CallLines = string;
/** Names, or `name:line`, separated by blanks. */
export type Names = string;

export interface CallRow {
  readonly callee: string;
  readonly parameters: ParameterContracts;
  readonly line: number;
}

const LEVELS: Readonly<Record<string, ParameterContract['level']>> = {
  u: 'users',
  c: 'count',
  k: 'checked',
  x: 'none',
  o: 'open',
};
const LOCKS: Readonly<Record<string, ParameterContract['lock']>> = { n: 'none', r: 'read', w: 'write', '-': null };

/** A parameter is its slot and three letters: what keeps it, whether it may be NULL, and its lock. */
export function writeCalls(rows: readonly CallRow[]): CallLines {
  return rows
    .map(({ callee, line, parameters }) => [callee, line, ...[...parameters].map(writeParameter)].join(' '))
    .join('\n');
}

/** The calls of one callee. */
export function readCalls(lines: CallLines, name: string): CallRow[] {
  const own = lines.split('\n').filter(text => text.startsWith(`${name} `));
  return own.map(text => {
    const [callee, line, ...parameters] = text.split(' ');
    return { callee: callee!, line: Number(line), parameters: new Map(parameters.map(readParameter)) };
  });
}

export function calleesOf(lines: CallLines): string[] {
  return lines ? lines.split('\n').map(text => text.slice(0, text.indexOf(' '))) : [];
}

export function writeNames(names: Iterable<string>): Names {
  return [...names].join(' ');
}

export function readNames(names: Names): string[] {
  return names ? names.split(' ') : [];
}

/** By name; a name that is there twice has its first line. */
export function writeLines(lines: ReadonlyMap<string, number>): Names {
  return [...lines].map(([name, line]) => `${name}:${line}`).join(' ');
}

export function readLines(names: Names): Map<string, number> {
  return new Map(
    readNames(names).map(one => {
      const at = one.lastIndexOf(':');
      return [one.slice(0, at), Number(one.slice(at + 1))] as const;
    }),
  );
}

function writeParameter([slot, { level, nullable, lock }]: readonly [Slot, ParameterContract]): string {
  return `${slot}:${keyOf(LEVELS, level)}${nullable ? '?' : '!'}${keyOf(LOCKS, lock)}`;
}

function readParameter(text: string): [Slot, ParameterContract] {
  const at = text.lastIndexOf(':');
  const [level, nullable, lock] = text.slice(at + 1);
  return [text.slice(0, at), { level: LEVELS[level!]!, nullable: nullable === '?', lock: LOCKS[lock!]! }];
}

function keyOf<Value>(table: Readonly<Record<string, Value>>, value: Value): string {
  return Object.keys(table).find(key => table[key] === value)!;
}
