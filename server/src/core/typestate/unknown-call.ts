import { type Call, NEG, POS, ZERO } from '../ir/ir';
import type { Context } from './context';
import { LOCK_READ, LOCK_UNKNOWN, lockOf, withLock } from './holding';
import type { Summary } from './summary';
import { PLAIN_RESULT } from './symbol-info';
import type { Cell, Sym, World } from './world';

/**
 * Nothing is known of the callee: what it may have written is forgotten, locks and references stay. But a flag that it is
 * given set, and may clear, is how GUP tells that it dropped the lock: where it is cleared, nothing is known of the lock.
 */
export function callUnknown(ctx: Context, world: World, call: Call, args: readonly Sym[], summary?: Summary): World[] {
  const { symbols, constraints } = ctx;
  const flags = args.map(arg => flagBehind(ctx, arg)).filter(cell => cell !== null && isSet(ctx, world, cell));
  for (const arg of args) forgetBehind(ctx, world, arg, call, args);
  const traits = summary ? { ...PLAIN_RESULT, denotes: summary.returns } : PLAIN_RESULT;
  const result = ctx.fresh(world, `${call.span.start}:${call.callee}`, call.callee, traits, call.span);
  world.env.set(symbols.temporaryCell(call.result), result);
  relateToOnlyMm(ctx, world, call, args, result);
  const locked = [...world.held.entries()].filter(([, holding]) => lockOf(holding) >= LOCK_READ);
  const isOfHandle = args.some(arg => symbols.denotes(arg) !== 'other');
  if (flags.length !== 1 || locked.length === 0 || !isOfHandle) return [world];
  const dropped = world.clone();
  for (const [symbol, holding] of locked) dropped.held.set(symbol, withLock(holding, LOCK_UNKNOWN));
  const flag = flags[0]!;
  const isCleared = constraints.assume(dropped, symbols.read(dropped, flag), ZERO);
  const isKept = constraints.assume(world, symbols.read(world, flag), NEG | POS);
  return [...(isKept ? [world] : []), ...(isCleared ? [dropped] : [])];
}

/** The number that a pointer argument points to. */
function flagBehind({ symbols, cfg }: Context, pointer: Sym): Cell | null {
  const info = symbols.info(pointer);
  if (info.kind === 'address')
    return info.local && !cfg.locals.get(info.variable)?.type?.aggregate ? symbols.cell(pointer, '*') : null;
  return info.kind === 'initial' ? symbols.cell(pointer, '*') : null;
}

/** It is known to be no zero here, and it is no handle. */
function isSet({ symbols, constraints }: Context, world: World, cell: Cell): boolean {
  if (symbols.cellDenotes(cell) !== 'other' || !world.env.has(cell)) return false;
  return (constraints.maskOf(world, symbols.read(world, cell)) & ZERO) === 0;
}

/** Something was written behind a pointer. */
export function forgetBehind(ctx: Context, world: World, pointer: Sym, call: Call, args: readonly Sym[]): void {
  const { symbols } = ctx;
  const info = symbols.info(pointer);
  if (info.kind === 'address') {
    if (info.local) forgetVariable(ctx, world, pointer, info.variable, call, args);
  } else if (info.kind === 'fieldAddress') {
    forgetCell(ctx, world, symbols.cell(info.base, info.field), call, args);
  } else if (info.kind !== 'constant' && info.kind !== 'current') {
    forgetScalars(ctx, world, pointer, call);
  }
}

/** `&x` was passed: a scalar x has another value, a struct x has other members, but for its mm. */
function forgetVariable(
  ctx: Context,
  world: World,
  address: Sym,
  variable: string,
  call: Call,
  args: readonly Sym[],
): void {
  const { symbols, cfg } = ctx;
  const type = cfg.locals.get(variable)?.type;
  if (!type?.aggregate) {
    forgetCell(ctx, world, symbols.cell(address, '*'), call, args);
    return;
  }
  for (const [cell, value] of world.env.snapshot()) {
    // An iterator or a request stays with its mm.
    if (symbols.cellDenotes(cell) === 'mm' && !symbols.isConstant(value)) continue;
    let base = symbols.cellBase(cell);
    for (let depth = 0; depth < 6; depth++) {
      if (base === address) {
        forgetCell(ctx, world, cell, call, args);
        break;
      }
      const info = symbols.info(base);
      if (info.kind !== 'fieldAddress') break;
      base = info.base;
    }
  }
}

function forgetCell(ctx: Context, world: World, cell: Cell, call: Call, args: readonly Sym[]): void {
  const denotes = ctx.symbols.cellDenotes(cell);
  if (!world.env.has(cell) && !ctx.symbols.isLocalCell(cell)) return;
  const traits = { ...PLAIN_RESULT, denotes };
  const written = ctx.fresh(world, `out:${cell}@${call.span.start}`, call.callee, traits, call.span);
  world.env.set(cell, written);
  if (denotes === 'vma') relateToOnlyMm(ctx, world, call, args, written);
}

/** Behind a pointer argument, numbers may have changed; handles stay, as kernel code relies on it. */
function forgetScalars(ctx: Context, world: World, pointer: Sym, call: Call): void {
  const { symbols } = ctx;
  for (const [cell, value] of world.env.entries()) {
    if (symbols.cellBase(cell) !== pointer) continue;
    const kind = symbols.info(value).kind;
    const scalar =
      kind === 'constant' || kind === 'operator' || (kind === 'phi' && symbols.cellDenotes(cell) === 'other');
    if (scalar)
      world.env.set(cell, symbols.result(`after:${cell}@${call.span.start}`, call.callee, PLAIN_RESULT, call.span));
  }
}

/** A function with a single mm argument that returns a vma (or anything with a `vm_mm`), or stores one, gives one of that mm. */
export function relateToOnlyMm(ctx: Context, world: World, call: Call, args: readonly Sym[], result: Sym): void {
  const mms = call.args.flatMap((arg, i) => (ctx.denotesMm(arg) ? [args[i]!] : []));
  if (mms.length !== 1 || ctx.symbols.isConstant(result)) return;
  const cell = ctx.symbols.cell(result, 'vm_mm');
  if (!world.env.has(cell)) world.env.set(cell, mms[0]!);
}
