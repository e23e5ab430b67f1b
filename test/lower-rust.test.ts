import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import type { Cfg } from '../server/src/core/ir/ir';
import { printCfg } from '../server/src/core/ir/print';
import { loadTable } from '../server/src/core/knowledge/load';
import { UNREACHABLE } from '../server/src/core/lower/rust/lowering';
import { RustUnits } from '../server/src/core/program/rust-units';
import { RustFile } from '../server/src/core/rust/file';
import type { Parser } from '../server/src/core/syntax/node';
import { createParser } from '../server/src/parser/wasm';
import { assertInvariants } from './lower/invariants';

const folder = path.join(__dirname, 'lower');
const update = Boolean(process.env.UPDATE);

describe('lowering of Rust', () => {
  const table = loadTable();
  let parser: Parser;
  before(async () => {
    parser = await createParser(undefined, ['rust']);
  });

  const lowerAll = (text: string): Cfg[] => {
    const file = new RustFile(text, parser, table);
    const units = new RustUnits(file);
    const cfgs = units.units.map(unit => units.lower(unit));
    file.delete();
    for (const cfg of cfgs) assertInvariants(cfg, callee => callee === UNREACHABLE);
    return cfgs;
  };
  const lowerBody = (body: string): Cfg =>
    lowerAll(
      `fn f(mm: &Mm, user: ARef<MmWithUser>, raw: *mut bindings::mm_struct, a: usize) -> Result {\n${body}\n}\n`,
    )[0]!;

  for (const name of readdirSync(folder).filter(file => file.endsWith('.rs'))) {
    it(`${name} has the graphs of its snapshot`, () => {
      const printed = lowerAll(readFileSync(path.join(folder, name), 'utf8'))
        .map(printCfg)
        .join('\n');
      const snapshot = path.join(folder, `${name}.ir`);
      if (update) writeFileSync(snapshot, printed);
      assert.equal(printed, readFileSync(snapshot, 'utf8'));
    });
  }

  it('keeps its invariants on any mixture of statements', () => {
    fc.assert(
      fc.property(statements, body => {
        const cfg = lowerBody(body);
        assert.deepEqual(
          cfg.incomplete.map(({ reason }) => reason),
          [],
          body,
        );
      }),
      { numRuns: 200 },
    );
  });

  it('runs what a guard defers where it was written, also when a macro ends the scope', () => {
    lowerBody('let _end = ScopeGuard::new(|| note(a));\npr_info!("{}", find(a)?);\nOk(())');
  });

  it('has a value where a closure returns without one', () => {
    lowerBody('let z = mm.mmget_not_zero().map(|x| { return; x });\nnote(z);\nOk(())');
  });

  it('keeps its invariants on damaged text', () => {
    const junk = fc.constantFrom('(', ')', '{', '}', ';', ' if ', 'match x {', '"', '?', '|', '=>', 'let ');
    fc.assert(
      fc.property(statements, fc.nat(), junk, (body, at, text) => {
        const cut = at % (body.length + 1);
        lowerBody(body.slice(0, cut) + text + body.slice(cut));
      }),
      { numRuns: 200 },
    );
  });

  for (const [what, open, close] of [
    ['blocks', '{', '}'],
    ['parentheses', '(', ')'],
    ['closures', 'call(|| ', ')'],
    ['branches', 'if a > 0 { ', ' }'],
    ['matches', 'match mm.mmget_not_zero() { Some(_) => ', ', None => 0 }'],
    ['options', 'Some(', ')'],
  ] as const) {
    it(`says so where ${what} are nested too deeply`, () => {
      const cfg = lowerBody(`${open.repeat(600)}mm${close.repeat(600)};\nOk(())`);
      assert.ok(cfg.incomplete.length > 0);
    });
  }

  it('goes on behind `_` among several patterns', () => {
    for (const patterns of ['Some(_) | _', 'None | _', 'Some(|_)']) {
      const cfg = lowerBody(`while let ${patterns} = mm.mmget_not_zero() {\nuser.mmap_read_lock();\n}\nOk(())`);
      assert.match(printCfg(cfg), /mmap_read_lock/, patterns);
    }
  });

  it('takes any number of statements', () => {
    const cfg = lowerBody(`${'drop(mm.mmget_not_zero());\n'.repeat(500)}Ok(())`);
    assert.deepEqual(cfg.incomplete, []);
  });

  it('gives up on a function that is too large', () => {
    const many = 'let guard = user.mmap_read_lock();\n'.repeat(300);
    const cfg = lowerBody(`${many}${'check(a)?;\n'.repeat(2000)}Ok(())`);
    assert.match(cfg.incomplete.map(({ reason }) => reason).join(), /too large/);
  });
});

/** Statements of every kind that lowering knows, nested into one another. */
const { statements } = fc.letrec<{ statements: string; statement: string; value: string }>(tie => ({
  value: fc.constantFrom(
    'mm.mmget_not_zero()',
    'user.mmap_read_trylock()',
    'Some(ARef::from(&*user))',
    'user.lock_vma_under_rcu(a)',
    'None',
  ),
  statement: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(
      'note(a);',
      'return Err(EINVAL);',
      'check(a)?;',
      'let guard = user.mmap_read_lock();',
      'let _ = user.mmap_read_lock();',
      'let mm = ARef::from(mm);',
      'unsafe { bindings::mmap_read_lock(raw) };',
      'let found = unsafe { bindings::find_vma(raw, a) }.is_null() && a > 0 || mm.mmget_not_zero().is_none();',
      'pr_info!("{}", user.mmap_read_lock().vma_lookup(a).is_some());',
      'let later; later = mm.mmget_not_zero(); note(later);',
      'let pair = (mm.mmget_not_zero(), a); note(pair.1);',
      'core::mem::forget(mm.mmget_not_zero());',
      'let _end = ScopeGuard::new(|| note(a));',
      'assert!(mm.mmget_not_zero().is_some());',
    ),
    fc.tuple(tie('value'), tie('statements')).map(([value, body]) => `if let Some(x) = ${value} { ${body} note(x); }`),
    fc.tuple(tie('value'), tie('statements')).map(([value, body]) => `while let Some(_) = ${value} { ${body} }`),
    fc
      .tuple(tie('value'), tie('statements'))
      .map(([value, body]) => `let Some(y) = ${value} else { ${body} return Ok(()); };`),
    fc
      .tuple(tie('value'), tie('statements'), tie('statements'))
      .map(
        ([value, some, none]) =>
          `match ${value} { Some(x) if a > 1 => { ${some} drop(x); } Some(_) => {} None => { ${none} } }`,
      ),
    fc.tuple(tie('value'), tie('statements')).map(([value, body]) => `let z = ${value}.map(|x| { ${body} x });`),
    tie('statements').map(body => `loop { ${body} if a > 2 { break; } continue; }`),
    tie('statements').map(body => `'outer: for i in 0..a { ${body} if i > 2 { break 'outer; } }`),
    tie('statements').map(body => `let value = if a > 3 { ${body} 1 } else { 2 }; note(value);`),
    tie('statements').map(body => `{ ${body} }`),
    tie('statements').map(body => `let run = || -> Result { ${body} Ok(()) }; run()?;`),
  ) as fc.Arbitrary<string>,
  statements: fc.array(tie('statement'), { maxLength: 4 }).map(list => `${list.join('\n')}\n`) as fc.Arbitrary<string>,
}));
