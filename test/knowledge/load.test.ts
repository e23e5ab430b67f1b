import assert from 'node:assert/strict';
import { CONTEXTS, contextOf } from '../../server/src/core/knowledge/contexts';
import { loadTable } from '../../server/src/core/knowledge/load';
import { describeEffect, describeFacts } from '../../server/src/core/knowledge/vocabulary';

const GOOD = {
  name: 'my_get_mm',
  params: ['ctx'],
  effects: ['takes users of ret when ret nonnull'],
  returns: 'mm or NULL',
  sleeps: false,
  doc: 'Pins the address space of a context.',
  source: 'drivers/mine.c:10',
};

describe("rows of a user's own", () => {
  it('join the table', () => {
    const table = loadTable([GOOD]);
    assert.deepEqual(table.errors, []);
    assert.equal(table.lookup('my_get_mm')?.acquires, true);
    assert.ok(table.names.has('my_get_mm'));
  });

  it('replace the row of their name', () => {
    const table = loadTable([{ ...GOOD, name: 'get_task_mm', effects: [] }]);
    assert.deepEqual(
      table.lookup('get_task_mm')?.outcomes.flatMap(outcome => outcome.effects),
      [],
    );
    assert.equal(table.rows.filter(row => row.name === 'get_task_mm').length, 1);
  });

  it('are left out, with the reason, when they are wrong', () => {
    const cases: readonly [unknown, string][] = [
      ['mmput', 'row 1: must be an object, not "mmput"'],
      [null, 'row 1: must be an object, not null'],
      [
        { ...GOOD, name: 'not a name' },
        'row not a name: `name` is "not a name"; must match ^@?[A-Za-z_][A-Za-z0-9_]*$',
      ],
      [{ ...GOOD, returns: 'mm' }, 'row my_get_mm: `returns` is "mm"; must be one of: void; bool; errno; '],
      [{ ...GOOD, sleeps: 'no' }, 'row my_get_mm: `sleeps` must be a boolean, not "no"'],
      [{ ...GOOD, effect: [] }, 'row my_get_mm: has an unknown property `effect`'],
      [{ ...GOOD, effects: [1] }, 'row my_get_mm: `effects[0]` must be a string, not 1'],
      [
        { ...GOOD, effects: ['takes user of ret'] },
        'row my_get_mm: `takes user of ret`: unknown resource `user`; one of users, ',
      ],
      [
        { ...GOOD, effects: ['drops users of arg1'] },
        'row my_get_mm: `drops users of arg1`: `arg1`: the function has 1 parameters',
      ],
      [
        { ...GOOD, effects: ['takes users of ret when ret err'] },
        'row my_get_mm: `takes users of ret when ret err`: `ret err` never holds: it returns mm or NULL',
      ],
      [
        { ...GOOD, returns: 'pointer', effects: ['enters atomic when ret nonnull'] },
        'row my_get_mm: `enters atomic when ret nonnull`: `ret nonnull` always holds: it returns pointer',
      ],
      [
        { ...GOOD, returns: 'void' },
        'row my_get_mm: `takes users of ret when ret nonnull`: the function returns nothing',
      ],
      [
        { ...GOOD, effects: ['needs users of arg0 when ret nonnull'] },
        'row my_get_mm: `needs users of arg0 when ret nonnull`: `ret nonnull` is not known before the call',
      ],
      [
        { ...GOOD, effects: ['drops users of arg0 when arg0 negative'] },
        'row my_get_mm: `drops users of arg0 when arg0 negative`: `arg0 negative`: an argument can only be zero or not',
      ],
    ];
    for (const [row, error] of cases) {
      const table = loadTable([row]);
      assert.ok(table.errors[0]?.startsWith(error), `${table.errors[0]}\n${error}`);
      assert.equal(table.lookup('my_get_mm'), undefined);
    }
    assert.deepEqual(loadTable([GOOD, GOOD]).errors, ['row my_get_mm: is there twice']);
    const { source: _, ...without } = GOOD;
    assert.deepEqual(loadTable([without]).errors, ['row my_get_mm: has no `source`']);
  });

  it('cannot make the table explode', () => {
    const flags = [...'ABCDEFGH'].map(letter => `drops users of arg0 when ret has FLAG_${letter}`);
    const [error] = loadTable([{ ...GOOD, returns: 'int', effects: flags }]).errors;
    assert.equal(error, 'row my_get_mm: 8 different conditions; at most 6 can be reviewed');
    assert.deepEqual(
      loadTable([
        { ...GOOD, name: '__proto__' },
        { ...GOOD, name: 'constructor' },
      ]).errors,
      [],
    );
    assert.equal(loadTable().lookup('constructor'), undefined);
  });
});

describe('the vocabulary', () => {
  it('says a contract with the names of the parameters', () => {
    const say = (name: string) => describeFacts(loadTable().lookup(name)!).join('; ');
    assert.equal(
      say('mmget_not_zero'),
      'needs the struct of `mm` kept allocated; asks whether mm_users of `mm` is 0; takes an mm_users reference on `mm` when the result is true; the result must be tested; does not sleep',
    );
    assert.equal(say('mmput'), 'releases an mm_users reference on `mm`; may sleep');
    assert.equal(say('mm_take_all_locks'), 'needs mmap_lock of `mm` held for writing (checked at run time); may sleep');
    assert.match(
      say('get_user_pages_remote'),
      /releases mmap_lock for reading on `mm` when it sets `\*locked` from nonzero to 0/,
    );
    assert.match(say('unmap_mapping_range'), /^changes nothing that the caller holds; may sleep/);
    assert.match(say('panic'), /^never returns/);
  });

  it('has words for every sentence of the table', () => {
    for (const row of loadTable().rows)
      for (const effect of row.effects) {
        const words = describeEffect(effect, row.params);
        assert.notEqual(words, effect, row.name);
        assert.doesNotMatch(words, /undefined|\barg\d|\bret\b/, row.name);
      }
  });

  it('passes on what it does not understand', () => {
    assert.equal(describeEffect('something inferred'), 'something inferred');
  });
});

describe('contexts', () => {
  it('are known by struct and member, or by struct alone', () => {
    assert.equal(contextOf('file_operations', 'release')?.context, 'task');
    assert.equal(contextOf('sched_class', 'pick_next_task')?.context, 'atomic');
    assert.equal(contextOf('file_operations', 'constructor'), undefined);
  });

  it('have one row each, sorted', () => {
    const keys = CONTEXTS.map(row => `${row.struct} ${row.member}`);
    assert.equal(new Set(keys).size, keys.length);
    assert.deepEqual(keys, [...keys].sort());
    const kinds = ['task-current-mm', 'task', 'kthread', 'softirq', 'atomic', 'any'];
    const locks = ['none', 'read', 'write', 'read-or-vma', 'inherited', 'unknown'];
    for (const row of CONTEXTS)
      assert.ok(kinds.includes(row.context) && locks.includes(row.mmapLock), `${row.struct}.${row.member}`);
  });
});
