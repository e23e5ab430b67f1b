import assert from 'node:assert/strict';
import type { Block, Cfg, Instr, Operand } from '../../server/src/core/ir/ir';

/** What every lowered function has to satisfy, whatever its source looks like. */
export function assertInvariants(cfg: Cfg, noreturn: (callee: string) => boolean): void {
  assertConnected(cfg);
  for (const block of cfg.blocks) assertEnds(cfg, block, noreturn);
  // Half an expression may have no value to read; such a function is not judged, and nothing else is told of it.
  if (cfg.incomplete.length === 0) assertTemporariesAreLocal(cfg);
  assertSpansAreInside(cfg);
  assertCalleesAreComplete(cfg);
}

function assertConnected(cfg: Cfg): void {
  const reached = new Set([cfg.entry]);
  for (const id of reached) for (const next of cfg.blocks[id]!.successors) reached.add(next);
  assert.equal(reached.size, cfg.blocks.length, `${cfg.name}: every block is reached`);
  for (const [index, block] of cfg.blocks.entries()) assert.equal(block.id, index);
  assert.ok(
    !cfg.blocks.some(block => block.successors.includes(cfg.entry)),
    `${cfg.name}: nothing returns to the entry`,
  );
}

/** A block goes on, or returns, or calls what does not return; where it branches, each way begins with an assumption. */
function assertEnds(cfg: Cfg, block: Block, noreturn: (callee: string) => boolean): void {
  const where = `${cfg.name} b${block.id}`;
  const returns = block.instrs.findIndex(instr => instr.op === 'return');
  assert.ok(returns < 0 || returns === block.instrs.length - 1, `${where}: nothing follows a return`);
  const last = block.instrs.at(-1);
  if (block.successors.length === 0)
    assert.ok(last?.op === 'return' || (last?.op === 'call' && noreturn(last.callee)), `${where}: a path just stops`);
  else assert.notEqual(last?.op, 'return', `${where}: goes on after a return`);
  if (block.successors.length < 2) return;
  for (const next of block.successors) {
    const first = cfg.blocks[next]!.instrs[0];
    assert.ok(first?.op === 'assume' || first?.op === 'end', `${where}: b${next} does not say why it is taken`);
  }
}

/** On every path, a temporary is assigned before it is read, with no end of a statement between. */
function assertTemporariesAreLocal(cfg: Cfg): void {
  const known = new Map<number, ReadonlySet<number>>([[cfg.entry, new Set()]]);
  // Blocks are in reverse post-order: only loops need another round.
  for (let settled = false; !settled; ) {
    settled = true;
    for (const block of cfg.blocks) {
      const now = new Set(known.get(block.id));
      for (const instr of block.instrs) step(cfg, instr, now);
      for (const next of block.successors) {
        const before = known.get(next);
        const after = before ? new Set([...before].filter(temporary => now.has(temporary))) : now;
        if (before?.size === after.size) continue;
        known.set(next, after);
        settled = false;
      }
    }
  }
  for (const block of cfg.blocks) {
    const now = new Set(known.get(block.id));
    for (const instr of block.instrs) {
      for (const operand of readBy(instr))
        for (const id of temporariesIn(operand))
          assert.ok(now.has(id), `${cfg.name} b${block.id}: %${id} is read and not assigned in this statement`);
      step(cfg, instr, now);
    }
  }
}

function step(cfg: Cfg, instr: Instr, known: Set<number>): void {
  if (instr.op === 'end') known.clear();
  else if (instr.op === 'call') known.add(instr.result);
  else if (instr.op === 'assign' && instr.to.kind === 'temporary') known.add(instr.to.id);
  else if (instr.op === 'declare') assert.ok(cfg.locals.has(instr.name), `${cfg.name}: ${instr.name} is no local`);
}

function readBy(instr: Instr): readonly Operand[] {
  switch (instr.op) {
    case 'assign':
      return instr.to.kind === 'temporary' ? [instr.from] : [instr.from, instr.to];
    case 'call':
      return instr.args;
    case 'assume':
      return [instr.value];
    case 'return':
      return instr.value ? [instr.value] : [];
    default:
      return [];
  }
}

function temporariesIn(operand: Operand): number[] {
  switch (operand.kind) {
    case 'temporary':
      return [operand.id];
    case 'field':
    case 'dereference':
      return temporariesIn(operand.base);
    case 'index':
      return [...temporariesIn(operand.base), ...temporariesIn(operand.index)];
    case 'address':
      return temporariesIn(operand.of);
    case 'operator':
      return operand.args.flatMap(temporariesIn);
    default:
      return [];
  }
}

function assertSpansAreInside(cfg: Cfg): void {
  for (const block of cfg.blocks)
    for (const instr of block.instrs) {
      const { start, end } = instr.span;
      const isInside = cfg.bodySpan.start <= start && start <= end && end <= cfg.bodySpan.end;
      assert.ok(isInside, `${cfg.name}: the span of ${instr.op} is outside the body`);
      if (instr.op === 'call')
        assert.equal(instr.args.length, instr.argSpans.length, `${instr.callee}: one span an argument`);
    }
}

function assertCalleesAreComplete(cfg: Cfg): void {
  const called = cfg.blocks
    .flatMap(block => block.instrs)
    .flatMap(instr => (instr.op === 'call' ? [instr.callee] : []));
  const names = called.filter(name => !/^[@*]/.test(name));
  assert.deepEqual([...cfg.callees].sort(), [...new Set(names)].sort());
}
