import type { Cfg } from '../ir/ir';
import type { Judged } from '../program/judged';
import type { Span } from '../text';

/**
 * What follows `return` when this function fails with `errno`, by its type and its other returns; null when its
 * convention is not known. A void function has none.
 */
export function failureOf({ cfg, text }: Judged, errno: string): string | null {
  const { name, pointers } = cfg.returnType;
  if (pointers > 0) return /\breturn NULL;/.test(text) ? ' NULL' : null;
  if (name === 'void') return '';
  return isErrno(cfg) && /(?:\breturn|=) -E[A-Z]+;/.test(text) ? ` ${errno}` : null;
}

export function isErrno({ returnType }: Cfg): boolean {
  return returnType.pointers === 0 && ['int', 'long', 'ssize_t'].includes(returnType.name);
}

/** Something is held already at `place`, so that a fix cannot simply return there. */
export function holdsBefore(judged: Judged, place: Span): boolean {
  return judged.events.some(
    event =>
      (event.kind === 'acquire' && event.at.span.end <= place.start) ||
      (event.kind === 'call' && event.atomicDepth > 0 && event.at.span.end <= place.start),
  );
}
