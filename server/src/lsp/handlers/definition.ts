import type { DefinitionParams, Location } from 'vscode-languageserver/node';
import { offsetOf } from '../from-lsp';
import { uriOf } from '../projects';
import type { Session } from '../session';
import { rangeOf } from '../to-lsp';

export function definition(session: Session, { textDocument, position }: DefinitionParams): Location[] {
  const document = session.documents.get(textDocument.uri);
  if (!document) return [];
  const { encoding } = session.client;
  const project = session.projects.of(document.uri);
  const offset = offsetOf(document.lines, position, encoding);
  return [...session.definitionsOf(document, offset), ...session.declarationsOf(document, offset)].map(
    ({ file, lines, span }) => ({ uri: uriOf(project, file), range: rangeOf(lines, span, encoding) }),
  );
}
