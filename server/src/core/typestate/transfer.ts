import { ANY, type Block, type Instr, type Operand, POS } from '../ir/ir';
import type { Span } from '../text';
import { transferCall } from './call';
import type { Context } from './context';
import { evaluate, locate } from './evaluate';
import type { Cell, Sym, World } from './world';

/** Runs a block on one world: calls split it, assumptions end it. Stops where there are more worlds than the limit. */
export function transferBlock(ctx: Context, block: Block, world: World, limit: number): World[] {
  let worlds = [world];
  for (const instr of block.instrs) {
    const next: World[] = [];
    for (const current of worlds) {
      const after = transferInstr(ctx, instr, current);
      if (Array.isArray(after)) next.push(...after);
      else if (after) next.push(after);
    }
    worlds = next;
    if (!worlds.length || worlds.length > limit) break;
  }
  return worlds;
}

function transferInstr(ctx: Context, instr: Instr, world: World): World | World[] | null {
  const { symbols } = ctx;
  switch (instr.op) {
    case 'assign': {
      const value = evaluate(ctx, world, instr.from);
      const target = instr.to;
      if (target.kind === 'variable' && ctx.cfg.locals.get(target.name)?.type.aggregate) {
        forgetMembers(ctx, world, target.name);
        return world;
      }
      const cell = locate(ctx, world, target);
      if (instr.from.kind === 'dereference' && cell !== null && !symbols.isLocalCell(cell)) {
        ctx.shareMembers(world, evaluate(ctx, world, instr.from.base));
      }
      if (target.kind === 'field') recordWrite(ctx, world, target);
      if (target.kind === 'variable' && ctx.cfg.locals.has(target.name)) symbols.noteName(value, target.name);
      if (cell !== null) {
        symbols.declareResult(value, cell);
        recordStore(ctx, world, cell, value, instr.span);
        ctx.store(world, cell, value);
      }
      return world;
    }
    case 'call':
      return transferCall(ctx, world, instr);
    case 'assume':
      return ctx.constraints.assume(world, evaluateBefore(ctx, world, instr.value), instr.mask) ? world : null;
    case 'declare':
      forgetMembers(ctx, world, instr.name);
      world.env.delete(symbols.variableCell(instr.name));
      return world;
    case 'end':
      for (const cell of world.env.keys()) if (symbols.isTemporary(cell)) world.env.delete(cell);
      return world;
    case 'return': {
      const result = instr.value ? evaluate(ctx, world, instr.value) : -1;
      ctx.recorder?.exits.push({
        world,
        result,
        mask: result < 0 ? ANY : ctx.constraints.maskOf(world, result),
        at: instr,
      });
      return null;
    }
  }
}

/** What is tested is evaluated before the paths part. */
function evaluateBefore(ctx: Context, world: World, value: Operand): Sym {
  const { recorder } = ctx;
  if (!recorder) return evaluate(ctx, world, value);
  const { block } = recorder;
  recorder.block = recorder.branch;
  const symbol = evaluate(ctx, world, value);
  recorder.block = block;
  return symbol;
}

/** Whether a member of a VMA or an mm may be written depends on the locks that are held. */
function recordWrite(ctx: Context, world: World, { base, field, span }: Operand & { readonly kind: 'field' }): void {
  if (!ctx.recorder) return;
  const symbol = evaluate(ctx, world, base);
  const what = ctx.symbols.denotes(symbol);
  if (what === 'other') return;
  const of = ctx.snapshot(world, symbol);
  const mm = what === 'mm' ? of : ctx.snapshot(world, ctx.mmOf(world, symbol));
  ctx.recorder.events.push({ kind: 'write', at: ctx.site(span), field, of, mm });
}

/** The struct variable has other contents now. */
function forgetMembers(ctx: Context, world: World, variable: string): void {
  const address = ctx.symbols.addressOf(variable);
  for (const cell of world.env.keys())
    if (ctx.symbols.isBasedOn(ctx.symbols.cellBase(cell), address)) world.env.delete(cell);
}

/** An mm is stored in a cell that others can see, or cleared there. */
function recordStore(
  { recorder, symbols, constraints }: Context,
  world: World,
  cell: Cell,
  value: Sym,
  at: Span,
): void {
  if (!recorder || symbols.cellDenotes(cell) !== 'mm' || symbols.isLocalCell(cell)) return;
  const before = symbols.initial(cell);
  const hadIt = symbols.read(world, cell) === before && (constraints.maskOf(world, before) & POS) !== 0;
  if (hadIt && value === symbols.zero) recorder.clears.set(cell, at);
  recorder.stores.set(cell, at);
}
