import type { Judged } from '../program/judged';
import type { RustJudged } from '../rust/judged';
import { rules } from './all';
import { type Found, settle } from './precedence';
import type { Report, Rule, TrailStep } from './rule';

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
  if (judged.cfg.incomplete.length > 0) return { found: [], failed: [] };
  const results = collect(rule => (rule.languages.includes(judged.language) && rule.check?.(judged)) || []);
  const isGuessed = guessesOf(judged);
  const found = results.found.filter(({ rule, report }) => isEnabled(rule.id) && !report.trail.some(isGuessed));
  return { ...results, found: judged.language === 'rust' ? found.map(inRust) : found };
}

/** Steps inside of functions whose outcomes a caller cannot tell apart: which of them happened is not known. */
function guessesOf(judged: Judged): (step: TrailStep) => boolean {
  const guessed = new Set(
    judged.events.flatMap(event =>
      event.kind === 'call' && !event.summary.declared && !event.summary.determinate ? [event.call.callee] : [],
    ),
  );
  return ({ inside }) => inside !== undefined && guessed.has(inside);
}

/** Without fixes that write C, and with fields as Rust spells them. */
function inRust({ rule, report }: Found): Found {
  const fixes = report.fixes.filter(({ language }) => language === 'rust');
  const trail = report.trail.map(step => ({ ...step, message: withDots(step.message) }));
  return { rule, report: { ...report, message: withDots(report.message), trail, fixes } };
}

function withDots(message: string): string {
  return message.replace(/`[^`]*`/g, code => code.replace(/(?<=\w)->(?=\w)/g, '.'));
}

/** Runs every rule that judges the types of a Rust function. */
export function runRustRules(judged: RustJudged): RuleResults {
  return collect(rule => rule.checkRust?.(judged) ?? []);
}

function collect(check: (rule: Rule) => Iterable<Report>): RuleResults {
  const found: Found[] = [];
  const failed: { rule: Rule; error: unknown }[] = [];
  for (const rule of rules) {
    try {
      for (const report of check(rule)) found.push({ rule, report });
    } catch (error) {
      failed.push({ rule, error });
    }
  }
  return { found: settle(found), failed };
}
