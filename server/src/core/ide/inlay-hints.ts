import type { InlayHint } from '../facade';
import { callsOf } from '../rules/rust-calls';
import { countedBy, guardIn } from '../rust/drops';
import type { RustFile } from '../rust/file';
import type { TypeItem } from '../rust/items';
import type { RustJudged } from '../rust/judged';
import { behindReferences, headName, printType, resolve } from '../rust/types';
import type { RustCall } from '../rust/value';
import type { Lookup } from '../typestate/summary';
import { dropHints, keyOf, whenPresent } from './drop-hints';

/**
 * What Rust does to counters and locks without a word in the source: references that a call takes or adopts, locks that
 * a guard keeps, and the C functions that `Drop` calls, in their order. Only what the types prove.
 */
export function collectHints({ functions, text, items }: RustFile, lookup: Lookup): InlayHint[] {
  return functions
    .filter(({ damage }) => damage === null)
    .flatMap(one => hintsOf({ text, function: one, items, lookup }))
    .sort((a, b) => a.offset - b.offset);
}

function hintsOf(judged: RustJudged): InlayHint[] {
  const borrowed = borrowedReceivers(judged);
  const ofCalls = callsOf(judged).flatMap(
    call => referenceHint(judged, call) ?? lockHint(judged, call, borrowed) ?? [],
  );
  return [...ofCalls, ...dropHints(judged)];
}

/** A reference that the call takes, or takes over. */
function referenceHint(judged: RustJudged, call: RustCall): InlayHint | null {
  const { type } = call.result;
  const counted = countedBy(judged.items, type);
  if (!counted?.refcount) return null;
  const { take, drop } = counted.refcount;
  const offset = call.span.end;
  if (call.item?.adopts) {
    const counter = counterOf(judged, take);
    if (!counter) return null;
    const reason = `No counter changes here: \`${printType(type)}\` takes over a reference that was taken before. Its \`Drop\` releases that by \`${drop}()\`.`;
    return { offset, text: `adopts +1 ${counter}`, reason };
  }
  const taker = takerOf(judged, call, take);
  const counter = taker && counterOf(judged, taker);
  if (!counter) return null;
  const reason = `\`${call.name}()\` takes a reference by \`${taker}()\`. \`${printType(type)}\` owns it; its \`Drop\` releases it by \`${drop}()\`.`;
  return { offset, text: `+1 ${counter}${whenPresent(type)} (${taker})`, reason };
}

/** The C function by which a call takes the reference that it gives; null where that is not known. */
function takerOf(judged: RustJudged, { item, name, receiver, result }: RustCall, take: string): string | null {
  if (item) {
    const called = item.calls.find(callee => counterOf(judged, callee));
    const borrows = item.params.every(param => resolve(param.type).kind === 'reference');
    return called ?? (borrows && item.owner && headName(item.owner) === 'ARef' ? take : null);
  }
  if (!receiver) return null;
  // `Clone` and `Into` are of core: for what is counted they lead to the implementations of ARef.
  const from = behindReferences(receiver.type);
  if (name === 'clone') return countedBy(judged.items, from) ? take : null;
  const made = resolve(result.type);
  const isOfReceiver = made.kind === 'path' && made.args.some(arg => headName(arg) === headName(from));
  return name === 'into' && isOfReceiver && resolve(receiver.type).kind === 'reference' ? take : null;
}

/** The counter that a C function raises. */
function counterOf({ lookup }: RustJudged, callee: string): 'mm_users' | 'mm_count' | null {
  for (const { effects } of lookup(callee)?.outcomes ?? []) {
    for (const effect of effects) {
      if (effect.kind !== 'count' || effect.delta <= 0) continue;
      if (effect.resource === 'users') return 'mm_users';
      if (effect.resource === 'count') return 'mm_count';
    }
  }
  return null;
}

/** The lock that is kept by the guard which the call gives. */
function lockHint(judged: RustJudged, call: RustCall, borrowed: ReadonlySet<string>): InlayHint | null {
  const guard = call.item && call.item.calls.length > 0 ? guardIn(judged.items, call.result.type) : null;
  if (!guard) return null;
  const [until, because] = borrowed.has(keyOf(call.span))
    ? [' until the statement ends', ' It has no name here, so it is dropped when the statement ends.']
    : ['', ''];
  return {
    offset: call.span.end,
    text: `${modeOf(guard)}${whenPresent(call.result.type)}${until}`,
    reason: `\`${guard.name}\` keeps the lock for as long as it lives; its \`Drop\` calls \`${guard.drop}()\`.${because}`,
  };
}

/** Places of the values that a method only borrows: one without a name lives to the end of its statement. */
function borrowedReceivers(judged: RustJudged): ReadonlySet<string> {
  const places = new Set<string>();
  for (const { receiverSpan, item } of callsOf(judged)) {
    const self = item?.params.find(({ name }) => name === 'self');
    if (receiverSpan && self && resolve(self.type).kind === 'reference') places.add(keyOf(receiverSpan));
  }
  return places;
}

function modeOf({ guard }: TypeItem): string {
  switch (guard) {
    case 'mmap_read':
      return 'mmap_lock: read';
    case 'mmap_write':
      return 'mmap_lock: write';
    case 'vma_read':
      return 'VMA lock: read';
    case null:
      return '';
    default:
      return guard satisfies never;
  }
}
