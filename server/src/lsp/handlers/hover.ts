import type { Hover, HoverParams } from 'vscode-languageserver/node';
import type { Definition } from '../definitions';
import { offsetOf } from '../from-lsp';
import type { Session } from '../session';
import { hoverOf } from '../to-lsp';

export function hover(session: Session, { textDocument, position }: HoverParams): Hover | null {
  const document = session.documents.get(textDocument.uri);
  if (!document) return null;
  const offset = offsetOf(document.lines, position, session.client.encoding);
  const found = session.judgements.of(document)?.analysis.hover(offset);
  if (!found) return null;
  const places = document.language === 'rust' ? definedIn(session.definitionsOf(document, offset)) : '';
  // What is so here comes before what is so in general.
  const [here, ...general] = found.markdown.split(RULER);
  return hoverOf(document.lines, { ...found, markdown: [here + places, ...general].join(RULER) }, session.client);
}

const RULER = '\n\n---\n\n';

/** The C function behind a binding, and the helper through which Rust calls it: one graph of both languages. */
function definedIn(definitions: readonly Definition[]): string {
  const lines = definitions.map(
    ({ name, file, lines, span }) => `- \`${name}()\` in ${file}:${lines.positionAt(span.start).line + 1}`,
  );
  return lines.length > 0 ? `\n\nIn C:\n${lines.join('\n')}` : '';
}
