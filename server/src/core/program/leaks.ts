import { ANY, type Mask } from '../ir/ir';
import type { Solved } from '../typestate/analyse';
import { slotExprOf } from '../typestate/conditions';
import type { Context } from '../typestate/context';
import type { Exit } from '../typestate/event';
import {
  countOf,
  ESCAPED,
  entryLockOf,
  type Holding,
  LOCK_NONE,
  LOCK_READ,
  lockOf,
  TOOK_COUNT,
  TOOK_LOCK,
  TOOK_USERS,
  TOOK_VMA,
  usersOf,
  VMA_READ,
  VMA_RELEASED,
} from '../typestate/holding';
import type { Effect, Slot } from '../typestate/summary';
import type { Sym } from '../typestate/world';
import type { FieldContracts } from './field-contracts';
import type { Leak } from './judged';
import { slotOfStored } from './stored';

export type HeldResource = Leak['resource'];
const RESOURCES: readonly HeldResource[] = ['users', 'count', 'mmap_lock', 'vma_read'];

/** An exit that ends with something held, and what speaks for a defect. */
export interface HeldExit {
  readonly resource: HeldResource;
  readonly exit: Exit;
  readonly symbol: Sym;
  readonly slot: Slot | null;
  /** Another exit of the same outcome on which it was released. */
  readonly pair: Exit | null;
  readonly evidence: Leak['evidence'];
  /** The caller can tell the two exits apart by what was stored into its objects. */
  readonly soft: boolean;
  /** `callee:resource` of the analysed function that took it, or null. */
  readonly from: string | null;
  /** What that function had returned. */
  readonly fromResults: Mask;
  /** Another exit of the same outcome leaves it free, and nothing tells a caller which of the two it met. */
  readonly isAmbiguous: boolean;
}

export interface HeldAtExit {
  /** Defects by the function's own evidence. */
  readonly defects: readonly HeldExit[];
  /** Contract or defect: callers and siblings decide. */
  readonly candidates: readonly HeldExit[];
  /** What is released here without having been taken here. */
  readonly drops: readonly Drop[];
  /** Exits that no summary may carry to callers. */
  readonly defective: ReadonlySet<Exit>;
  /** The fields (`struct.field`) whose contracts decided what is handed over. */
  readonly fields: ReadonlySet<string>;
}

/** A path that releases what was not taken on it. */
export interface Drop {
  readonly resource: HeldResource;
  readonly slot: Slot | null;
  readonly exit: Exit;
}

/** Sorts what the exits of a function hold: handed over, a defect by inconsistent paths, or for callers to decide. */
export function sortHeldAtExit(solved: Solved, contracts: FieldContracts): HeldAtExit {
  const { ctx, recorder } = solved;
  const defects: HeldExit[] = [];
  const candidates: HeldExit[] = [];
  const drops: Drop[] = [];
  const defective = new Set<Exit>();
  const fields = new Set<string>();
  const decided = new Map<string, boolean>();

  for (const exit of recorder.exits) {
    for (const [symbol, holding] of exit.world.held.entries()) {
      for (const resource of RESOURCES) {
        if (!isHeld(holding, resource)) {
          if (isDropped(holding, resource)) drops.push({ resource, slot: ctx.symbols.slotOf(symbol), exit });
          continue;
        }
        if (isHandedOver(ctx, exit, symbol, holding, resource, contracts, fields)) continue;
        const key = `${resource}:${symbol}@${exit.at.span.start}`;
        const before = decided.get(key);
        if (before !== undefined) {
          if (before) defective.add(exit);
          continue;
        }
        const held = weigh(ctx, recorder.exits, exit, symbol, holding, resource);
        const isDefect = held.evidence !== 'unconsumed';
        decided.set(key, isDefect && !held.soft);
        if (isDefect && !held.soft) defective.add(exit);
        (isDefect ? defects : candidates).push(held);
      }
    }
  }
  return { defects, candidates, drops, defective, fields };
}

function weigh(
  ctx: Context,
  exits: readonly Exit[],
  exit: Exit,
  symbol: Sym,
  holding: Holding,
  resource: HeldResource,
): HeldExit {
  const pairs = exits.filter(
    other => (other.mask & exit.mask) !== 0 && isReleased(other.world.holding(symbol), resource),
  );
  const pair = pairs.find(other => !isToldApart(ctx, other, exit)) ?? pairs[0] ?? null;
  const base = {
    resource,
    exit,
    symbol,
    slot: ctx.symbols.slotOf(symbol) ?? slotOfStored(ctx, exit, symbol),
    pair,
    ...takenBy(ctx, exit, symbol, resource),
    isAmbiguous: exits.some(
      other =>
        (other.mask & exit.mask) !== 0 &&
        !isHeld(other.world.holding(symbol), resource) &&
        !isToldApart(ctx, other, exit) &&
        !dependsOnInput(ctx, other, exit),
    ),
  };
  if (isLost(exit, symbol, resource)) return { ...base, pair: null, evidence: 'freed', soft: false };
  if (pair) return { ...base, evidence: 'pair', soft: isToldApart(ctx, pair, exit) };
  const isLock = resource === 'mmap_lock';
  const spent = (holding & TOOK_USERS) !== 0 && usersOf(holding) <= 0;
  if (isLock && spent) return { ...base, evidence: 'put', soft: false };
  const alone = ctx.symbols.isAcquired(symbol) && (!isLock || (usersOf(holding) <= 0 && !(holding & ESCAPED)));
  return { ...base, evidence: alone ? 'unreachable' : 'unconsumed', soft: false };
}

function isLost(exit: Exit, symbol: Sym, resource: HeldResource): boolean {
  return exit.world.history.get(symbol)?.findLast(step => step.resource === resource)?.action === 'loses';
}

function isHeld(h: Holding, resource: HeldResource): boolean {
  switch (resource) {
    case 'users':
      return usersOf(h) > 0;
    case 'count':
      return countOf(h) > 0;
    case 'mmap_lock':
      return lockOf(h) >= LOCK_READ && entryLockOf(h) === LOCK_NONE;
    case 'vma_read':
      return (h & VMA_READ) !== 0;
  }
}

/** Taken here on some path, and given back on this one. */
function isReleased(h: Holding, resource: HeldResource): boolean {
  switch (resource) {
    case 'users':
      return (h & TOOK_USERS) !== 0 && usersOf(h) <= 0;
    case 'count':
      return (h & TOOK_COUNT) !== 0 && countOf(h) <= 0;
    case 'mmap_lock':
      return (h & TOOK_LOCK) !== 0 && lockOf(h) === LOCK_NONE;
    case 'vma_read':
      return (h & TOOK_VMA) !== 0 && (h & VMA_READ) === 0;
  }
}

/** Given back here although this function never took it. */
function isDropped(h: Holding, resource: HeldResource): boolean {
  switch (resource) {
    case 'users':
      return usersOf(h) < 0;
    case 'count':
      return countOf(h) < 0;
    case 'mmap_lock':
      return entryLockOf(h) >= LOCK_READ && lockOf(h) === LOCK_NONE;
    case 'vma_read':
      return (h & VMA_RELEASED) !== 0 && (h & TOOK_VMA) === 0;
  }
}

/** Returned, reachable from what is returned, or stored where the field's other users release it. */
function isHandedOver(
  ctx: Context,
  exit: Exit,
  symbol: Sym,
  holding: Holding,
  resource: HeldResource,
  contracts: FieldContracts,
  asked: Set<string>,
): boolean {
  const { symbols } = ctx;
  if (returnsPointer(ctx) && exit.result === symbol) return true;
  // `init_mm` and its like are never freed: boot code takes references on them for good.
  if (resource !== 'mmap_lock' && symbols.info(symbol).kind === 'address') return true;
  // In C a lock goes with its mm; in Rust a guard may be a part of what is returned or stored.
  if (resource === 'mmap_lock' && ctx.cfg.language !== 'rust') return false;
  if (isReachableFromResult(ctx, exit, symbol)) return true;
  const stored = [...exit.world.env.entries()].filter(
    ([cell, value]) => value === symbol && !symbols.isLocalCell(cell) && symbols.cellField(cell) !== 'vm_mm',
  );
  if (!stored.length || resource === 'vma_read' || resource === 'mmap_lock')
    return stored.length > 0 || (holding & ESCAPED) !== 0;
  // A field keeps one reference. Users imply a count, so of two kinds the count is the one that was taken to stay.
  const keepsOther = resource === 'users' && countOf(holding) > 0;
  // A store discharges only the resource that other users of the field release.
  return stored.some(([cell]) => {
    const [struct, field] = [ctx.ownerTypes.get(cell), symbols.cellField(cell)];
    asked.add(`${struct}.${field}`);
    return keepsOther ? contracts.kind(struct, field) === 'users' : contracts.discharges(struct, field, resource);
  });
}

/** An int may hold `PTR_ERR(mm)`, which is no handle. */
function returnsPointer(ctx: Context): boolean {
  return ctx.cfg.returnType.pointers > 0;
}

function isReachableFromResult(ctx: Context, exit: Exit, symbol: Sym): boolean {
  const { symbols } = ctx;
  if (exit.result < 0 || !returnsPointer(ctx)) return false;
  const result = symbols.info(exit.result);
  if (result.kind === 'phi' && result.sources.has(symbol)) return true;
  for (const [cell, value] of exit.world.env.entries()) {
    if (value !== symbol || symbols.cellField(cell) === 'vm_mm') continue;
    let base = symbols.cellBase(cell);
    if (symbols.isConstant(base)) continue;
    for (let depth = 0; depth < 6; depth++) {
      if (base === exit.result) return true;
      const info = symbols.info(base);
      if (info.kind !== 'fieldAddress') break;
      base = info.base;
    }
  }
  return false;
}

/** Do the exits store different constants into objects of the caller, so that it knows which one it met? */
function isToldApart(ctx: Context, a: Exit, b: Exit): boolean {
  return marksItsCaller(ctx, a, b) || marksItsCaller(ctx, b, a);
}

function marksItsCaller(ctx: Context, exit: Exit, other: Exit): boolean {
  const { symbols } = ctx;
  for (const [cell, value] of exit.world.env.entries()) {
    if (!symbols.isConstant(value)) continue;
    const base = symbols.slotOf(symbols.cellBase(cell));
    if (base !== null && /^(?:arg|global)/.test(base) && symbols.read(other.world, cell) !== value) return true;
  }
  return false;
}

/** Did the caller decide by what it passed which of the two exits it meets? */
function dependsOnInput({ symbols, constraints }: Context, a: Exit, b: Exit): boolean {
  return [...a.world.masks.keys(), ...b.world.masks.keys()].some(
    symbol =>
      slotExprOf(symbols, symbol) !== null &&
      (constraints.maskOf(a.world, symbol) & constraints.maskOf(b.world, symbol)) === 0,
  );
}

function takenBy(
  { constraints }: Context,
  exit: Exit,
  symbol: Sym,
  resource: HeldResource,
): Pick<HeldExit, 'from' | 'fromResults'> {
  const taken = (exit.world.history.get(symbol) ?? []).findLast(
    step => step.resource === resource && step.action === 'takes',
  );
  if (!taken?.inferred) return { from: null, fromResults: 0 };
  const fromResults = taken.result === null ? ANY : constraints.maskOf(exit.world, taken.result);
  return { from: `${taken.callee}:${resource}`, fromResults };
}

/** The effect by which callers see what is held at an exit. */
export function isEffectOf(effect: Effect, held: HeldExit): boolean {
  if (effect.kind === 'atomic' || effect.of !== (held.slot ?? 'ret')) return false;
  if (held.resource === 'mmap_lock') return effect.kind === 'lock' && effect.from === 'none' && effect.to !== 'none';
  return effect.kind === 'count' && effect.resource === held.resource && effect.delta > 0;
}
