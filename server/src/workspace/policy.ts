import type { FileAnalysis, Finding, SourceFile } from '../core/facade';
import { applySuppressions, type Suppressed } from '../core/ide/suppressions';
import type { RuleLevels } from './configuration';

/**
 * What is shown of a judged file, in the editor as on the command line: without what its comments allow or the levels
 * switch off, each finding at the level that was set for its rule. `rules` are the ids of all rules there are.
 */
export function applyPolicy(
  file: SourceFile,
  analysis: Pick<FileAnalysis, 'findings' | 'incomplete'>,
  levels: RuleLevels,
  rules: ReadonlySet<string>,
): Suppressed {
  const off = new Set(Object.keys(levels).filter(rule => levels[rule] === 'off'));
  const { findings, allowed } = applySuppressions(file, analysis, { known: rules, off });
  return { allowed, findings: findings.flatMap(finding => atLevel(finding, levels)) };
}

function atLevel(finding: Finding, levels: RuleLevels): readonly Finding[] {
  const level = levels[finding.rule];
  if (level === 'off') return [];
  return [level ? { ...finding, severity: level } : finding];
}
