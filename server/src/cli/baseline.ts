import { readFileSync } from 'node:fs';
import { reasonOf } from '../workspace/reading';
import { writeAtomically } from '../workspace/writing';
import type { ReportedFinding } from './report';
import { UsageError } from './usage-error';

/** How often each fingerprint is accepted. Paths are there for the reader only, so that files may be renamed. */
export type Baseline = ReadonlyMap<string, number>;

/** Throws UsageError. */
export function readBaseline(file: string, shown: string): Baseline {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const reason = error instanceof SyntaxError ? 'not valid JSON' : reasonOf(error);
    throw new UsageError(`cannot read the baseline ${shown}: ${reason}`);
  }
  const findings = (json as { findings?: unknown } | null)?.findings;
  const counts = new Map<string, number>();
  if (!Array.isArray(findings)) throw new UsageError(`cannot read the baseline ${shown}: it has no "findings"`);
  for (const [index, entry] of findings.entries()) {
    const fingerprint: unknown = entry?.fingerprint;
    if (typeof fingerprint !== 'string') {
      throw new UsageError(`cannot read the baseline ${shown}: findings[${index}] has no "fingerprint"`);
    }
    counts.set(fingerprint, (counts.get(fingerprint) ?? 0) + 1);
  }
  return counts;
}

/** One line a finding, so that a baseline is reviewed and merged like any other text. Throws UsageError. */
export function writeBaseline(file: string, shown: string, findings: readonly ReportedFinding[]): void {
  const rows = findings.map(finding =>
    JSON.stringify({
      file: finding.file,
      function: finding.function,
      rule: finding.rule,
      fingerprint: finding.fingerprint,
    }),
  );
  const text = `{ "version": 1, "findings": [${rows.map(row => `\n  ${row}`).join(',')}${rows.length > 0 ? '\n' : ''}] }\n`;
  try {
    writeAtomically(file, Buffer.from(text));
  } catch (error) {
    throw new UsageError(`cannot write the baseline ${shown}: ${reasonOf(error)}`);
  }
}

/** The findings that the baseline does not accept. */
export function withoutBaseline(findings: readonly ReportedFinding[], baseline: Baseline): readonly ReportedFinding[] {
  const left = new Map(baseline);
  return findings.filter(({ fingerprint }) => {
    const accepted = left.get(fingerprint) ?? 0;
    if (accepted > 0) left.set(fingerprint, accepted - 1);
    return accepted === 0;
  });
}
