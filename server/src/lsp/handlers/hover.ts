import type { Hover, HoverParams } from 'vscode-languageserver/node';
import { offsetOf } from '../from-lsp';
import type { Session } from '../session';
import { hoverOf } from '../to-lsp';

export function hover(session: Session, { textDocument, position }: HoverParams): Hover | null {
  const document = session.documents.get(textDocument.uri);
  if (!document) return null;
  const offset = offsetOf(document.lines, position, session.client.encoding);
  const found = session.judgements.of(document)?.analysis.hover(offset);
  return found ? hoverOf(document.lines, found, session.client) : null;
}
