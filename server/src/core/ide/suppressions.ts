import type { Finding, IncompleteFunction } from '../facade';
import type { Fix } from '../rules/rule';
import type { Language } from '../syntax/node';
import type { Span } from '../text';
import { outline } from './outline';

/** A comment `mm-analyzer: allow(rule-id): reason`, as written. */
export interface Allow {
  /** From `mm-analyzer:` to the closing parenthesis. */
  readonly span: Span;
  readonly comment: Span;
  /** Empty when the comment cannot be read. */
  readonly rules: readonly string[];
  readonly reason: string;
  /** A finding that begins in here is allowed: the rest of the line, the line below, or the whole function. */
  readonly covers: Span;
}

export interface SuppressionContext {
  /** Every rule there is: an allow of any other is a mistake. */
  readonly known: ReadonlySet<string>;
  /** Rules that were switched off: nobody can tell whether their allows are needed. */
  readonly off: ReadonlySet<string>;
}

export interface Suppressed {
  /** What is left, then what the allows themselves deserve. */
  readonly findings: readonly Finding[];
  /** How many findings were allowed. */
  readonly allowed: number;
}

/** What the allows themselves can be blamed for; they are listed, configured and explained as rules are. */
export const suppressionRules = [
  {
    id: 'unexplained-allow',
    severity: 'warning',
    languages: ['c', 'rust'],
    summary: 'an allow comment gives no reason',
    why: 'An exception that does not say why it is right cannot be reviewed, and nobody dares to remove it later. Write the reason after the colon: `mm-analyzer: allow(leaked-users): the work item puts it`.',
  },
  {
    id: 'unused-allow',
    severity: 'warning',
    languages: ['c', 'rust'],
    summary: 'an allow comment allows nothing',
    why: 'The defect is gone, or the comment stands in the wrong place, or the rule is misspelt. Left there, it would hide the next defect. An allow belongs on the line of the finding, on the line above it, or above the function.',
  },
] as const satisfies readonly object[];

/** Takes allowed findings out. `incomplete` functions are not judged, so an allow in them is never called unused. */
export function applySuppressions(
  file: { readonly language: Language; readonly text: string },
  analysis: { readonly findings: readonly Finding[]; readonly incomplete: readonly IncompleteFunction[] },
  context: SuppressionContext,
): Suppressed {
  const allows = findAllows(file.language, file.text);
  if (allows.length === 0) return { findings: analysis.findings, allowed: 0 };
  const used = new Map(allows.map(allow => [allow, new Set<string>()]));
  const left = analysis.findings.filter(finding => {
    const covering = allows.filter(
      allow => allow.rules.includes(finding.rule) && holds(allow.covers, finding.span.start),
    );
    for (const allow of covering) used.get(allow)!.add(finding.rule);
    return covering.length === 0;
  });
  const blamed = allows.flatMap(allow => {
    const unjudged = analysis.incomplete.some(({ span }) => overlaps(span, allow.covers) || overlaps(span, allow.span));
    return [...judgeAllow(file.text, allow, used.get(allow)!, unjudged, context)];
  });
  return { findings: [...left, ...blamed], allowed: analysis.findings.length - left.length };
}

/** Every allow in the comments of a text, in order. */
export function findAllows(language: Language, text: string): readonly Allow[] {
  if (!text.includes('mm-analyzer:')) return [];
  const shape = outline(language, text);
  const definitions = new Map(shape.functions.map(span => [span.start, span]));
  return shape.comments.flatMap((comment, index) => {
    const covers = () =>
      coverage(text, comment, shape.comments.slice(index + 1, index + 1 + MAX_COMMENTS), definitions);
    return [...readComment(text, comment, covers)];
  });
}

/** How many comments may stand between an allow and its code. */
const MAX_COMMENTS = 64;

/** An allow begins a line of a comment; its reason ends with the comment or with the next allow. */
function* readComment(text: string, comment: Span, covers: () => Span): Generator<Allow> {
  const body = text.slice(comment.start, comment.end);
  const starts = [...body.matchAll(/^[ \t/*!]*(mm-analyzer:)/gm)].map(
    match => match.index + match[0].length - 'mm-analyzer:'.length,
  );
  for (const [index, start] of starts.entries()) {
    const said = body.slice(start, starts[index + 1] ?? body.length);
    const [whole, directive, names] = /^(mm-analyzer:[ \t]*allow\(([^()]*)\))(?:[ \t]*:)?/.exec(said) ?? [];
    const at = comment.start + start;
    yield {
      span: { start: at, end: at + (directive ?? firstLine(said)).length },
      comment,
      rules: (names ?? '')
        .split(',')
        .map(rule => rule.trim())
        .filter(Boolean),
      reason: whole === undefined ? '' : reasonIn(said.slice(whole.length)),
      covers: covers(),
    };
  }
}

function firstLine(said: string): string {
  const line = said.split('\n', 1)[0]!.trimEnd();
  return line.endsWith('*/') ? line.slice(0, -2).trimEnd() : line;
}

function reasonIn(rest: string): string {
  return rest
    .replace(/\*\/$/, '')
    .replace(/^[ \t/*!]+/gm, '')
    .replace(/\s+/g, ' ')
    .trim();
}

function coverage(text: string, comment: Span, next: readonly Span[], definitions: ReadonlyMap<number, Span>): Span {
  const lineStart = text.lastIndexOf('\n', comment.start - 1) + 1;
  if (text.slice(lineStart, comment.start).trim() !== '')
    return { start: lineStart, end: lineEnd(text, comment.start) };
  const code = codeBelow(text, comment, next, definitions);
  if (code < 0) return { start: comment.end, end: comment.end };
  return definitions.get(code) ?? { start: text.lastIndexOf('\n', code - 1) + 1, end: lineEnd(text, code) };
}

/**
 * The first code behind a comment that stands alone, past other comments (a SAFETY comment may follow) and, unless they
 * belong to a function, past Rust attributes; -1 if a blank line comes first.
 */
function codeBelow(text: string, comment: Span, next: readonly Span[], definitions: ReadonlyMap<number, Span>): number {
  let passed = 0;
  let at = comment.end;
  for (;;) {
    const blank = /\s*/y;
    blank.lastIndex = at;
    const gap = blank.exec(text)![0];
    if ((gap.match(/\n/g)?.length ?? 0) > 1 || at + gap.length >= text.length) return -1;
    at += gap.length;
    if (next[passed]?.start === at) at = next[passed++]!.end;
    else if (text.startsWith('#[', at) && !definitions.has(at)) at = lineEnd(text, at);
    else return at;
  }
}

function* judgeAllow(
  text: string,
  allow: Allow,
  used: ReadonlySet<string>,
  unjudged: boolean,
  { known, off }: SuppressionContext,
): Generator<Finding> {
  if (allow.rules.length === 0) {
    yield blame('unused-allow', allow, 'this comment cannot be read: write `allow(rule-id): reason`', []);
    return;
  }
  if (!/[\p{L}\p{N}]/u.test(allow.reason)) {
    yield blame('unexplained-allow', allow, `\`allow(${allow.rules.join(', ')})\` gives no reason`, []);
  }
  for (const rule of allow.rules) {
    if (!known.has(rule)) yield blame('unused-allow', allow, `\`allow(${rule})\` names no rule`, []);
    else if (!used.has(rule) && !off.has(rule) && !unjudged) {
      const fixes = allow.rules.length === 1 ? [removal(text, allow)] : [];
      yield blame('unused-allow', allow, `\`allow(${rule})\` allows nothing here`, fixes);
    }
  }
}

/** Not safe: the words in a comment are somebody's. */
function removal(text: string, allow: Allow): Fix {
  const start = text.lastIndexOf('\n', allow.comment.start - 1) + 1;
  const end = lineEnd(text, allow.comment.end);
  const alone =
    text.slice(start, allow.comment.start).trim() === '' && text.slice(allow.comment.end, end).trim() === '';
  const span = alone ? { start, end: Math.min(end + 1, text.length) } : allow.comment;
  return { title: 'remove the comment', safe: false, edits: [{ span, text: '' }] };
}

function blame(
  rule: (typeof suppressionRules)[number]['id'],
  allow: Allow,
  message: string,
  fixes: readonly Fix[],
): Finding {
  return { rule, severity: 'warning', span: allow.span, function: '', message, trail: [], fixes };
}

function lineEnd(text: string, from: number): number {
  const at = text.indexOf('\n', from);
  return at < 0 ? text.length : at;
}

function holds(span: Span, offset: number): boolean {
  return span.start <= offset && offset < span.end;
}

function overlaps(a: Span, b: Span): boolean {
  return a.start < b.end && b.start < a.end;
}
