import type { DocumentDiagnosticParams, DocumentDiagnosticReport } from 'vscode-languageserver/node';
import { type Diagnostic, DocumentDiagnosticReportKind } from 'vscode-languageserver/node';
import type { Document } from '../documents';
import type { Session } from '../session';
import { diagnosticOf } from '../to-lsp';

export const NO_REPORT: DocumentDiagnosticReport = { kind: DocumentDiagnosticReportKind.Full, items: [] };

/** For clients that ask for diagnostics instead of having them pushed. */
export function diagnostics(session: Session, params: DocumentDiagnosticParams): DocumentDiagnosticReport {
  const document = session.documents.get(params.textDocument.uri);
  if (!document) return NO_REPORT;
  const resultId = `${session.generation}.${document.version}`;
  if (resultId === params.previousResultId) return { kind: DocumentDiagnosticReportKind.Unchanged, resultId };
  return { kind: DocumentDiagnosticReportKind.Full, resultId, items: diagnosticsOf(session, document) };
}

export function diagnosticsOf(session: Session, document: Document): Diagnostic[] {
  const findings = session.judgements.of(document)?.findings ?? [];
  return findings.map(finding => diagnosticOf(document.lines, finding, session.client, session.addressing(document)));
}
