import type { Place, ReportedFinding, Summary } from '../report';

/** The machine's form. Lines and columns are from 1; a column counts bytes. */
export function formatJson({ version, findings, incomplete, stats }: Summary): string {
  const report = {
    version: 1,
    tool: { name: 'mm-analyzer', version },
    findings: findings.map(toJson),
    incomplete: incomplete.map(({ file, line, function: name, reason }) => ({ file, line, function: name, reason })),
    stats,
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}

function toJson(finding: ReportedFinding): object {
  return {
    rule: finding.rule,
    severity: finding.severity,
    file: finding.file,
    ...at(finding.start),
    ...until(finding.end),
    function: finding.function,
    message: finding.message,
    trail: finding.trail.map(step => ({ file: step.file, ...at(step.place), message: step.message })),
    fixes: finding.fixes.map(fix => ({
      title: fix.title,
      safe: fix.safe,
      edits: [
        ...fix.edits.map(({ start, end, text }) => ({
          file: finding.file,
          startLine: start.line,
          startColumn: start.column,
          endLine: end.line,
          endColumn: end.column,
          text,
        })),
        ...fix.elsewhere.map(({ file, line, text }) => ({
          file,
          startLine: line,
          startColumn: 1,
          endLine: line,
          endColumn: 1,
          text,
        })),
      ],
    })),
    fingerprint: finding.fingerprint,
  };
}

function at({ line, column }: Place): object {
  return { line, column };
}

function until({ line, column }: Place): object {
  return { endLine: line, endColumn: column };
}
