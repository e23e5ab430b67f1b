import {
  type Diagnostic,
  type DiagnosticRelatedInformation,
  DiagnosticSeverity,
  type Hover,
  type InlayHint,
  type MarkupContent,
  MarkupKind,
  type Position,
  type Range,
  type TextEdit,
} from 'vscode-languageserver/node';
import type { Finding, InlayHint as FoundHint, Hover as FoundHover } from '../core/facade';
import type { Severity, TrailStep } from '../core/rules/rule';
import { type Edit, type LineIndex, type Span, utf8Length } from '../core/text';
import type { ClientFeatures } from './client-features';
import type { Encoding } from './from-lsp';

export function positionOf(lines: LineIndex, offset: number, encoding: Encoding): Position {
  const { line, column } = lines.positionAt(offset);
  if (encoding === 'utf-16') return { line, character: column };
  const before = lines.text.slice(offset - column, offset);
  return { line, character: encoding === 'utf-8' ? utf8Length(before) : [...before].length };
}

export function rangeOf(lines: LineIndex, span: Span, encoding: Encoding): Range {
  return { start: positionOf(lines, span.start, encoding), end: positionOf(lines, span.end, encoding) };
}

export function textEditOf(lines: LineIndex, edit: Edit, encoding: Encoding): TextEdit {
  return { range: rangeOf(lines, edit.span, encoding), newText: edit.text };
}

/** The address of a file of the tree: null is the document itself. */
export type UriOf = (file: string | null) => string;

export function diagnosticOf(lines: LineIndex, finding: Finding, client: ClientFeatures, uriOf: UriOf): Diagnostic {
  const related = finding.trail.map(step => relatedOf(step, lines, client.encoding, uriOf));
  return {
    range: rangeOf(lines, finding.span, client.encoding),
    severity: severityOf(finding.severity),
    source: 'mm-analyzer',
    code: finding.rule,
    ...(client.codeDescription && { codeDescription: { href: pageOf(finding.rule) } }),
    ...(client.relatedInformation && related.length > 0 && { relatedInformation: related }),
    message: client.relatedInformation
      ? finding.message
      : [finding.message, ...finding.trail.map(step => noteOf(step, lines))].join('\n'),
  };
}

export function hoverOf(lines: LineIndex, hover: FoundHover, client: ClientFeatures): Hover {
  return {
    range: rangeOf(lines, hover.span, client.encoding),
    contents: markupOf(hover.markdown, client),
  };
}

export function inlayHintOf(lines: LineIndex, hint: FoundHint, client: ClientFeatures): InlayHint {
  return {
    position: positionOf(lines, hint.offset, client.encoding),
    label: hint.text,
    paddingLeft: true,
    tooltip: markupOf(hint.reason, client),
  };
}

function markupOf(markdown: string, client: ClientFeatures): MarkupContent {
  return client.markdown
    ? { kind: MarkupKind.Markdown, value: markdown }
    : { kind: MarkupKind.PlainText, value: plainTextOf(markdown) };
}

/** Markdown as a terminal or an old client can show it: the marks go, the words and the line breaks stay. */
function plainTextOf(markdown: string): string {
  return markdown
    .replace(/^```.*\n?/gm, '')
    .split(/(`[^`\n]*`)/)
    .map(part => (part.startsWith('`') ? part.slice(1, -1) : proseOf(part)))
    .join('')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

function proseOf(markdown: string): string {
  return markdown
    .replace(/^(?:#+ |---+$)/gm, '')
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/\*\*/g, '')
    .replace(/(^|\W)([*_])([^*_\n]+)\2(?=\W|$)/gm, '$1$3')
    .replace(/\\([\\*_[\]<>#|])/g, '$1')
    .replace(/ {2}$/gm, '');
}

/** The page of a rule on the project's site. */
function pageOf(rule: string): string {
  return `https://github.com/mm-analyzer/mm-analyzer/blob/main/docs/rules/${rule}.md`;
}

function severityOf(severity: Severity): DiagnosticSeverity {
  switch (severity) {
    case 'error':
      return DiagnosticSeverity.Error;
    case 'warning':
      return DiagnosticSeverity.Warning;
    case 'info':
      return DiagnosticSeverity.Information;
  }
}

/** Of other files only lines are known. */
function relatedOf(
  { span, at, message }: TrailStep,
  lines: LineIndex,
  encoding: Encoding,
  uriOf: UriOf,
): DiagnosticRelatedInformation {
  if (!at) return { location: { uri: uriOf(null), range: rangeOf(lines, span, encoding) }, message };
  const start = { line: at.line - 1, character: 0 };
  return { location: { uri: uriOf(at.file), range: { start, end: start } }, message };
}

/** A client that shows no related places still gets the story, as lines of the message. */
function noteOf({ span, at, message }: TrailStep, lines: LineIndex): string {
  const place = at ? `${at.file}:${at.line}` : `line ${lines.positionAt(span.start).line + 1}`;
  return `  ${place}: ${message}`;
}
