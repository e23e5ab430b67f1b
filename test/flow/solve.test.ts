import assert from 'node:assert/strict';
import { type Graph, orderGraph } from '../../server/src/core/flow/graph';
import { type Disjunctive, type Limits, solve } from '../../server/src/core/flow/solve';

/** A toy: worlds count locks (0 to 2) and remember whether a flag was set; the count decides which worlds merge. */
interface Toy {
  locks: number;
  flags: Set<string>;
}
type Step = (world: Toy) => Toy[];

const keep: Step = world => [world];
const lock: Step = ({ locks, flags }) => [{ locks: Math.min(2, locks + 1), flags }];
const tryLock: Step = ({ locks, flags }) => [
  { locks: locks + 1, flags: new Set([...flags, 'taken']) },
  { locks, flags: new Set([...flags, 'failed']) },
];
const only =
  (flag: string): Step =>
  world =>
    world.flags.has(flag) ? [world] : [];

function toy(steps: readonly Step[], enterLoop: Disjunctive<Toy>['enterLoop'] = () => {}): Disjunctive<Toy> {
  return {
    transfer: (node, world) => steps[node]!(world),
    clone: ({ locks, flags }) => ({ locks, flags: new Set(flags) }),
    key: world => String(world.locks),
    join(into, from) {
      const before = into.flags.size;
      for (const flag of from.flags) into.flags.add(flag);
      return into.flags.size > before;
    },
    enterLoop,
  };
}

function run(
  successors: Graph['successors'],
  analysis: Disjunctive<Toy>,
  limits: Limits = { worlds: 16, visits: 1000 },
) {
  const graph = { entry: 0, successors };
  return solve(graph, orderGraph(graph), analysis, { locks: 0, flags: new Set<string>() }, limits);
}

const summary = (state: ReadonlyMap<string, Toy> | null | undefined) =>
  [...(state?.values() ?? [])].map(world => `${world.locks}${[...world.flags].sort().join()}`).sort();

describe('solve', () => {
  it('keeps the outcomes of a call apart until the test that tells them apart', () => {
    // 0 trylock → 1 (straight line) → 2 only taken | 3 only failed
    const { states } = run([[1], [2, 3], [], []], toy([tryLock, keep, only('taken'), only('failed')]));
    assert.deepEqual(summary(states[1]), ['0failed', '1taken']);
  });

  it('merges worlds at a join only when their keys agree', () => {
    // 0 branches to 1 (locks) and 2 (does not), both go to 3
    const { states } = run([[1, 2], [3], [3], []], toy([keep, lock, keep, keep]));
    assert.deepEqual(summary(states[3]), ['0', '1']);
    const same = run(
      [[1, 2], [3], [3], []],
      toy([keep, w => [{ ...w, flags: new Set(['a']) }], w => [{ ...w, flags: new Set(['b']) }], keep]),
    );
    assert.deepEqual(summary(same.states[3]), ['0a,b']);
  });

  it('reaches a fixpoint on a loop that saturates', () => {
    const solution = run([[1], [1, 2], []], toy([keep, lock, keep]));
    assert.equal(solution.exceeded, null);
    // The straight line behind the loop keeps the three worlds of its head apart; two of them are saturated.
    assert.deepEqual(summary(solution.states[2]), ['1', '2', '2']);
  });

  it('tells a world that enters a loop from one that comes round', () => {
    const entries: boolean[] = [];
    run(
      [[1], [1, 2], []],
      toy([keep, keep, keep], (_world, _head, fromBackEdge) => entries.push(fromBackEdge)),
    );
    assert.ok(entries.includes(false) && entries.includes(true));
  });

  it('stops at a limit and says which', () => {
    const growing: Step = ({ locks, flags }) => [{ locks: locks + 1, flags }];
    assert.equal(run([[1], [1, 2], []], toy([keep, growing, keep]), { worlds: 4, visits: 1000 }).exceeded, 'worlds');
    assert.equal(run([[1], [1, 2], []], toy([keep, growing, keep]), { worlds: 1000, visits: 50 }).exceeded, 'visits');
  });

  it('leaves nodes without a feasible path empty', () => {
    const { states } = run([[1], [2], []], toy([keep, only('never'), keep]));
    assert.equal(states[2], null);
  });
});
