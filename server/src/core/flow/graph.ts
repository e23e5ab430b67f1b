/** A directed graph by successor lists. */
export interface Graph {
  readonly entry: number;
  readonly successors: readonly (readonly number[])[];
}

export interface Loop {
  readonly head: number;
  /** Blocks of the natural loops with this head, the head included. */
  readonly body: ReadonlySet<number>;
}

export interface Order {
  /** Reachable nodes in reverse post-order. */
  readonly nodes: readonly number[];
  /** Position of each node in `nodes`, or -1 when it cannot be reached. */
  readonly position: Int32Array;
  /** Number of edges into each node; the entry counts one more. */
  readonly incoming: Int32Array;
  readonly loops: ReadonlyMap<number, Loop>;
}

/** Orders a graph for a forward analysis and finds its natural loops. Iterative: depth of the graph is no limit. */
export function orderGraph(graph: Graph): Order {
  const count = graph.successors.length;
  const postOrder: number[] = [];
  const seen = new Uint8Array(count);
  const stack: [node: number, next: number][] = [[graph.entry, 0]];
  seen[graph.entry] = 1;
  while (stack.length) {
    const top = stack[stack.length - 1]!;
    const successor = graph.successors[top[0]]![top[1]++];
    if (successor === undefined) {
      postOrder.push(top[0]);
      stack.pop();
    } else if (!seen[successor]) {
      seen[successor] = 1;
      stack.push([successor, 0]);
    }
  }
  const nodes = postOrder.reverse();
  const position = new Int32Array(count).fill(-1);
  nodes.forEach((node, i) => {
    position[node] = i;
  });
  const predecessors: number[][] = graph.successors.map(() => []);
  const incoming = new Int32Array(count);
  incoming[graph.entry] = 1;
  for (const node of nodes) {
    for (const successor of graph.successors[node]!) {
      incoming[successor]!++;
      predecessors[successor]!.push(node);
    }
  }
  return { nodes, position, incoming, loops: findLoops(nodes, graph, position, predecessors) };
}

function findLoops(
  nodes: readonly number[],
  graph: Graph,
  position: Int32Array,
  predecessors: readonly (readonly number[])[],
): Map<number, Loop> {
  const bodies = new Map<number, Set<number>>();
  for (const node of nodes) {
    for (const head of graph.successors[node]!) {
      if (position[head]! > position[node]!) continue;
      const body = bodies.get(head) ?? new Set([head]);
      bodies.set(head, body);
      const work = [node];
      while (work.length) {
        const inside = work.pop()!;
        if (body.has(inside)) continue;
        body.add(inside);
        // A jump into the loop from before its head would lead out of it backwards: stay behind the head.
        for (const before of predecessors[inside]!) if (position[before]! >= position[head]!) work.push(before);
      }
    }
  }
  return new Map([...bodies].map(([head, body]) => [head, { head, body }]));
}

/** Strongly connected components, callees (successors) first. Tarjan's algorithm, iterative. */
export function stronglyConnected(successors: readonly (readonly number[])[]): number[][] {
  const count = successors.length;
  const index = new Int32Array(count).fill(-1);
  const low = new Int32Array(count);
  const onStack = new Uint8Array(count);
  const stack: number[] = [];
  const components: number[][] = [];
  let next = 0;
  for (let root = 0; root < count; root++) {
    if (index[root]! >= 0) continue;
    const work: [node: number, edge: number][] = [[root, 0]];
    while (work.length) {
      const frame = work[work.length - 1]!;
      const [node] = frame;
      if (frame[1] === 0) {
        index[node] = low[node] = next++;
        stack.push(node);
        onStack[node] = 1;
      }
      const successor = successors[node]![frame[1]++];
      if (successor !== undefined) {
        if (index[successor]! < 0) work.push([successor, 0]);
        else if (onStack[successor]) low[node] = Math.min(low[node]!, index[successor]!);
        continue;
      }
      work.pop();
      const parent = work[work.length - 1];
      if (parent) low[parent[0]] = Math.min(low[parent[0]]!, low[node]!);
      if (low[node] !== index[node]) continue;
      const component: number[] = [];
      for (;;) {
        const member = stack.pop()!;
        onStack[member] = 0;
        component.push(member);
        if (member === node) break;
      }
      components.push(component);
    }
  }
  return components;
}
