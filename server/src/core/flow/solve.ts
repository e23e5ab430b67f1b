import type { Graph, Order } from './graph';

/**
 * A bounded-disjunctive forward analysis: the state at a node is a set of worlds. `transfer` may split a world, worlds
 * are merged only where edges join, and only if their keys agree. The solver knows nothing of what a world is.
 */
export interface Disjunctive<W> {
  /**
   * What one world becomes by going through a node; `world` may be used up. It may stop when it becomes more than the
   * limit.
   */
  transfer(node: number, world: W): W[];
  clone(world: W): W;
  key(world: W): string;
  /** Widens `into` by `from` where edges join at `node`; true when `into` changed. */
  join(into: W, from: W, node: number): boolean;
  /** Generalises a world that enters a loop, from before it or from its end; `world` may be changed. */
  enterLoop(world: W, head: number, fromBackEdge: boolean): void;
}

export interface Limits {
  /** Worlds at one node, and those that one of them becomes by going through it. */
  readonly worlds: number;
  /** Node visits for the whole graph. */
  readonly visits: number;
}

export interface Solution<W> {
  /** Worlds just before each node, by key; null where no path comes. */
  readonly states: readonly (Map<string, W> | null)[];
  readonly visits: number;
  /** The limit that was hit: the states are then not a fixpoint and nothing may be concluded from them. */
  readonly exceeded: keyof Limits | null;
}

export function solve<W>(graph: Graph, order: Order, analysis: Disjunctive<W>, entry: W, limits: Limits): Solution<W> {
  const states: (Map<string, W> | null)[] = graph.successors.map(() => null);
  const queue = new WorkQueue(order);
  let exceeded: keyof Limits | null = null;
  let visits = 0;

  states[graph.entry] = new Map([['', entry]]);
  queue.add(graph.entry, '');
  for (let item = queue.take(); item; item = queue.take()) {
    if (++visits > limits.visits) return { states, visits, exceeded: 'visits' };
    const { node, key } = item;
    const world = states[node]?.get(key);
    if (world === undefined) continue;
    const outcomes = analysis.transfer(node, analysis.clone(world));
    if (outcomes.length > limits.worlds) return { states, visits, exceeded: 'worlds' };
    const successors = graph.successors[node]!;
    for (const [index, outcome] of outcomes.entries()) {
      for (const [way, successor] of successors.entries()) {
        // The last one may have it: what is not shared is not copied.
        const next = way < successors.length - 1 ? analysis.clone(outcome) : outcome;
        if (order.loops.has(successor))
          analysis.enterLoop(next, successor, order.position[successor]! <= order.position[node]!);
        const joins = order.incoming[successor]! > 1;
        // Outcomes of one call must survive until the test that tells them apart: no merging on a straight line.
        const nextKey = joins ? analysis.key(next) : outcomes.length > 1 ? `${key}/${index}` : key;
        states[successor] ??= new Map();
        const worlds = states[successor];
        const existing = worlds.get(nextKey);
        if (existing === undefined) {
          if (worlds.size >= limits.worlds) {
            exceeded = 'worlds';
            return { states, visits, exceeded };
          }
          worlds.set(nextKey, next);
          queue.add(successor, nextKey);
        } else if (!joins) {
          worlds.set(nextKey, next);
          queue.add(successor, nextKey);
        } else if (analysis.join(existing, next, successor)) {
          queue.add(successor, nextKey);
        }
      }
    }
  }
  return { states, visits, exceeded };
}

/** Pending (node, key) pairs, earliest node in reverse post-order first, so that joins are complete when visited. */
class WorkQueue {
  readonly #pending: Set<string>[];
  #lowest = 0;

  constructor(private readonly order: Order) {
    this.#pending = order.nodes.map(() => new Set());
  }

  add(node: number, key: string): void {
    const at = this.order.position[node]!;
    this.#pending[at]!.add(key);
    if (at < this.#lowest) this.#lowest = at;
  }

  take(): { node: number; key: string } | null {
    for (; this.#lowest < this.#pending.length; this.#lowest++) {
      for (const key of this.#pending[this.#lowest]!) {
        this.#pending[this.#lowest]!.delete(key);
        return { node: this.order.nodes[this.#lowest]!, key };
      }
    }
    return null;
  }
}
