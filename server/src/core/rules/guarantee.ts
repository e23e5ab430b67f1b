import type { Called, Judged, View } from '../program/judged';
import type { Demand } from '../typestate/summary';
import { isObject } from './observe';
import { sameSpan } from './trail';

/**
 * The code itself shows that `mm_users` may be zero: the handle is known, its guarantee is established, and it is less
 * than users. What unknown callers may guarantee is not held against the function.
 */
export function mayBeDead(handle: View): boolean {
  const { level, proved, believed } = handle.guarantee;
  return isObject(handle) && handle.users <= 0 && proved && level !== 'users' && !believed;
}

/** The handles on which a call demands something that `isMissing` says is not there. */
export function missingDemands(
  event: Called,
  isMissing: (demand: Demand, of: View) => boolean,
): { demand: Demand; of: View }[] {
  return event.demands.flatMap(({ demand, of, met }) => {
    // An alternative, such as the per-VMA lock, may hold unless it is known not to.
    const alternative = demand.or !== undefined && demand.or.length > 0 && met !== false;
    if (!of || demand.verb !== 'needs' || met || alternative) return [];
    // What an analysed function needs, it names its own way: what is held under another name may be meant.
    if (
      !event.summary.declared &&
      demand.resource !== 'vma_write' &&
      (demand.resource === 'users' ? event.isPinned : event.isLocked && of.lock === 'unknown')
    )
      return [];
    return isMissing(demand, of) ? [{ demand, of }] : [];
  });
}

/** The call takes a users reference on the handle. */
export function takesUsers(judged: Judged, { at }: Called, symbol: number): boolean {
  return judged.events.some(
    event =>
      event.kind === 'acquire' &&
      event.resource === 'users' &&
      event.of.symbol === symbol &&
      sameSpan(event.at.span, at.span),
  );
}
