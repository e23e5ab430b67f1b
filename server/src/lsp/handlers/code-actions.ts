import path from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  type CodeAction,
  CodeActionKind,
  type CodeActionParams,
  CreateFile,
  type Diagnostic,
  type SnippetTextEdit,
  type TextEdit,
  type WorkspaceEdit,
} from 'vscode-languageserver/node';
import type { Finding } from '../../core/facade';
import { chooseFixes } from '../../core/ide/fix-all';
import { suppressionRules } from '../../core/ide/suppressions';
import type { Fix, Insertion } from '../../core/rules/rule';
import type { Span } from '../../core/text';
import type { Document } from '../documents';
import { spanOf } from '../from-lsp';
import type { Session } from '../session';
import { rangeOf, textEditOf } from '../to-lsp';

const FIX_ALL = `${CodeActionKind.SourceFixAll}.mmAnalyzer`;
export const CODE_ACTION_KINDS = [CodeActionKind.QuickFix, FIX_ALL];

export function codeActions(session: Session, { textDocument, range, context }: CodeActionParams): CodeAction[] {
  const document = session.documents.get(textDocument.uri);
  const judgement = document && session.judgements.of(document);
  if (!document || !judgement) return [];
  const wants = (kind: string) => context.only?.some(only => kind === only || kind.startsWith(`${only}.`));
  const actions: CodeAction[] = [];
  if (context.only === undefined || wants(CodeActionKind.QuickFix)) {
    const span = spanOf(document.lines, range, session.client.encoding);
    const here = judgement.findings.filter(finding => touches(finding.span, span));
    const diagnosticOf = (finding: Finding) => matching(session, document, finding, context.diagnostics);
    actions.push(
      ...here.flatMap(finding => fixActions(session, document, finding, diagnosticOf(finding))),
      ...here
        .filter(finding => isAllowable(document, finding))
        .map(finding => allowAction(session, document, finding, diagnosticOf(finding))),
    );
  }
  // A lightbulb must not offer it, so it comes only when asked for by name: on save or by command.
  if (wants(FIX_ALL)) actions.push(...fixAllActions(session, document, judgement.findings));
  return actions;
}

function fixActions(session: Session, document: Document, finding: Finding, diagnostics: Diagnostic[]): CodeAction[] {
  // Only the versioned form of an edit can create a file.
  const possible = finding.fixes.filter(
    fix => session.client.versionedEdits || !fix.elsewhere?.some(({ creates }) => creates),
  );
  return possible.map(fix => ({
    title: capitalize(fix.title),
    kind: CodeActionKind.QuickFix,
    diagnostics,
    isPreferred: fix.safe && fix === finding.fixes.find(({ safe }) => safe),
    edit: editOf(session, document, fixEdits(session, document, fix), fix.elsewhere),
  }));
}

function fixAllActions(session: Session, document: Document, findings: readonly Finding[]): CodeAction[] {
  const edits = chooseFixes(findings).flatMap(fix => fixEdits(session, document, fix));
  if (edits.length === 0) return [];
  return [{ title: 'Apply all safe mm-analyzer fixes', kind: FIX_ALL, edit: editOf(session, document, edits) }];
}

/** What is wrong with an allow cannot be allowed in turn, and a line inside a macro has no room for a comment above it. */
function isAllowable({ lines }: Document, finding: Finding): boolean {
  const { line } = lines.positionAt(finding.span.start);
  return !suppressionRules.some(({ id }) => id === finding.rule) && !lines.lineText(line - 1).endsWith('\\');
}

/** Inserts the comment that allows a finding. The reason is left to the author; without one the comment is a finding itself. */
function allowAction(session: Session, document: Document, finding: Finding, diagnostics: Diagnostic[]): CodeAction {
  const { lines, language } = document;
  const { line } = lines.positionAt(finding.span.start);
  const at = lines.lineStart(line);
  const indent = /^[ \t]*/.exec(lines.lineText(line))![0];
  const before = `${indent}${language === 'c' ? '/*' : '//'} mm-analyzer: allow(${finding.rule}): `;
  const after = language === 'c' ? ' */\n' : '\n';
  const range = rangeOf(lines, { start: at, end: at }, session.client.encoding);
  const edit: TextEdit | SnippetTextEdit = session.client.snippetEdits
    ? { range, snippet: { kind: 'snippet', value: `${before}$0${after}` } }
    : { range, newText: `${before}${after}`.replace(/ +(?=\*\/|\n)/g, ' ') };
  return {
    title: `Allow ${finding.rule} here, with a reason`,
    kind: CodeActionKind.QuickFix,
    diagnostics,
    edit: editOf(session, document, [edit]),
  };
}

function fixEdits(session: Session, { lines }: Document, fix: Fix): TextEdit[] {
  return fix.edits.map(edit => textEditOf(lines, edit, session.client.encoding));
}

function editOf(
  session: Session,
  { uri, version }: Document,
  edits: (TextEdit | SnippetTextEdit)[],
  elsewhere: readonly Insertion[] = [],
): WorkspaceEdit {
  const { root } = session.projects.of(uri);
  const others = elsewhere.map(({ file, line, text, creates }) => {
    const place = { line, character: 0 };
    const edit: TextEdit = { range: { start: place, end: place }, newText: text };
    return { uri: pathToFileURL(path.join(root, file)).href, edit, creates };
  });
  if (!session.client.versionedEdits) {
    const changes = edits.length > 0 ? { [uri]: edits as TextEdit[] } : {};
    return { changes: { ...changes, ...Object.fromEntries(others.map(other => [other.uri, [other.edit]])) } };
  }
  const here = edits.length > 0 ? [{ textDocument: { uri, version }, edits }] : [];
  return {
    documentChanges: [
      ...here,
      ...others.flatMap(other => [
        ...(other.creates ? [CreateFile.create(other.uri, { ignoreIfExists: true })] : []),
        { textDocument: { uri: other.uri, version: null }, edits: [other.edit] },
      ]),
    ],
  };
}

/** The client's own diagnostic for this finding, so that it can show the fix with it. */
function matching(session: Session, { lines }: Document, finding: Finding, diagnostics: readonly Diagnostic[]) {
  const { start } = rangeOf(lines, finding.span, session.client.encoding);
  return diagnostics.filter(
    ({ code, range }) =>
      code === finding.rule && range.start.line === start.line && range.start.character === start.character,
  );
}

function touches(a: Span, b: Span): boolean {
  return a.start <= b.end && b.start <= a.end;
}

/** Titles are words of a menu here, and half sentences elsewhere. */
function capitalize(title: string): string {
  return title.slice(0, 1).toUpperCase() + title.slice(1);
}
