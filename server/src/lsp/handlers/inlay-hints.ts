import type { InlayHint, InlayHintParams } from 'vscode-languageserver/node';
import { spanOf } from '../from-lsp';
import type { Session } from '../session';
import { inlayHintOf } from '../to-lsp';

export function inlayHints(session: Session, { textDocument, range }: InlayHintParams): InlayHint[] {
  const document = session.documents.get(textDocument.uri);
  if (!document || !session.settings.inlayHints) return [];
  const { lines } = document;
  const { start, end } = spanOf(lines, range, session.client.encoding);
  const hints = session.judgements.of(document)?.analysis.inlayHints() ?? [];
  return hints
    .filter(({ offset }) => start <= offset && offset <= end)
    .map(hint => inlayHintOf(lines, hint, session.client));
}
