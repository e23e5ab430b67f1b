import type { Block, Cfg, Instr } from './ir';

/** A block under construction. */
export interface Draft {
  readonly instrs: Instr[];
  successors: Draft[];
}

/** Drops unreachable and empty blocks, joins straight lines, and numbers what is left. */
export function numberBlocks(entry: Draft): Pick<Cfg, 'blocks' | 'entry' | 'callees'> {
  const order = orderBlocks(entry);
  const predecessors = new Map<Draft, number>();
  for (const block of order)
    for (const next of block.successors) predecessors.set(next, (predecessors.get(next) ?? 0) + 1);

  const absorbed = new Set<Draft>();
  for (const block of order) {
    if (absorbed.has(block)) continue;
    for (;;) {
      const [next] = block.successors;
      const isLine = block.successors.length === 1 && next !== block;
      if (!next || !isLine || predecessors.get(next) !== 1) break;
      for (const instr of next.instrs) block.instrs.push(instr);
      block.successors = next.successors;
      absorbed.add(next);
    }
  }

  const kept = order.filter(block => !absorbed.has(block));
  const ids = new Map(kept.map((block, id) => [block, id]));
  const callees = new Set<string>();
  for (const block of kept)
    for (const instr of block.instrs) if (instr.op === 'call' && !/^[@*]/.test(instr.callee)) callees.add(instr.callee);
  const blocks = kept.map(
    (block, id): Block => ({ id, instrs: block.instrs, successors: block.successors.map(next => ids.get(next)!) }),
  );
  return { blocks, entry: 0, callees };
}

/** The blocks that `entry` reaches, in reverse post-order, with edges that pass over empty blocks. Nothing goes back to `entry`. */
function orderBlocks(entry: Draft): Draft[] {
  const shortcuts = new Map<Draft, Draft>();
  const seen = new Set([entry]);
  const stack = [{ block: entry, left: linkSuccessors(entry, shortcuts) }];
  const order: Draft[] = [];
  for (let top = stack.at(-1); top; top = stack.at(-1)) {
    if (top.left === 0) {
      order.push(top.block);
      stack.pop();
      continue;
    }
    const next = top.block.successors[--top.left]!;
    if (seen.has(next)) continue;
    seen.add(next);
    stack.push({ block: next, left: linkSuccessors(next, shortcuts) });
  }
  return order.reverse();
}

function linkSuccessors(block: Draft, shortcuts: Map<Draft, Draft>): number {
  block.successors = block.successors.map(next => skipEmpty(next, shortcuts));
  return block.successors.length;
}

/** Where control really goes when it goes to `block`. A cycle of empty blocks (`for (;;);`) keeps one of them. */
function skipEmpty(block: Draft, shortcuts: Map<Draft, Draft>): Draft {
  const path = new Set<Draft>();
  let at = block;
  while (at.instrs.length === 0 && at.successors.length === 1 && !path.has(at)) {
    path.add(at);
    at = shortcuts.get(at) ?? at.successors[0]!;
  }
  for (const passed of path) shortcuts.set(passed, at);
  return at;
}
