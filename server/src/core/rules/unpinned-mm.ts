import { POS } from '../ir/ir';
import type { BareStore, Judged } from '../program/judged';
import { firstOf, isObject } from './observe';
import type { Report, Rule } from './rule';
import { quote } from './words';

export const unpinnedMm: Rule = {
  id: 'unpinned-mm',
  severity: 'warning',
  languages: ['c', 'rust'],
  summary: 'an mm is kept in an object, or returned beside owned ones, without a reference',
  why: '`current->mm` is alive while the task runs here. A pointer to it that is kept in an object outlives that: when the task exits, the struct is freed, and the object names freed memory. `mmgrab()` at the store and `mmdrop()` where the object dies keep the struct; whoever needs the address space then asks with `mmget_not_zero()`. A field that is only compared is not reported.',

  *check(judged) {
    for (const store of judged.bareStores) {
      const reason = reasonOf(store);
      if (!reason) continue;
      yield {
        span: store.span,
        message: `${quote(store.field)} keeps ${quote(store.of.name)} without a reference, ${reason}`,
        trail: [],
        // The reference needs a release where the object dies, which may be anywhere.
        fixes: [],
        ...(store.releasedElsewhere && { severity: 'error' as const }),
        subject: store.of.symbol,
      };
    }
    if (judged.language === 'c') yield* bareReturns(judged);
  },
};

/** Callers cannot tell which return they met, so they drop what every return should have handed over. */
function* bareReturns({ exits, isResultPut }: Judged): Iterable<Report> {
  const handles = exits.flatMap(({ span, result, returned }) => (returned && result & POS ? [{ span, returned }] : []));
  const owned = handles.find(({ returned }) => returned.users > 0 || returned.count > 0);
  const bare = handles.filter(({ returned }) => isObject(returned) && returned.users <= 0 && returned.count <= 0);
  const taken = handles.length > 0 && bare.length === handles.length && isResultPut === true;
  for (const { span, returned } of taken ? firstOf(bare, one => one.returned.symbol) : []) {
    if (returned.from !== 'task' && returned.from !== 'current') continue;
    yield {
      span,
      message: `returns ${quote(returned.name)} without a reference, although its callers put one`,
      trail: [],
      fixes: [],
      severity: 'error',
      subject: returned.symbol,
    };
  }
  for (const { span, returned } of owned ? firstOf(bare, one => one.returned.symbol) : []) {
    yield {
      span,
      message: `returns ${quote(returned.name)} without a reference, while another return hands one over for the caller to drop`,
      trail: [{ span: owned!.span, message: `${quote(owned!.returned.name)} is returned with a reference here` }],
      fixes: [],
      severity: 'error',
      subject: returned.symbol,
    };
  }
}

/** Why the store needs a reference, as it ends the message; null when nothing shows it. */
function reasonOf({
  from,
  releasedElsewhere,
  referencedElsewhere,
  usedElsewhere,
  usedHere,
  of,
}: BareStore): string | null {
  if (from === 'other' || of.escaped === false) return null;
  if (releasedElsewhere) return 'but whoever is done with the object drops one';
  if (from === 'parameter' || from === 'vma') return null;
  if (referencedElsewhere) return 'but another store of this field takes one';
  if (usedElsewhere) return 'and other functions look into it';
  return from === 'task' && usedHere ? 'and the task may let go of it at any time' : null;
}
