import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { orderGraph, stronglyConnected } from '../../server/src/core/flow/graph';

describe('flow graph', () => {
  it('orders nodes so that only back edges go backwards', () => {
    // 0 → 1 → 2 → 1, 1 → 3
    const order = orderGraph({ entry: 0, successors: [[1], [2, 3], [1], []] });
    assert.deepEqual([...order.incoming], [1, 2, 1, 1]);
    assert.ok(order.position[0]! < order.position[1]! && order.position[1]! < order.position[2]!);
    assert.deepEqual([...order.loops.keys()], [1]);
    assert.deepEqual([...order.loops.get(1)!.body].sort(), [1, 2]);
  });

  it('leaves out what cannot be reached', () => {
    const order = orderGraph({ entry: 0, successors: [[2], [2], []] });
    assert.deepEqual(order.nodes, [0, 2]);
    assert.equal(order.position[1], -1);
    assert.equal(order.incoming[2], 1, 'an edge from unreachable code joins nothing');
  });

  it('gives nested loops a body each', () => {
    // outer head 1, inner head 2
    const { loops } = orderGraph({ entry: 0, successors: [[1], [2, 4], [3, 1], [2], []] });
    assert.deepEqual([...loops.get(1)!.body].sort(), [1, 2, 3]);
    assert.deepEqual([...loops.get(2)!.body].sort(), [2, 3]);
  });

  it('handles a path of 200,000 nodes without recursion', () => {
    const successors = Array.from({ length: 200_000 }, (_, i) => (i < 199_999 ? [i + 1] : []));
    assert.equal(orderGraph({ entry: 0, successors }).nodes.length, 200_000);
    assert.equal(stronglyConnected(successors).length, 200_000);
  });

  it('lists strongly connected components callees first', () => {
    // 0 calls 1; 1 and 2 call each other; 2 calls 3
    const components = stronglyConnected([[1], [2], [1, 3], []]);
    assert.deepEqual(
      components.map(component => [...component].sort()),
      [[3], [1, 2], [0]],
    );
  });

  it('puts every node in one component, after the components that it leads to', () => {
    const graphs = fc.array(fc.array(fc.nat(11), { maxLength: 4 }), { minLength: 12, maxLength: 12 });
    fc.assert(
      fc.property(graphs, successors => {
        const components = stronglyConnected(successors);
        const at = new Map(components.flatMap((component, i) => component.map(node => [node, i] as const)));
        assert.equal(at.size, successors.length);
        for (const [node, next] of successors.entries()) for (const to of next) assert.ok(at.get(to)! <= at.get(node)!);
      }),
    );
  });
});
