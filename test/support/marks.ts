import type { Fact, Finding } from '../../server/src/core/facade';
import { LineIndex } from '../../server/src/core/text';

/** `//~ ERROR rule: text` or `//~ STATE expr: words`, for the zero-based `line` that it is about. */
export interface Mark {
  readonly kind: 'ERROR' | 'WARN' | 'INFO' | 'STATE';
  readonly line: number;
  /** Id of the rule, or the expression of a state. */
  readonly subject: string;
  readonly text: string;
}

const MARK = /\/\/~(\^*)(\|)?\s*(ERROR|WARN|INFO|STATE)\s+(.+?):(?:\s+(.*?))?\s*$/;

/** Reads the marks of a fixture: each `^` climbs a line, `|` means the line of the mark before. */
export function readMarks(text: string): Mark[] {
  const marks: Mark[] = [];
  text.split('\n').forEach((content, line) => {
    if (!content.includes('//~')) return;
    const match = MARK.exec(content);
    if (!match) throw new Error(`line ${line + 1}: not a mark: ${content.trim()}`);
    const [, climb, same, kind, subject, words] = match;
    const at = same ? marks.at(-1)!.line : line - climb!.length;
    marks.push({ kind: kind as Mark['kind'], line: at, subject: subject!, text: words ?? '' });
  });
  return marks;
}

/** The fixture as source: marks are taken out, and so are lines that hold nothing else. */
export function stripMarks(text: string): string {
  return text
    .split('\n')
    .filter(line => !/^\s*\/\/~/.test(line))
    .map(line => line.replace(/\s*\/\/~.*$/, ''))
    .join('\n');
}

const KINDS = { error: 'ERROR', warning: 'WARN', info: 'INFO' } as const;

/** Both ways: a finding without a mark and a mark without a finding are mistakes. One sentence each. */
export function compareFindings(text: string, findings: readonly Finding[]): string[] {
  const lines = new LineIndex(text);
  const open = readMarks(text).filter(mark => mark.kind !== 'STATE');
  const mistakes: string[] = [];
  for (const finding of findings) {
    const line = lines.positionAt(finding.span.start).line;
    const at = open.findIndex(
      mark =>
        mark.line === line &&
        mark.subject === finding.rule &&
        mark.kind === KINDS[finding.severity] &&
        finding.message.includes(mark.text),
    );
    if (at >= 0) open.splice(at, 1);
    else mistakes.push(`line ${line + 1}: not marked: ${KINDS[finding.severity]} ${finding.rule}: ${finding.message}`);
  }
  for (const mark of open)
    mistakes.push(`line ${mark.line + 1}: not found: ${mark.kind} ${mark.subject}: ${mark.text}`);
  return mistakes;
}

/** Every fact of the expression on the line must agree with each word of the mark. */
export function compareStates(text: string, facts: readonly Fact[]): string[] {
  const lines = new LineIndex(text);
  return readMarks(text)
    .filter(mark => mark.kind === 'STATE')
    .flatMap(mark => {
      const here = facts.filter(
        fact => fact.expr === mark.subject && lines.positionAt(fact.span.start).line === mark.line,
      );
      if (here.length === 0) return [`line ${mark.line + 1}: no fact for ${mark.subject}`];
      return here.flatMap(fact => {
        const words = wordsOf(fact);
        // A type is last, for it may have spaces.
        const wanted = mark.text.match(/type=.*\S|\S+/g) ?? [];
        const missing = wanted.filter(word => !words.includes(word));
        return missing.length > 0
          ? [`line ${mark.line + 1}: ${mark.subject} is ${words.join(' ')}, not ${missing.join(' ')}`]
          : [];
      });
    });
}

function wordsOf(fact: Fact): string[] {
  return [
    fact.handle,
    fact.ownership,
    `lock=${fact.lock}`,
    fact.nullable ? 'nullable' : 'nonnull',
    `type=${fact.type}`,
  ];
}
