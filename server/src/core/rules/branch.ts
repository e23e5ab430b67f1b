import { type Block, type Call, type Instr, NEG, type Operand } from '../ir/ir';
import type { Judged } from '../program/judged';
import type { Span } from '../text';
import { reach } from './graph';
import { sameSpan } from './trail';

/** A branch that every path from the take to the return goes through, away from the releases. */
export interface Branch {
  /** The tested expression, without a `!` before it. */
  readonly condition: Span;
  /** It is true on this way. */
  readonly isTrue: boolean;
  /** Where the first thing that happens on this way is; -1 when nothing does. */
  readonly leadsTo: number;
}

/** Beyond this many blocks the search is not worth its time: the trail is then one step shorter. */
const MAX_BLOCKS = 400;

/**
 * The last branch that separates the paths which reach `exit` without a release from those that release. Only a branch
 * which all of the former take is named, so that the trail never tells of a path that cannot be.
 */
export function findBranch(judged: Judged, take: Span, exit: Span, releases: readonly Span[]): Branch | null {
  const { blocks } = judged.cfg;
  if (blocks.length > MAX_BLOCKS) return null;
  const byId = new Map(blocks.map(block => [block.id, block]));
  const start = blocks.find(block => block.instrs.some(instr => isCallAt(instr, take)));
  const end = blocks.find(block => block.instrs.some(instr => instr.op === 'return' && sameSpan(instr.span, exit)));
  if (!start || !end || start === end) return null;

  const closed = new Set(blocks.filter(block => block !== start && releasesIn(block, releases)).map(block => block.id));
  for (const id of failuresAfter(judged, start, take, byId)) closed.add(id);
  const forward = reach(start.id, id => (byId.get(id)?.successors ?? []).filter(next => !closed.has(next)));
  const sources = new Map<number, number[]>();
  for (const id of forward)
    for (const next of byId.get(id)?.successors ?? []) sources.set(next, [...(sources.get(next) ?? []), id]);
  const region = reach(end.id, id => (sources.get(id) ?? []).filter(source => forward.has(source)));
  if (!region.has(start.id)) return null;

  const inside = (id: number) => (byId.get(id)?.successors ?? []).filter(next => region.has(next));
  // Edges that leave the region no other way are on every such path, hence in one order: the last reaches the fewest blocks.
  let last: { readonly block: number; readonly left: number } | null = null;
  for (const block of blocks) {
    const [next, ...others] = inside(block.id);
    if (!region.has(block.id) || next === undefined || others.length > 0 || block.successors.length < 2) continue;
    const first = byId.get(next)?.instrs[0];
    if (first?.op !== 'assume') continue;
    if (reach(start.id, id => (id === block.id ? [] : inside(id))).has(end.id)) continue;
    const left = reach(next, inside).size;
    if (!last || left < last.left) last = { block: next, left };
  }
  const assume = last && byId.get(last.block)?.instrs[0];
  if (!last || assume?.op !== 'assume') return null;
  // Of a test's two masks, the one of a true result holds the errors.
  return { condition: assume.span, isTrue: (assume.mask & NEG) !== 0, leadsTo: findAction(last.block, byId) };
}

/** Offset of the first instruction at or after a block that does something, while there is one way on. */
function findAction(from: number, byId: ReadonlyMap<number, Block>): number {
  let block = byId.get(from);
  for (let steps = 0; block && steps < MAX_BLOCKS; steps++) {
    const action = block.instrs.find(instr => instr.op !== 'assume' && instr.op !== 'end' && instr.op !== 'declare');
    if (action) return action.span.start;
    block = block.successors.length === 1 ? byId.get(block.successors[0]!) : undefined;
  }
  return -1;
}

function isCallAt(instr: Instr, span: Span): instr is Call {
  return instr.op === 'call' && sameSpan(instr.span, span);
}

function releasesIn(block: Block, releases: readonly Span[]): boolean {
  return block.instrs.some(instr => instr.op === 'call' && releases.some(span => sameSpan(span, instr.span)));
}

/** Successors of the block of a take that a path holding the resource cannot enter: they test that it failed. */
function failuresAfter(judged: Judged, block: Block, take: Span, byId: ReadonlyMap<number, Block>): number[] {
  const call = block.instrs.find(instr => isCallAt(instr, take)) as Call;
  const called = judged.events.find(event => event.kind === 'call' && sameSpan(event.at.span, take));
  if (called?.kind !== 'call') return [];
  const held = called.summary.outcomes
    .filter(outcome => outcome.effects.length > 0)
    .reduce((mask, outcome) => mask | outcome.result, 0);
  const names = new Set([`%${call.result}`]);
  for (const instr of block.instrs) {
    if (instr.op !== 'assign' || instr.to.kind !== 'variable') continue;
    if (names.has(keyOf(instr.from))) names.add(instr.to.name);
    else names.delete(instr.to.name);
  }
  return block.successors.filter(id => {
    const first = byId.get(id)?.instrs[0];
    return first?.op === 'assume' && names.has(keyOf(first.value)) && (first.mask & held) === 0;
  });
}

function keyOf(operand: Operand): string {
  if (operand.kind === 'temporary') return `%${operand.id}`;
  return operand.kind === 'variable' ? operand.name : '';
}
