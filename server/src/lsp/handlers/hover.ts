import type { Hover, HoverParams } from 'vscode-languageserver/node';
import type { LinkTo } from '../../core/facade';
import type { Definition } from '../definitions';
import { offsetOf } from '../from-lsp';
import type { Session } from '../session';
import { hoverOf } from '../to-lsp';

export function hover(session: Session, { textDocument, position }: HoverParams): Hover | null {
  const document = session.documents.get(textDocument.uri);
  if (!document) return null;
  const offset = offsetOf(document.lines, position, session.client.encoding);
  const uriOf = session.addressing(document);
  const linkTo: LinkTo = (file, line) => (session.client.markdown ? `${escapeUri(uriOf(file))}#L${line}` : null);
  const found = session.judgements.of(document)?.analysis.hover(offset, linkTo);
  if (!found) return null;
  const places = definedIn(session.definitionsOf(document, offset), document.language === 'rust', linkTo);
  // What is so here comes before what is so in general.
  const [here, ...general] = found.markdown.split(RULER);
  return hoverOf(document.lines, { ...found, markdown: [here + places, ...general].join(RULER) }, session.client);
}

const RULER = '\n\n---\n\n';

/** Where the function is in this tree; behind a binding, also the helper through which Rust calls it. */
function definedIn(definitions: readonly Definition[], isRust: boolean, linkTo: LinkTo): string {
  const places = definitions.map(({ name, file, lines, span }) => {
    const line = lines.positionAt(span.start).line + 1;
    const url = linkTo(file, line);
    const place = `${file}:${line}`;
    return `${isRust ? `\`${name}()\` in ` : ''}${url === null ? place : `[${place}](${url})`}`;
  });
  if (places.length === 0) return '';
  return isRust
    ? `\n\nIn C:\n${places.map(place => `- ${place}`).join('\n')}`
    : `\n\nIn this tree: ${places.join(', ')}`;
}

/** A parenthesis would end the link. */
const escapeUri = (uri: string) => uri.replace(/[()]/g, one => (one === '(' ? '%28' : '%29'));
