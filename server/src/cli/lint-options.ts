import { availableParallelism } from 'node:os';
import type { EmitKind } from '../core/facade';
import type { RuleLevel, RuleLevels } from '../workspace/configuration';
import { RULE_LEVELS } from '../workspace/configuration';
import { type Arguments, parseArguments, parseCount } from './args';
import { findRule } from './catalogue';
import type { Host } from './host';
import { type FAIL_LEVELS, type LINT_FORMATS, optionsOf } from './options';
import { type ProgramOptions, programOptions } from './program';
import { UsageError } from './usage-error';

export type LintFormat = (typeof LINT_FORMATS)[number];
export type FailLevel = (typeof FAIL_LEVELS)[number];

/** Where the texts come from that are judged. */
export type Input =
  | { readonly kind: 'paths'; readonly paths: readonly string[] }
  | { readonly kind: 'stdin'; readonly file: string }
  | { readonly kind: 'patch'; readonly file: string; readonly paths: readonly string[] }
  | { readonly kind: 'since'; readonly revision: string; readonly paths: readonly string[] };

export interface LintOptions {
  readonly input: Input;
  readonly root: string | null;
  readonly config: string | null;
  /** Zero-based part of so many. */
  readonly shard: { readonly index: number; readonly of: number };
  readonly format: LintFormat;
  readonly levels: RuleLevels;
  readonly failOn: FailLevel;
  readonly maxFindings: number;
  readonly baseline: string | null;
  readonly writeBaseline: boolean;
  readonly emit: EmitKind | null;
  readonly fix: 'none' | 'apply' | 'diff';
  readonly jobs: number;
  readonly program: ProgramOptions;
}

/** More threads were not faster on the machines that were measured: reading and memory set the pace. */
const MAX_DEFAULT_JOBS = 4;

export function defaultJobs(): number {
  return Math.min(availableParallelism(), MAX_DEFAULT_JOBS);
}

/** Throws UsageError for whatever the command does not take. */
export function parseLintOptions(argv: readonly string[], host: Host): LintOptions {
  const args = parseArguments(argv, optionsOf('lint'));
  rejectContradictions(args);
  return {
    input: inputOf(args),
    root: args.value('root'),
    config: args.value('config'),
    shard: shardOf(args),
    format: (args.value('format') ?? 'text') as LintFormat,
    levels: levelsOf(args),
    failOn: (args.value('fail-on') ?? 'warning') as FailLevel,
    maxFindings: args.has('max-findings')
      ? parseCount('max-findings', args.value('max-findings')!, 0)
      : Number.POSITIVE_INFINITY,
    baseline: args.value('baseline'),
    writeBaseline: args.has('write-baseline'),
    emit: args.value('emit') as EmitKind | null,
    fix: args.has('fix') ? 'apply' : args.has('diff-fixes') ? 'diff' : 'none',
    jobs: args.has('jobs') ? parseCount('jobs', args.value('jobs')!, 1) : defaultJobs(),
    program: programOptions(args, host, args.value('emit') !== null),
  };
}

/** Pairs that cannot both be meant. */
const CONTRADICTIONS: readonly (readonly [string, readonly string[]])[] = [
  ['stdin-filename', ['patch', 'since', 'fix', 'shard']],
  ['patch', ['since', 'fix', 'diff-fixes', 'shard']],
  ['since', ['fix', 'diff-fixes', 'shard']],
  ['fix', ['diff-fixes']],
  ['diff-fixes', ['format', 'max-findings']],
  ['baseline', ['fix', 'diff-fixes']],
  ['emit', ['fix', 'diff-fixes', 'format', 'baseline', 'patch', 'since', 'max-findings']],
];

function rejectContradictions(args: Arguments): void {
  for (const [option, others] of CONTRADICTIONS) {
    const other = args.has(option) && others.find(name => args.has(name));
    if (other) throw new UsageError(`--${option} and --${other} cannot be combined`);
  }
  if (args.has('stdin-filename') && args.positionals.length > 0) {
    throw new UsageError(`--stdin-filename takes its text from stdin: remove ${args.positionals[0]}`);
  }
  if (args.has('write-baseline') && !args.has('baseline')) {
    throw new UsageError('--write-baseline needs --baseline=FILE to write to');
  }
}

function inputOf(args: Arguments): Input {
  const paths = args.positionals;
  const [stdin, patch, since] = [args.value('stdin-filename'), args.value('patch'), args.value('since')];
  if (stdin !== null) return { kind: 'stdin', file: stdin };
  if (patch !== null) return { kind: 'patch', file: patch, paths };
  if (since !== null) return { kind: 'since', revision: since, paths };
  return { kind: 'paths', paths };
}

function shardOf(args: Arguments): LintOptions['shard'] {
  const text = args.value('shard');
  if (text === null) return { index: 0, of: 1 };
  const [, index, of] = /^(\d{1,6})\/(\d{1,6})$/.exec(text) ?? [];
  if (index === undefined || Number(index) < 1 || Number(index) > Number(of)) {
    throw new UsageError(`--shard needs I/N with I from 1 to N, not "${text}"`);
  }
  return { index: Number(index) - 1, of: Number(of) };
}

function levelsOf(args: Arguments): RuleLevels {
  const levels: Record<string, RuleLevel> = {};
  for (const text of args.values('rule')) {
    const [, id, level] = /^([^=]+)=(.*)$/.exec(text) ?? [];
    if (id === undefined || !RULE_LEVELS.includes(level as RuleLevel)) {
      throw new UsageError(`--rule needs ID=LEVEL with off, info, warning or error, not "${text}"`);
    }
    levels[findRule(id).id] = level as RuleLevel;
  }
  return levels;
}
