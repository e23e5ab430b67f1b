import assert from 'node:assert/strict';
import { EMIT_KINDS, type FileAnalysis, type SourceFile } from '../../server/src/core/facade';
import type { Span } from '../../server/src/core/text';

/** What holds of the analysis of any text: every place is inside it, and no rule broke down. */
export function checkAnalysis(file: SourceFile, analysis: FileAnalysis): void {
  const { text } = file;
  const inside = (span: Span, what: string) =>
    assert.ok(0 <= span.start && span.start <= span.end && span.end <= text.length, `${file.path}: ${what} outside`);
  for (const finding of analysis.findings) {
    inside(finding.span, finding.rule);
    for (const step of finding.trail) inside(step.span, `a step of ${finding.rule}`);
    for (const edit of finding.fixes.flatMap(fix => fix.edits)) inside(edit.span, `an edit of ${finding.rule}`);
  }
  for (const { span, reason } of analysis.incomplete) {
    inside(span, reason);
    assert.doesNotMatch(reason, / failed: /, file.path);
  }
  let last = 0;
  for (const fact of analysis.facts()) {
    inside(fact.span, fact.expr);
    assert.ok(fact.span.start >= last, `${file.path}: facts are out of order`);
    last = fact.span.start;
  }
  for (const kind of EMIT_KINDS) assert.equal(typeof analysis.emit(kind), 'string');
}
