import type {
  DidChangeTextDocumentParams,
  DidCloseTextDocumentParams,
  DidOpenTextDocumentParams,
  DidSaveTextDocumentParams,
} from 'vscode-languageserver/node';
import type { Session } from '../session';

export function didOpen(session: Session, { textDocument }: DidOpenTextDocumentParams): void {
  const document = session.documents.open(textDocument);
  if (!document) return;
  session.publisher.schedule(document, 'now');
  session.programs.changed(document);
  session.neighbours.changed(document);
}

export function didChange(session: Session, { textDocument, contentChanges }: DidChangeTextDocumentParams): void {
  const document = session.documents.change(textDocument.uri, textDocument.version, contentChanges);
  if (!document) return;
  session.publisher.schedule(document, 'after a pause');
  session.programs.changed(document);
  session.neighbours.changed(document);
}

/** Not every client watches files, so a save is also the moment to notice what changed on disk. */
export function didSave(session: Session, { textDocument }: DidSaveTextDocumentParams): void {
  const document = session.documents.get(textDocument.uri);
  if (session.projects.refresh()) session.startAgain();
  else if (document) session.publisher.schedule(document, 'now');
  session.programs.touched([textDocument.uri]);
}

export function didClose(session: Session, { textDocument }: DidCloseTextDocumentParams): void {
  if (!session.documents.close(textDocument.uri)) return;
  session.publisher.clear(textDocument.uri);
  session.programs.closed(textDocument.uri);
  session.neighbours.touched([textDocument.uri]);
  session.projects.forget(textDocument.uri);
}
