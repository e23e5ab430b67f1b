import type { Severity } from '../../core/rules/rule';
import type { Place, Stats, Summary } from '../report';
import { type Paint, visible } from '../terminal';

/** The form of compilers, which every editor and CI system can read: a line for the finding, then its trail as notes. */
export function formatText(summary: Summary, paint: Paint): string {
  const lines = summary.findings.flatMap(finding => [
    `${head(paint, finding.file, finding.start)} ${severity(paint, finding.severity)} ${visible(finding.message)} ${paint.dim(`[${finding.rule}]`)}`,
    ...finding.trail.map(
      step => `${head(paint, step.file, step.place)} ${paint.dim('note:')} ${visible(step.message)}`,
    ),
  ]);
  return lines.map(line => `${line}\n`).join('');
}

/** The last line of a run, for stderr: "2 errors and 1 warning in 3 files". */
export function describeStats(stats: Stats): string {
  const counts = [
    stats.errors > 0 ? count(stats.errors, 'error') : '',
    stats.warnings > 0 ? count(stats.warnings, 'warning') : '',
    stats.infos > 0 ? count(stats.infos, 'info', 'infos') : '',
  ].filter(Boolean);
  const rest = [
    stats.omitted > 0 ? `${stats.omitted} not printed` : '',
    stats.baselined > 0 ? `${stats.baselined} in the baseline` : '',
    stats.allowed > 0 ? `${stats.allowed} allowed by comments` : '',
    stats.incomplete > 0 ? `${count(stats.incomplete, 'function')} not judged (--emit=incomplete tells why)` : '',
    stats.skipped.length > 0 ? `${count(stats.skipped.length, 'file')} skipped` : '',
  ].filter(Boolean);
  return [`${counts.join(', ') || 'no findings'} in ${count(stats.files, 'file')}`, ...rest].join('; ');
}

export function count(number: number, singular: string, plural = `${singular}s`): string {
  return `${number} ${number === 1 ? singular : plural}`;
}

function head(paint: Paint, file: string, { line, column }: Place): string {
  return paint.bold(`${visible(file)}:${line}:${column}:`);
}

function severity(paint: Paint, name: Severity): string {
  switch (name) {
    case 'error':
      return paint.red('error:');
    case 'warning':
      return paint.yellow('warning:');
    case 'info':
      return paint.cyan('info:');
  }
}
