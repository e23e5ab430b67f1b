import { ANY, type Mask, ZERO } from '../ir/ir';
import { joinConstants } from './constrain';
import type { Context } from './context';
import {
  countOf,
  ESCAPED,
  type Holding,
  holdsNothing,
  isNeutral,
  KEY_BITS,
  lockOf,
  MAY_BITS,
  MUST_BITS,
  NEUTRAL,
  STALE,
  usersOf,
  VMA_READ,
  VMA_RELEASED,
  withCount,
  withUsers,
} from './holding';
import type { Cell, HistoryStep, Sym, World } from './world';

/** Worlds with equal keys are merged where the graph joins: what is held, and which local names hold it. */
export function worldKey(ctx: Context, world: World): string {
  const holding: Sym[] = [];
  for (const [symbol, held] of world.held.entries()) if (!isNeutral(held)) holding.push(symbol);
  if (!holding.length) return '';
  holding.sort((a, b) => a - b);
  const names = new Map<Sym, Cell[]>(holding.map(symbol => [symbol, []]));
  for (const [cell, value] of world.env.entries()) {
    const list = names.get(value);
    if (list && ctx.symbols.isLocalCell(cell)) list.push(cell);
  }
  let key = '';
  for (const symbol of holding) {
    const cells = names.get(symbol)!.sort((a, b) => a - b);
    key += `${symbol}=${world.holding(symbol) & (KEY_BITS | ESCAPED)}<${cells.join()}>;`;
  }
  return key;
}

/** Widens `into` by `from`; both hold the same. True when `into` changed. */
export function joinWorlds(ctx: Context, into: World, from: World, block: number): boolean {
  let changed = joinSame(ctx, into, from);
  changed = renameZeros(ctx, into, from) || changed;
  changed = adoptMmOfNull(ctx, into, from) || changed;
  const phis = joinEnvironments(ctx, into, from, block);
  changed = joinFacts(ctx, into, from, new Set(phis.map(phi => phi.symbol))) || changed;
  for (const phi of phis) changed = adoptPhi(ctx, into, phi) || changed;
  // Only what is atomic on every path counts: helpers that unlock for their caller would else pile up in loops.
  if (from.atomicDepth < into.atomicDepth) {
    into.atomicDepth = from.atomicDepth;
    changed = true;
  }
  // What `from` knows of a phi that it does not name is of the object that the phi meant in an earlier round.
  const outdated = new Set(phis.filter(phi => phi.from !== phi.symbol).map(phi => phi.symbol));
  return joinHoldings(into, from, outdated) || changed;
}

/**
 * What compared equal to something on one path only has its own name again where that path ends: it is the same value
 * on both, so that what happens to it later still belongs to it.
 */
function joinSame(ctx: Context, into: World, from: World): boolean {
  let changed = false;
  for (const [world, other] of [
    [into, from],
    [from, into],
  ] as const) {
    for (const [gone, kept] of world.same.snapshot()) {
      if (other.same.get(gone) === kept) continue;
      changed ||= world === into;
      world.same.delete(gone);
      for (const [cell, value] of world.env.snapshot())
        if (value === kept && ctx.symbols.read(other, cell) === gone) world.env.set(cell, gone);
    }
  }
  return changed;
}

interface Phi {
  readonly symbol: Sym;
  readonly cell: Cell;
  readonly mask: number;
  readonly constants: readonly Sym[] | null;
}

interface JoinPhi extends Phi {
  /** What is known of single flags of either value, such as `fault & VM_FAULT_RETRY`, by the flag. */
  readonly flags: ReadonlyMap<Sym, Mask>;
  /** The value that the cell had in the other world. */
  readonly from: Sym;
  /** How the lock of either value, a vma, was dropped; null when it was not. */
  readonly stale: readonly HistoryStep[] | null;
  /** Of two vmas: the mm that both belong to, or null. */
  readonly mm: Sym | null;
}

/**
 * What is NULL here may go by the name that it has in the other world, if that is NULL here too: then no phi parts the
 * value from what is known of it.
 */
function renameZeros(ctx: Context, into: World, from: World): boolean {
  const renamed: [Cell, Sym][] = [];
  for (const [cell, value] of into.env.entries()) {
    if (ctx.constraints.maskOf(into, value) !== ZERO) continue;
    const other = ctx.symbols.read(from, cell);
    if (other !== value && !ctx.symbols.isConstant(other) && areZero(ctx, into, value, other))
      renamed.push([cell, other]);
  }
  for (const [cell, other] of renamed) into.env.set(cell, other);
  return renamed.length > 0;
}

function areZero({ constraints }: Context, world: World, a: Sym, b: Sym): boolean {
  return constraints.maskOf(world, a) === ZERO && constraints.maskOf(world, b) === ZERO;
}

/** Cells that differ get a phi. Everything is read before anything is rebound. */
function joinEnvironments(ctx: Context, into: World, from: World, block: number): JoinPhi[] {
  const { symbols, constraints } = ctx;
  const phis: JoinPhi[] = [];
  const compare = (cell: Cell): void => {
    const a = symbols.read(into, cell);
    const b = symbols.read(from, cell);
    if (a === b || (!symbols.isConstant(a) && areZero(ctx, from, a, b))) return;
    const symbol = symbols.phi(block, cell);
    const info = symbols.info(symbol);
    if (info.kind === 'phi') {
      if (a !== symbol) info.sources.add(a);
      if (b !== symbol) info.sources.add(b);
    }
    phis.push({
      symbol,
      cell,
      mask: constraints.maskOf(into, a) | constraints.maskOf(from, b),
      constants: joinConstants(constraints.constantsOf(into, a), constraints.constantsOf(from, b)),
      flags: joinFlags(ctx, into, from, a, b),
      from: b,
      stale: dropOf(into, a) ?? dropOf(from, b),
      mm: symbols.cellDenotes(cell) === 'vma' ? commonMm(ctx, into, a, from, b) : null,
    });
  };
  if (into.env.isSharedWith(from.env)) return phis;
  for (const cell of into.env.keys()) compare(cell);
  for (const cell of from.env.keys()) if (!into.env.has(cell)) compare(cell);
  const ofVmas = new Set(phis.map(({ symbol, mm }) => (mm === null ? -1 : symbols.cell(symbol, 'vm_mm'))));
  return phis.filter(({ cell }) => !ofVmas.has(cell));
}

function dropOf(world: World, vma: Sym): readonly HistoryStep[] | null {
  return world.holding(vma) & STALE ? (world.history.get(vma) ?? []) : null;
}

/** NULL is no vma, and belongs to whatever the other one does. */
function commonMm(ctx: Context, into: World, a: Sym, from: World, b: Sym): Sym | null {
  const mmOf = (world: World, vma: Sym) => (isNull(ctx, world, vma) ? null : ctx.mmOf(world, vma));
  // A vma that has its own lock does not depend on that of the mm, and the merged one would not tell.
  if ((into.holding(a) | from.holding(b)) & (VMA_READ | VMA_RELEASED)) return null;
  const [x, y] = [mmOf(into, a), mmOf(from, b)];
  return x === y || y === null ? x : x === null ? y : null;
}

/** A variable that is NULL here and a vma in the other world has the mm of that one. */
function adoptMmOfNull(ctx: Context, into: World, from: World): boolean {
  const { symbols } = ctx;
  let changed = false;
  for (const [world, other] of [
    [into, from],
    [from, into],
  ] as const) {
    for (const [cell, mm] of other.env.snapshot()) {
      if (symbols.cellField(cell) !== 'vm_mm' || world.env.get(cell) === mm) continue;
      if (!isNull(ctx, world, symbols.cellBase(cell))) continue;
      world.env.set(cell, mm);
      changed ||= world === into;
    }
  }
  return changed;
}

const isNull = ({ constraints }: Context, world: World, symbol: Sym) => constraints.maskOf(world, symbol) === ZERO;

/** `a` is the value in `into`, `b` the one in `from`. Only flags that one of the two was asked for. */
function joinFlags(ctx: Context, into: World, from: World, a: Sym, b: Sym): ReadonlyMap<Sym, Mask> {
  const { symbols, constraints } = ctx;
  const flags = new Map<Sym, Mask>();
  for (const value of [a, b]) {
    if (symbols.isConstant(value)) continue;
    for (const operator of symbols.operatorsOn(value)) {
      const flag = symbols.flagOf(operator, value);
      if (flag === null || flags.has(flag)) continue;
      const either =
        constraints.maskOf(into, symbols.operator('&', a, flag)) |
        constraints.maskOf(from, symbols.operator('&', b, flag));
      if (either !== ANY) flags.set(flag, either);
    }
  }
  return flags;
}

function joinFacts(ctx: Context, into: World, from: World, phis: ReadonlySet<Sym>): boolean {
  const { symbols, constraints } = ctx;
  let changed = false;
  const isOfPhi = (symbol: Sym) => {
    if (phis.size === 0) return false;
    const info = symbols.info(symbol);
    const operands = info.kind === 'operator' ? [info.a, info.b] : [];
    return phis.has(symbol) || operands.some(one => phis.has(one) && symbols.flagOf(symbol, one) !== null);
  };
  for (const [symbol, mask] of into.masks.entries()) {
    if (isOfPhi(symbol)) continue;
    const union = mask | constraints.maskOf(from, symbol);
    if (union === mask) continue;
    changed = true;
    if (union === symbols.info(symbol).mask) into.masks.delete(symbol);
    else into.masks.set(symbol, union);
  }
  for (const [symbol, set] of into.oneOf.entries()) {
    if (phis.has(symbol)) continue;
    const union = joinConstants(set, constraints.constantsOf(from, symbol));
    if (union?.length === set.length) continue;
    changed = true;
    if (union) into.oneOf.set(symbol, union);
    else into.oneOf.delete(symbol);
  }
  for (const [symbol, constant] of into.equals.entries()) {
    if (phis.has(symbol) || from.equals.get(symbol) === constant) continue;
    changed = true;
    // The two constants are still a set when both are known.
    const union = joinConstants([constant], constraints.constantsOf(from, symbol));
    into.equals.delete(symbol);
    if (union && !into.oneOf.has(symbol)) into.oneOf.set(symbol, union);
  }
  return changed;
}

function adoptPhi(ctx: Context, into: World, phi: JoinPhi): boolean {
  const { symbol, cell, mask, constants, flags, stale, mm } = phi;
  const ofVma = mm === null ? null : ctx.symbols.cell(symbol, 'vm_mm');
  if (into.env.get(cell) !== symbol) {
    into.env.set(cell, symbol);
    if (ofVma !== null) into.env.set(ofVma, mm!);
    ctx.constraints.forget(into, symbol);
    if (mask !== ANY) into.masks.set(symbol, mask);
    for (const [flag, either] of flags) into.masks.set(ctx.symbols.operator('&', symbol, flag), either);
    if (constants) into.oneOf.set(symbol, constants);
    if (holdsNothing(into.holding(symbol))) into.held.delete(symbol);
    if (stale) markStale(into, symbol, stale);
    return true;
  }
  let changed = stale !== null && !(into.holding(symbol) & STALE);
  if (changed) markStale(into, symbol, stale!);
  const before = into.masks.get(symbol) ?? ANY;
  if ((before | mask) !== before) {
    changed = true;
    if ((before | mask) === ANY) into.masks.delete(symbol);
    else into.masks.set(symbol, before | mask);
  }
  for (const operator of ctx.symbols.operatorsOn(symbol)) {
    const flag = ctx.symbols.flagOf(operator, symbol);
    if (flag === null || !into.masks.has(operator)) continue;
    const either = flags.get(flag) ?? ANY;
    if (either === into.masks.get(operator)) continue;
    changed = true;
    if (either === ANY) into.masks.delete(operator);
    else into.masks.set(operator, either);
  }
  if (into.equals.has(symbol) && constants?.length !== 1) {
    into.equals.delete(symbol);
    changed = true;
  }
  const known = into.oneOf.get(symbol);
  if (known && known.length !== constants?.length) {
    changed = true;
    if (constants) into.oneOf.set(symbol, constants);
    else into.oneOf.delete(symbol);
  }
  return changed;
}

function markStale(world: World, vma: Sym, steps: readonly HistoryStep[]): void {
  world.held.set(vma, world.holding(vma) | STALE);
  world.history.set(vma, steps);
}

function joinHoldings(into: World, from: World, outdated: ReadonlySet<Sym>): boolean {
  let changed = false;
  for (const [symbol, theirs] of from.held.entries()) {
    if (outdated.has(symbol) && holdsNothing(theirs)) continue;
    const ours = into.held.get(symbol);
    const joined = ours === undefined ? theirs & ~MUST_BITS : joinHolding(ours, theirs);
    if (joined === ours) continue;
    into.held.set(symbol, joined);
    changed = ours !== undefined || changed;
  }
  for (const [symbol, ours] of into.held.entries()) {
    const lost = ours & MUST_BITS & ~(from.held.get(symbol) ?? NEUTRAL);
    if (lost) into.held.set(symbol, ours & ~lost);
  }
  for (const [symbol, steps] of from.history.entries()) {
    if (!into.history.has(symbol)) into.history.set(symbol, steps);
  }
  return changed;
}

function joinHolding(ours: Holding, theirs: Holding): Holding {
  const either = ours | (theirs & MAY_BITS);
  if (!(either & ESCAPED) || lockOf(ours) !== lockOf(theirs)) return either;
  // Of a handle that was handed over, others take care: keep what was held longest.
  return withCount(
    withUsers(either, Math.max(usersOf(ours), usersOf(theirs))),
    Math.max(countOf(ours), countOf(theirs)),
  );
}

/**
 * At a loop head every variable that the loop assigns becomes a fresh unknown that keeps the facts of its value; else
 * pointer chasing makes new symbols in every round. A value that holds something keeps its name, and so does an input
 * on first entry, for effects on it belong to the summary.
 */
export function generaliseAtLoopHead(
  ctx: Context,
  world: World,
  head: number,
  assigned: readonly Cell[],
  fromBackEdge: boolean,
): void {
  const { symbols, constraints } = ctx;
  const fresh: (Phi & { readonly value: Sym })[] = [];
  for (const cell of assigned) {
    const value = symbols.read(world, cell);
    const symbol = symbols.phi(head, cell);
    if (value === symbol || symbols.isAcquired(value) || !holdsNothing(world.holding(value))) continue;
    if (!fromBackEdge && symbols.info(value).kind === 'initial' && symbols.slotOf(value) !== null) continue;
    fresh.push({
      symbol,
      cell,
      value,
      mask: constraints.maskOf(world, value),
      constants: constraints.constantsOf(world, value),
    });
  }
  for (const { symbol } of fresh) {
    if (fromBackEdge) retirePhi(ctx, world, symbol);
    constraints.forget(world, symbol);
  }
  const mms = fresh.map(({ cell, value }) =>
    symbols.cellDenotes(cell) === 'vma' && !isNull(ctx, world, value) ? ctx.mmOf(world, value) : null,
  );
  for (const [i, { symbol, cell, value, mask, constants }] of fresh.entries()) {
    if (mms[i] !== null) world.env.set(symbols.cell(symbol, 'vm_mm'), mms[i]!);
    const info = symbols.info(symbol);
    if (info.kind === 'phi') info.sources.add(value);
    world.env.set(cell, symbol);
    if (mask !== ANY) world.masks.set(symbol, mask);
    if (constants && constants.length <= 6) world.oneOf.set(symbol, constants);
  }
}

/** What the phi named in the last round is another object now. */
function retirePhi(ctx: Context, world: World, phi: Sym): void {
  const { symbols } = ctx;
  const own = world.held.get(phi);
  if (own !== undefined && holdsNothing(own)) world.held.delete(phi);
  ctx.retire(world, phi);
  for (const cell of world.env.keys()) {
    if (symbols.isBasedOn(symbols.cellBase(cell), phi)) world.env.delete(cell);
  }
}
