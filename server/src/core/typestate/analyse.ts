import { type Graph, orderGraph } from '../flow/graph';
import { type Disjunctive, type Limits, solve } from '../flow/solve';
import type { Cfg } from '../ir/ir';
import { Context, type MembersOf } from './context';
import { Recorder } from './event';
import { type Hindsight, lookBack } from './hindsight';
import { LOCK_READ, LOCK_WRITE, NEUTRAL, withEntryLock, withLock } from './holding';
import { generaliseAtLoopHead, joinWorlds, worldKey } from './join';
import type { Lookup } from './summary';
import { transferBlock } from './transfer';
import { type Cell, type Sym, World } from './world';

/** Enough for 99.7 % of the kernel's functions that mention an mm; beyond, the function is incomplete. */
const LIMITS: Limits = { worlds: 32, visits: 20_000 };

/** Everything that the analysis of one function established. */
export interface Solved {
  readonly ctx: Context;
  readonly recorder: Recorder;
  readonly hindsight: Hindsight;
  /** Worlds before each block, for `--emit=states`; null for blocks that no path reaches. Empty without detail. */
  readonly states: readonly (ReadonlyMap<string, World> | null)[];
  readonly visits: number;
  /** Why nothing may be concluded, or null. */
  readonly exceeded: string | null;
}

/** Solves one function to a fixpoint, then walks the stable states once more and records what rules and facts read. */
export function analyseFunction(
  cfg: Cfg,
  lookup: Lookup,
  membersOf: MembersOf,
  isTracked: (callee: string) => boolean,
  withDetail: boolean,
): Solved {
  const ctx = new Context(cfg, lookup, membersOf, isTracked);
  const graph: Graph = { entry: cfg.entry, successors: cfg.blocks.map(block => block.successors) };
  const order = orderGraph(graph);
  const assigned = new Map([...order.loops].map(([head, loop]) => [head, assignedCells(ctx, loop.body)]));
  const domain: Disjunctive<World> = {
    transfer: (node, world) => transferBlock(ctx, cfg.blocks[node]!, world, LIMITS.worlds),
    clone: world => world.clone(),
    key: world => worldKey(ctx, world),
    join: (into, from, node) => joinWorlds(ctx, into, from, node),
    enterLoop: (world, head, fromBackEdge) => generaliseAtLoopHead(ctx, world, head, assigned.get(head)!, fromBackEdge),
  };
  const solution = solve(graph, order, domain, enter(ctx), LIMITS);

  const recorder = new Recorder(withDetail);
  if (!solution.exceeded) {
    ctx.recorder = recorder;
    ctx.constraints.foundZero = recorder.foundNull;
    ctx.constraints.foundNegative = recorder.foundError;
    const before = new Map(cfg.blocks.flatMap(({ id, successors }) => successors.map(next => [next, id] as const)));
    for (const node of order.nodes) {
      recorder.block = node;
      recorder.branch = before.get(node) ?? node;
      for (const world of solution.states[node]?.values() ?? [])
        transferBlock(ctx, cfg.blocks[node]!, world.clone(), LIMITS.worlds);
    }
    ctx.recorder = null;
    ctx.constraints.foundZero = null;
    ctx.constraints.foundNegative = null;
  }
  noteMerged(ctx, recorder.dereferenced);
  const exceeded =
    solution.exceeded === 'worlds'
      ? `more than ${LIMITS.worlds} combinations of what is held`
      : solution.exceeded === 'visits'
        ? 'too many paths'
        : null;
  const hindsight = lookBack(ctx, recorder);
  const states = withDetail ? solution.states : [];
  return { ctx, recorder, hindsight, states, visits: solution.visits, exceeded };
}

/** What is looked into after paths met is looked into whichever path it came by. */
function noteMerged({ symbols }: Context, dereferenced: Set<Sym>): void {
  // A set goes over what is added meanwhile.
  for (const symbol of dereferenced) {
    const info = symbols.info(symbol);
    if (info.kind === 'phi') for (const source of info.sources) dereferenced.add(source);
  }
}

/** What holds when the function is entered, as far as the places that name it tell. */
function enter(ctx: Context): World {
  const world = World.empty();
  const { calledAs, locked = new Map() } = ctx.cfg;
  if (calledAs?.runs === 'atomic' || calledAs?.runs === 'softirq') world.atomicDepth = 1;
  const mm = calledAs ? mmOfEntry(ctx, world, calledAs.runs === 'task-current-mm') : null;
  if (calledAs && mm !== null && (calledAs.lock === 'read' || calledAs.lock === 'write'))
    enterLocked(world, mm, calledAs.lock);
  for (const [name, mode] of locked) {
    const value = ctx.symbols.read(world, ctx.symbols.variableCell(name));
    const isVma = ctx.cfg.locals.get(name)?.type.name === 'vm_area_struct';
    enterLocked(world, isVma ? ctx.mmOf(world, value) : value, mode);
  }
  return world;
}

function enterLocked(world: World, mm: Sym, mode: 'read' | 'write'): void {
  const lock = mode === 'read' ? LOCK_READ : LOCK_WRITE;
  world.held.set(mm, withEntryLock(withLock(NEUTRAL, lock), lock));
}

/** The mm that an entry speaks of: of the walk or the VMA that is passed, else of the running task. */
function mmOfEntry(ctx: Context, world: World, isOfCurrent: boolean): Sym | null {
  const { symbols, cfg } = ctx;
  const ofCurrent = symbols.read(world, symbols.cell(symbols.current, 'mm'));
  for (const name of cfg.parameters) {
    const type = cfg.locals.get(name)?.type;
    const value = symbols.read(world, symbols.variableCell(name));
    if (type?.name === 'vm_fault') return ctx.mmOf(world, symbols.read(world, symbols.cell(value, 'vma')));
    if (type?.name === 'mm_walk') {
      const kept = symbols.cell(value, 'mm');
      const ofWalk = symbols.read(world, kept);
      ctx.ownerTypes.set(kept, type.name);
      world.env.set(symbols.cell(symbols.read(world, symbols.cell(value, 'vma')), 'vm_mm'), ofWalk);
      return ofWalk;
    }
    if (type?.name !== 'vm_area_struct') continue;
    // The VMA that mmap() makes belongs to the task that calls it.
    if (isOfCurrent) world.env.set(symbols.cell(value, 'vm_mm'), ofCurrent);
    return ctx.mmOf(world, value);
  }
  return isOfCurrent ? ofCurrent : null;
}

/** Cells of the local variables that a loop assigns. */
function assignedCells(ctx: Context, body: ReadonlySet<number>): Cell[] {
  const cells = new Set<Cell>();
  for (const block of body) {
    for (const instr of ctx.cfg.blocks[block]!.instrs) {
      if (instr.op !== 'assign' || instr.to.kind !== 'variable') continue;
      const local = ctx.cfg.locals.get(instr.to.name);
      if (local && !local.static && !local.type.array && !local.type.aggregate)
        cells.add(ctx.symbols.variableCell(instr.to.name));
    }
  }
  return [...cells];
}
