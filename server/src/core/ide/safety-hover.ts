import type { Sentence } from '../safety/facts';
import type { Site, UnsafeFile } from '../safety/unsafe-file';
import type { Place } from './topics/place';

/** What the code itself proves of an `unsafe` operation, for hovers on its comment and on its keyword; else null. */
export function renderProof(place: Place, unsafe: UnsafeFile): string | null {
  const site = unsafe.sites.find(one => isMeant(one, place, unsafe));
  if (!site) return null;
  const sentences = unsafe.compose(site);
  const claims = sentences.filter(({ kind }) => kind === 'claim');
  const open = sentences.filter(({ kind }) => kind === 'todo');
  return [
    ...(claims.length > 0 ? [`The code here shows:\n${claims.map(listed).join('\n')}`] : []),
    ...(open.length > 0 ? [`Left to the comment to show:\n${open.map(listed).join('\n')}`] : []),
  ].join('\n\n');
}

function isMeant(site: Site, place: Place, unsafe: UnsafeFile): boolean {
  if (place.role !== 'comment') return site.kind !== 'construction' && site.node.start === place.span.start;
  const comment = unsafe.commentOf(site)?.span;
  return comment !== undefined && comment.start <= place.span.end && place.span.start <= comment.end;
}

/** A sentence of a comment to be written, as one that is read. */
function listed({ text }: Sentence): string {
  const words = text.replace(/^TODO: (?:show that )?/, '');
  return `- ${words}`;
}
