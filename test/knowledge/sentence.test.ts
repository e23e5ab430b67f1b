import assert from 'node:assert/strict';
import fc from 'fast-check';
import { NEG, NONZERO, POS, ZERO } from '../../server/src/core/ir/ir';
import { loadTable } from '../../server/src/core/knowledge/load';
import { parseSentence, printSentence } from '../../server/src/core/knowledge/sentence';
import { parseSlot, printSlot } from '../../server/src/core/knowledge/slot';
import type { Summary } from '../../server/src/core/typestate/summary';

describe('slots', () => {
  const SLOTS: readonly [string, string][] = [
    ['arg0', 'arg0'],
    ['arg0->vm_mm', 'arg0.vm_mm'],
    ['*arg5', 'arg5.*'],
    ['(*arg0)->vm_mm', 'arg0.*.vm_mm'],
    ['current->mm', 'current.mm'],
    ['ret->vm_mm', 'ret.vm_mm'],
    ['arg0->vma->vm_mm', 'arg0.vma.vm_mm'],
    ['arg0->mas.tree', 'arg0.&mas.tree'],
    ['&arg0->list', 'arg0.&list'],
    ['&init_mm', 'address:init_mm'],
  ];

  it('are written as in C and kept as paths', () => {
    for (const [written, slot] of SLOTS) {
      assert.equal(parseSlot(written), slot, written);
      assert.equal(printSlot(slot), written, slot);
    }
  });

  it('go by the names of the parameters for readers', () => {
    assert.equal(printSlot('arg1.*.vm_mm', ['mm', 'vmap']), '(*vmap)->vm_mm');
  });

  it('are refused when a caller could not name them', () => {
    for (const text of [
      '',
      'mm',
      'arg',
      'arg01',
      'arg0.x',
      '**arg0',
      'arg0->',
      '&',
      '&arg0',
      '&*arg0->x',
      'init_mm',
      'ret ',
      'constructor',
    ])
      assert.equal(parseSlot(text), null, text);
  });
});

describe('sentences', () => {
  const ERRORS: readonly [string, string][] = [
    ['take users of arg0', 'unknown verb `take`; one of needs, '],
    ['takes user of arg0', 'unknown resource `user`; one of users, count, '],
    ['takes users in arg0', 'expected `of`, not `in`'],
    ['takes users of mm', '`mm` is not a slot such as `arg0`'],
    ['takes users of', 'expected a slot at the end'],
    ['takes  users of arg0', 'expected a resource, not two spaces'],
    ['takes users of arg0 when ret sometimes', 'unknown condition `sometimes`; one of zero, '],
    ['takes users of arg0 when ret has retry', '`retry` is not a constant'],
    ['takes users of arg0 if ret zero', '`if` is not expected here'],
    ['enters', 'expected `atomic` at the end'],
    ['', 'expected a verb'],
  ];

  it('tell of the first word that is wrong', () => {
    for (const [text, error] of ERRORS) {
      const parsed = parseSentence(text);
      assert.ok('error' in parsed && parsed.error.startsWith(error), `${text}: ${JSON.stringify(parsed)}`);
    }
  });

  it('never throw, and what parses prints back', () => {
    const words = [
      'needs',
      'takes',
      'drops',
      'relates',
      'subscribes',
      'implies',
      'enters',
      'atomic',
      'users',
      'mmap_read',
      'of',
      'to',
      'or',
      'another',
      'lock',
      'arg0',
      '*arg1',
      'ret',
      'when',
      'and',
      'zero',
      'has',
      'FLAG|OTHER',
      'cleared',
      '',
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...words), { maxLength: 12 }), list => {
        const text = list.join(' ');
        const parsed = parseSentence(text);
        if ('sentence' in parsed) assert.equal(printSentence(parsed.sentence), text);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('outcomes', () => {
  it('of a fault: kept or dropped by the bits of the result', () => {
    const [dropped, kept] = outcomesOf('handle_mm_fault');
    const retry = { op: '&', args: ['ret', { const: 'VM_FAULT_RETRY' }] };
    const both = {
      op: '&',
      args: ['ret', { op: '|', args: [{ const: 'VM_FAULT_RETRY' }, { const: 'VM_FAULT_COMPLETED' }] }],
    };
    assert.equal(dropped?.result, POS);
    assert.deepEqual(dropped?.effects, [{ kind: 'fault-lock', of: 'arg0' }]);
    assert.deepEqual(dropped?.implies, [
      { of: both, mask: NONZERO },
      { of: { op: '&', args: ['ret', { const: 'VM_FAULT_ERROR' }] }, mask: ZERO },
      { of: { op: '&', args: ['arg2', { const: 'FAULT_FLAG_ALLOW_RETRY' }] }, mask: NONZERO },
    ]);
    assert.equal(kept?.result, ZERO | POS);
    assert.deepEqual(kept?.effects, []);
    assert.deepEqual(kept?.implies.slice(0, 2), [
      { of: both, mask: ZERO },
      { of: retry, mask: ZERO },
    ]);
  });

  it('of GUP with `locked`: dropped only from nonzero, and then it is 0', () => {
    const [dropped, kept] = outcomesOf('get_user_pages_remote');
    assert.deepEqual(dropped?.when, [
      { of: 'arg5', mask: NONZERO },
      { of: 'arg5.*', mask: NONZERO },
    ]);
    assert.deepEqual(dropped?.effects, [{ kind: 'lock', from: 'read', to: 'none', of: 'arg0' }]);
    assert.deepEqual(dropped?.stores[0], { slot: 'arg5.*', value: { kind: 'const', text: '0' } });
    assert.deepEqual(kept?.when, []);
    assert.deepEqual(kept?.effects, []);
  });

  it('of two conditions: three of them, not four', () => {
    assert.deepEqual(
      outcomesOf('do_vmi_munmap').map(({ result, when, effects }) => [result, when, effects.length]),
      [
        [ZERO, [{ of: 'arg5', mask: NONZERO }], 1],
        [ZERO, [{ of: 'arg5', mask: ZERO }], 0],
        [NEG, [], 0],
      ],
    );
  });

  it('of a result that is an argument', () => {
    const [made, failed] = outcomesOf('mm_init');
    assert.equal(made?.alias, 'arg0');
    assert.equal(failed?.alias, undefined);
  });

  it('tell the trylocks from the killable locks', () => {
    assert.equal(outcomesOf('mmap_read_trylock').find(outcome => outcome.effects.length)?.result, POS);
    assert.equal(outcomesOf('mmap_read_lock_killable').find(outcome => outcome.effects.length)?.result, ZERO);
  });
});

function outcomesOf(name: string): Summary['outcomes'] {
  const summary = loadTable().lookup(name);
  assert.ok(summary, name);
  return summary.outcomes;
}
