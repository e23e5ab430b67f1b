import type { Block, Call, Cfg, Instr } from '../ir/ir';
import { sameSpan } from './trail';

/** Everything that `edges` lead to from `from`, which is part of it. */
export function reach(from: number, edges: (id: number) => readonly number[]): Set<number> {
  const seen = new Set([from]);
  const open = [from];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    for (const next of edges(id)) {
      if (!seen.has(next)) {
        seen.add(next);
        open.push(next);
      }
    }
  }
  return seen;
}

/** A call with what may run before it and what may run after it; in a loop most instructions are both. */
export interface Surroundings {
  readonly home: Block;
  readonly before: readonly Instr[];
  readonly after: readonly Instr[];
}

export function surround({ blocks }: Cfg, call: Call): Surroundings | null {
  const byId = new Map(blocks.map(block => [block.id, block]));
  const sources = new Map<number, number[]>();
  for (const { id, successors } of blocks) {
    for (const next of successors) {
      const list = sources.get(next);
      if (list) list.push(id);
      else sources.set(next, [id]);
    }
  }
  const isCall = (instr: Instr) => instr.op === 'call' && sameSpan(instr.span, call.span);
  const home = blocks.find(block => block.instrs.some(isCall));
  if (!home) return null;
  const split = home.instrs.findIndex(isCall);
  const instrsOf = (ids: Set<number>) =>
    [...ids].filter(id => id !== home.id).flatMap(id => byId.get(id)?.instrs ?? []);
  const earlier = reach(home.id, id => sources.get(id) ?? []);
  const later = reach(home.id, id => byId.get(id)?.successors ?? []);
  return {
    home,
    before: [...instrsOf(earlier), ...home.instrs.slice(0, split)],
    after: [...home.instrs.slice(split + 1), ...instrsOf(later)],
  };
}
