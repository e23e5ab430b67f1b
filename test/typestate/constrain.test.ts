import assert from 'node:assert/strict';
import { ANY, type Cfg, NEG, NONZERO, POS, ZERO } from '../../server/src/core/ir/ir';
import { Constraints } from '../../server/src/core/typestate/constrain';
import { SymbolTable } from '../../server/src/core/typestate/symbols';
import { World } from '../../server/src/core/typestate/world';

const NOWHERE = { start: 0, end: 0 };
const EMPTY: Cfg = {
  name: 'f',
  span: NOWHERE,
  nameSpan: NOWHERE,
  bodySpan: NOWHERE,
  parameters: ['ret', 'flags'],
  locals: new Map(
    ['ret', 'flags'].map((name, parameter) => [
      name,
      {
        type: { name: 'int', pointers: 0, array: false, aggregate: false },
        parameter,
        static: false,
        sourceName: name,
        span: NOWHERE,
      },
    ]),
  ),
  returnType: { name: 'int', pointers: 0, array: false, aggregate: false },
  isStatic: false,
  noreturn: false,
  blocks: [],
  entry: 0,
  callees: new Set(),
  incomplete: [],
};

function setUp() {
  const symbols = new SymbolTable(EMPTY);
  const constraints = new Constraints(symbols);
  const value = symbols.initial(symbols.variableCell('ret'));
  return { symbols, constraints, world: World.empty(), value, constant: (text: string) => symbols.constant(text) };
}

describe('constraints', () => {
  it('know the sign of constants by their spelling', () => {
    const { symbols } = setUp();
    const maskOf = (text: string) => symbols.info(symbols.constant(text)).mask;
    assert.deepEqual(['0', '1', '-1', '-EINTR', 'VM_FAULT_RETRY', 'SCAN_FAIL'].map(maskOf), [
      ZERO,
      POS,
      NEG,
      NEG,
      POS,
      ANY,
    ]);
  });

  it('narrow a value and end a world that contradicts itself', () => {
    const { constraints, world, value } = setUp();
    assert.ok(constraints.assume(world, value, NONZERO));
    assert.equal(constraints.maskOf(world, value), NONZERO);
    assert.ok(constraints.assume(world, value, NEG | ZERO));
    assert.equal(constraints.maskOf(world, value), NEG);
    assert.equal(constraints.assume(world, value, POS), false);
  });

  it('see through comparisons with zero', () => {
    const { symbols, constraints, world, value, constant } = setUp();
    assert.ok(constraints.assume(world, symbols.operator('<', value, constant('0')), ZERO));
    assert.equal(constraints.maskOf(world, value), ZERO | POS);
    assert.equal(constraints.assume(world, symbols.operator('==', value, constant('-EINTR')), NONZERO), false);
  });

  it('remember which constant a value is, and which it is not', () => {
    const { symbols, constraints, world, value, constant } = setUp();
    const is = (text: string) => symbols.operator('==', value, constant(text));
    const other = world.clone();
    assert.ok(constraints.assume(world, is('SCAN_A'), NONZERO));
    assert.equal(constraints.maskOf(world, is('SCAN_B')), ZERO);
    other.oneOf.set(value, [constant('SCAN_A'), constant('SCAN_B')]);
    assert.ok(constraints.assume(other, is('SCAN_A'), ZERO));
    assert.deepEqual(constraints.constantsOf(other, value), [constant('SCAN_B')]);
    assert.equal(constraints.assume(other, is('SCAN_B'), ZERO), false);
  });

  it('split a union of flags into its bits', () => {
    const { symbols, constraints, world, value, constant } = setUp();
    const bit = (text: string) => symbols.operator('&', value, constant(text));
    const both = symbols.operator(
      '&',
      value,
      symbols.operator('|', constant('VM_FAULT_RETRY'), constant('VM_FAULT_COMPLETED')),
    );
    const none = world.clone();
    assert.ok(constraints.assume(none, both, ZERO));
    assert.equal(constraints.maskOf(none, bit('VM_FAULT_RETRY')), ZERO);
    assert.ok(constraints.assume(world, both, NONZERO));
    assert.ok(constraints.assume(world, bit('VM_FAULT_COMPLETED'), ZERO));
    assert.ok(!(constraints.maskOf(world, bit('VM_FAULT_RETRY')) & ZERO), 'one of the two must be set');
  });

  it('know that flags composed of other constants lack a flag', () => {
    const { symbols, constraints, world, constant } = setUp();
    const user = symbols.operator('|', constant('FAULT_FLAG_USER'), constant('FAULT_FLAG_WRITE'));
    const retry = symbols.operator('|', constant('FAULT_FLAG_DEFAULT'), constant('FAULT_FLAG_USER'));
    const test = (flags: number) =>
      constraints.maskOf(world, symbols.operator('&', flags, constant('FAULT_FLAG_ALLOW_RETRY')));
    assert.equal(test(user), ZERO);
    assert.notEqual(test(retry), ZERO, 'FAULT_FLAG_DEFAULT includes it');
  });

  it('forget operators together with their operand', () => {
    const { symbols, constraints, world, value, constant } = setUp();
    const test = symbols.operator('==', value, constant('3'));
    constraints.assume(world, test, NONZERO);
    constraints.forget(world, value);
    assert.equal(constraints.maskOf(world, value), ANY);
    assert.equal(constraints.maskOf(world, test), ANY);
  });

  it('do not loop on expressions that are nested deeply', () => {
    const { symbols, constraints, world, value, constant } = setUp();
    let nested = value;
    for (let i = 0; i < 5000; i++) nested = symbols.operator(i % 2 ? '|' : '+', nested, constant(`FLAG_${i}`));
    assert.equal(constraints.maskOf(world, nested), ANY);
    assert.ok(constraints.assume(world, nested, ZERO));
  });
});
