import { ANY, type Mask, NEG, POS, ZERO } from '../ir/ir';
import { KEEP, nameOf } from '../lower/rust/calls';
import { choiceOf, shapeOf } from '../lower/rust/shapes';
import { isDropped } from '../rust/drops';
import type { FunctionItem, Items } from '../rust/items';
import type { RustType } from '../rust/types';
import {
  type Convention,
  type Effect,
  type Lookup,
  NOTHING_KNOWN,
  type Outcome,
  type Slot,
  type Summary,
} from '../typestate/summary';

/** What the signatures of a file's functions say of those that have no body here, or none that tells more. */
export function signaturesOf(items: Items): Lookup {
  const byName = new Map([...items.functions].map(item => [nameOf(item), item]));
  const known = new Map<string, Summary>();
  return name => {
    if (name === KEEP) return KEEPS;
    const item = byName.get(name) ?? items.met(name.replace(/^crate::/, ''));
    if (!item) return undefined;
    const summary = known.get(name) ?? readSignature(items, item);
    known.set(name, summary);
    return summary;
  };
}

/** Ownership is in the types: an `ARef` that is passed is given away, one that is returned was taken. */
function readSignature(items: Items, item: FunctionItem): Summary {
  const given = item.params.flatMap(({ type }, i) => givenAway(items, type, `arg${i}`));
  const choice = choiceOf(item.result);
  const success = choice ? (choice.kind === 'Option' ? POS : POS | ZERO) : ANY;
  const shape = shapeOf(items, item.result);
  const isHandle = shape.pointers === 1;
  const took = takenFor(items, item.result);
  const outcomes = [outcome(success, [...given, ...took])];
  if (choice) outcomes.push(outcome(choice.kind === 'Option' ? ZERO : NEG, given));
  const convention: Convention = choice && took.length > 0 ? (choice.kind === 'Option' ? 'null' : 'err') : 'none';
  const { name } = shape;
  return {
    ...summaryOf(nameOf(item), outcomes),
    returns: !isHandle ? 'other' : name === 'mm_struct' ? 'mm' : name === 'vm_area_struct' ? 'vma' : 'other',
    convention,
    acquires: took.some(effect => effect.kind === 'count'),
    source: item.source,
  };
}

function outcome(result: Mask, effects: readonly Effect[]): Outcome {
  return { result, when: [], implies: [], effects, stores: [], effectsAfter: [] };
}

function summaryOf(name: string, outcomes: readonly Outcome[]): Summary {
  return { ...NOTHING_KNOWN, name, outcomes, declared: true };
}

const KEEPS: Summary = summaryOf(KEEP, [outcome(ANY, [{ kind: 'moves', of: 'arg0' }])]);

/** The callee drops a guard at the latest when it ends; a reference it may keep. */
function givenAway(items: Items, type: RustType, of: Slot): Effect[] {
  if (!isDropped(items, type)) return [];
  return [lockEffect(items, type, of, false) ?? { kind: 'moves', of }];
}

function takenFor(items: Items, type: RustType): Effect[] {
  if (!isDropped(items, type)) return [];
  const lock = lockEffect(items, type, 'ret', true);
  if (lock) return [lock];
  const handle = items.handleIn(type)?.handle;
  return handle === 'users' || handle === 'count' ? [{ kind: 'count', resource: handle, delta: 1, of: 'ret' }] : [];
}

function lockEffect(items: Items, type: RustType, of: Slot, takes: boolean): Effect | null {
  switch (items.handleIn(type)?.guard) {
    case 'mmap_read':
      return { kind: 'lock', from: takes ? 'none' : 'any', to: takes ? 'read' : 'none', of };
    case 'vma_read':
      return { kind: 'count', resource: 'vma_read', delta: takes ? 1 : -1, of };
    default:
      return null;
  }
}
