import type { ReportedFinding, Summary } from '../report';

/** Checkstyle's XML, which most CI systems read. Findings come sorted by file. */
export function formatCheckstyle({ findings }: Summary): string {
  const lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<checkstyle version="4.3">'];
  for (const [index, finding] of findings.entries()) {
    if (findings[index - 1]?.file !== finding.file) lines.push(`  <file name="${escapeXml(finding.file)}">`);
    lines.push(`    ${describe(finding)}`);
    if (findings[index + 1]?.file !== finding.file) lines.push('  </file>');
  }
  return `${[...lines, '</checkstyle>'].join('\n')}\n`;
}

function describe(finding: ReportedFinding): string {
  const trail = finding.trail.map(step => `; ${step.file}:${step.place.line}: ${step.message}`).join('');
  const attributes = {
    line: finding.start.line,
    column: finding.start.column,
    severity: finding.severity,
    message: finding.message + trail,
    source: `mm-analyzer.${finding.rule}`,
  };
  return `<error ${Object.entries(attributes)
    .map(([name, value]) => `${name}="${escapeXml(String(value))}"`)
    .join(' ')}/>`;
}

/** XML 1.0 cannot hold most control characters, lone surrogates and the like at all, not even escaped. */
function escapeXml(text: string): string {
  return text
    .replace(/(?![\t\n\r])[\p{Cc}\p{Cs}\ufffe\uffff]/gu, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\t', '&#9;')
    .replaceAll('\n', '&#10;')
    .replaceAll('\r', '&#13;');
}
