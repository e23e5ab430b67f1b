import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import * as holding from '../../server/src/core/typestate/holding';

const counter = fc.integer({ min: -3, max: 3 });

describe('holding', () => {
  it('keeps its parts apart', () => {
    fc.assert(
      fc.property(
        counter,
        counter,
        counter,
        fc.constantFrom(0, 1, 2, 3),
        fc.constantFrom(0, 1, 2, 3),
        (users, count, lazy, lock, entry) => {
          let h = holding.withUsers(holding.NEUTRAL, users);
          h = holding.withCount(h, count);
          h = holding.withLazy(h, lazy);
          h =
            holding.withEntryLock(holding.withLock(h, lock as holding.PackedLock), entry as holding.PackedLock) |
            holding.ESCAPED;
          assert.deepEqual([holding.usersOf(h), holding.countOf(h), holding.lazyOf(h)], [users, count, lazy]);
          assert.deepEqual([holding.lockOf(h), holding.entryLockOf(h)], [lock, entry]);
        },
      ),
    );
  });

  it('saturates, so that an unbalanced loop ends', () => {
    let h = holding.NEUTRAL;
    for (let i = 0; i < 10; i++) h = holding.withUsers(h, holding.usersOf(h) + 1);
    assert.equal(holding.usersOf(h), 3);
  });

  it('is neutral when nothing is held and nothing was seen', () => {
    assert.ok(holding.isNeutral(holding.NEUTRAL));
    assert.ok(holding.isNeutral(holding.NEUTRAL | holding.ESCAPED), 'who else sees a handle is not a holding');
    assert.ok(!holding.isNeutral(holding.withLock(holding.NEUTRAL, holding.LOCK_NONE)), 'a released lock is a fact');
    assert.ok(holding.holdsNothing(holding.withLock(holding.NEUTRAL, holding.LOCK_NONE)));
  });
});
