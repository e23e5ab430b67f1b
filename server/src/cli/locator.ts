import { createHash } from 'node:crypto';
import type { Finding, IncompleteFunction } from '../core/facade';
import type { Fix, TrailStep } from '../core/rules/rule';
import { LineIndex, utf8Length } from '../core/text';
import type { Source } from '../workspace/reading';
import {
  compareFindings,
  type Place,
  type ReportedFinding,
  type ReportedFix,
  type ReportedIncomplete,
  type ReportedStep,
} from './report';

/** Turns offsets of one file into lines and columns. */
export class Locator {
  readonly #lines: LineIndex;
  /** The last place that was counted to: findings come in order, and a line may be megabytes long. */
  #last = { line: 0, offset: 0, bytes: 0 };

  constructor(
    /** Relative to the working folder. */
    readonly file: string,
    readonly source: Source,
  ) {
    this.#lines = new LineIndex(source.text);
  }

  placeAt(offset: number): Place {
    const { line, column } = this.#lines.positionAt(offset);
    return { line: line + 1, column: this.#bytesBefore(line, offset) + 1, character: column + 1 };
  }

  /** The text of a line (from 1) without what editing around it changes: indentation and spacing. */
  normalisedLine(line: number): string {
    return this.#lines
      .lineText(line - 1)
      .replace(/\s+/g, ' ')
      .trim();
  }

  #bytesBefore(line: number, offset: number): number {
    const start = this.#lines.lineStart(line);
    if (this.source.encoding === 'latin1') return offset - start;
    const known =
      this.#last.line === line && this.#last.offset <= offset ? this.#last : { line, offset: start, bytes: 0 };
    const bytes = known.bytes + utf8Length(this.source.text.slice(known.offset, offset));
    this.#last = { line, offset, bytes };
    return bytes;
  }
}

/** How a file of the tree, named relative to its root, is called in a report. */
export type NameOf = (file: string) => string;

/** The findings of one file, in order, with places and fingerprints. */
export function locateFindings(locator: Locator, findings: readonly Finding[], nameOf: NameOf): ReportedFinding[] {
  const located = [...findings]
    .sort((a, b) => a.span.start - b.span.start)
    .map(finding => ({
      rule: finding.rule,
      severity: finding.severity,
      file: locator.file,
      start: locator.placeAt(finding.span.start),
      end: locator.placeAt(finding.span.end),
      function: finding.function,
      message: finding.message,
      trail: locateTrail(locator, finding.trail, nameOf),
      fixes: finding.fixes.map(fix => locateFix(locator, fix, nameOf)),
      fingerprint: '',
    }))
    .sort(compareFindings);
  const seen = new Map<string, number>();
  return located.map(finding => {
    const identity = [finding.rule, finding.function, locator.normalisedLine(finding.start.line)].join('\n');
    const occurrence = seen.get(identity) ?? 0;
    seen.set(identity, occurrence + 1);
    const hash = createHash('sha256').update(`${identity}\n${occurrence}`);
    return { ...finding, fingerprint: hash.digest('hex').slice(0, 16) };
  });
}

export function locateTrail(locator: Locator, trail: readonly TrailStep[], nameOf: NameOf): ReportedStep[] {
  return trail.map(({ span, at, message }) =>
    at
      ? { file: nameOf(at.file), place: { line: at.line, column: 1, character: 1 }, message }
      : { file: locator.file, place: locator.placeAt(span.start), message },
  );
}

export function locateIncomplete(locator: Locator, functions: readonly IncompleteFunction[]): ReportedIncomplete[] {
  return functions.map(({ span, function: name, reason }) => ({
    file: locator.file,
    line: locator.placeAt(span.start).line,
    function: name,
    reason,
  }));
}

function locateFix(locator: Locator, fix: Fix, nameOf: NameOf): ReportedFix {
  const edits = fix.edits.map(({ span, text }) => ({
    start: locator.placeAt(span.start),
    end: locator.placeAt(span.end),
    text,
  }));
  const elsewhere = (fix.elsewhere ?? []).map(({ file, line, text }) => ({
    file: nameOf(file),
    line: line + 1,
    text,
  }));
  return { title: fix.title, safe: fix.safe, edits, elsewhere };
}
