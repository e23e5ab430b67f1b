import type { Rule, Severity } from '../../core/rules/rule';
import type { Place, ReportedFinding, ReportedFix, Summary } from '../report';

/** What SARIF tells of a rule. */
export type RuleInfo = Pick<Rule, 'id' | 'severity' | 'summary' | 'why'>;

/** SARIF 2.1.0, with the rules that found something. Its columns count UTF-16 units, for it cannot say bytes. */
export function formatSarif(summary: Summary, catalogue: readonly RuleInfo[]): string {
  const reported = new Set(summary.findings.map(({ rule }) => rule));
  const rules = catalogue.filter(({ id }) => reported.has(id));
  const indexOf = new Map(rules.map((rule, index) => [rule.id, index]));
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'mm-analyzer', version: summary.version, rules: rules.map(describeRule) } },
        columnKind: 'utf16CodeUnits',
        invocations: [{ executionSuccessful: true, toolExecutionNotifications: notifications(summary) }],
        results: summary.findings.map(finding => toResult(finding, indexOf.get(finding.rule))),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function describeRule(rule: RuleInfo): object {
  return {
    id: rule.id,
    shortDescription: { text: rule.summary },
    fullDescription: { text: rule.why, markdown: rule.why },
    defaultConfiguration: { level: levelOf(rule.severity) },
  };
}

function toResult(finding: ReportedFinding, ruleIndex: number | undefined): object {
  const location = {
    physicalLocation: physical(finding.file, finding.start, finding.end),
    ...(finding.function && { logicalLocations: [{ name: finding.function, kind: 'function' }] }),
  };
  // What goes into other files has no place in a result's fixes.
  const fixes = finding.fixes.filter(({ edits }) => edits.length > 0);
  return {
    ruleId: finding.rule,
    ...(ruleIndex !== undefined && { ruleIndex }),
    level: levelOf(finding.severity),
    message: { text: finding.message },
    locations: [location],
    partialFingerprints: { 'mmAnalyzer/v1': finding.fingerprint },
    ...(finding.trail.length > 0 && { codeFlows: [{ threadFlows: [{ locations: flow(finding) }] }] }),
    ...(fixes.length > 0 && { fixes: fixes.map(fix => toFix(finding.file, fix)) }),
  };
}

/** The trail, and the place of the finding where it ends. */
function flow(finding: ReportedFinding): readonly object[] {
  return [
    ...finding.trail.map(step => ({
      location: { physicalLocation: physical(step.file, step.place), message: { text: step.message } },
    })),
    {
      location: {
        physicalLocation: physical(finding.file, finding.start, finding.end),
        message: { text: finding.message },
      },
    },
  ];
}

function toFix(file: string, fix: ReportedFix): object {
  const replacements = fix.edits.map(({ start, end, text }) => ({
    deletedRegion: region(start, end),
    insertedContent: { text },
  }));
  return { description: { text: fix.title }, artifactChanges: [{ artifactLocation: artifact(file), replacements }] };
}

function notifications({ incomplete, stats }: Summary): readonly object[] {
  return [
    ...stats.skipped.map(({ file, reason }) => ({
      level: 'warning',
      message: { text: `skipped: ${reason}` },
      locations: [{ physicalLocation: { artifactLocation: artifact(file) } }],
    })),
    ...incomplete.map(({ file, line, function: name, reason }) => ({
      level: 'note',
      message: { text: `${name || 'a function'} could not be judged: ${reason}` },
      locations: [{ physicalLocation: { artifactLocation: artifact(file), region: { startLine: line } } }],
    })),
  ];
}

function physical(file: string, start: Place, end?: Place): object {
  return { artifactLocation: artifact(file), region: region(start, end) };
}

function region(start: Place, end?: Place): object {
  return {
    startLine: start.line,
    startColumn: start.character,
    ...(end && { endLine: end.line, endColumn: end.character }),
  };
}

function artifact(file: string): object {
  return { uri: file.split('/').map(encodeURIComponent).join('/') };
}

function levelOf(severity: Severity): 'error' | 'warning' | 'note' {
  return severity === 'info' ? 'note' : severity;
}
