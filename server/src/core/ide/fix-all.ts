import type { Finding } from '../facade';
import type { Fix } from '../rules/rule';
import type { Edit, Span } from '../text';

/** The fixes that can be made at once: the first safe one of each finding, without those that touch an earlier one. */
export function chooseFixes(findings: readonly Finding[]): readonly Fix[] {
  const taken: Span[] = [];
  const seen = new Set<string>();
  return findings.flatMap(finding => {
    const fix = finding.fixes.find(candidate => candidate.safe);
    if (!fix || fix.edits.length === 0) return [];
    // Two findings may have one remedy, such as an include.
    const identity = JSON.stringify(fix.edits);
    if (seen.has(identity) || fix.edits.some(edit => taken.some(span => collide(span, edit)))) return [];
    seen.add(identity);
    taken.push(...fix.edits.map(edit => edit.span));
    return [fix];
  });
}

/** Two insertions at one place collide, for their order would be a matter of chance. */
function collide(a: Span, { span: b }: Edit): boolean {
  return (a.start < b.end && b.start < a.end) || a.start === b.start;
}
