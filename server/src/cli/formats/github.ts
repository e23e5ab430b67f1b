import type { Severity } from '../../core/rules/rule';
import type { ReportedFinding, Summary } from '../report';

/** Workflow commands of GitHub Actions, which become annotations of the changed lines. */
export function formatGithub({ findings }: Summary): string {
  return findings.map(finding => `${annotate(finding)}\n`).join('');
}

function annotate(finding: ReportedFinding): string {
  const properties = {
    file: finding.file,
    line: finding.start.line,
    endLine: finding.end.line,
    // Annotations of several lines take no columns.
    ...(finding.start.line === finding.end.line && { col: finding.start.column, endColumn: finding.end.column }),
    title: `mm-analyzer: ${finding.rule}`,
  };
  const listed = Object.entries(properties).map(([key, value]) => `${key}=${escapeProperty(String(value))}`);
  const trail = finding.trail.map(step => `\n${step.file}:${step.place.line}: ${step.message}`);
  return `::${commandOf(finding.severity)} ${listed.join(',')}::${escapeData(finding.message + trail.join(''))}`;
}

function commandOf(severity: Severity): string {
  return severity === 'info' ? 'notice' : severity;
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
