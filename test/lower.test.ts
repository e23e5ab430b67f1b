import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import type { Cfg } from '../server/src/core/ir/ir';
import { printCfg } from '../server/src/core/ir/print';
import { lowerCFunction } from '../server/src/core/lower/c/functions';
import { NORETURN } from '../server/src/core/lower/c/idioms';
import { parseFunction, scanC } from '../server/src/core/syntax/functions';
import type { Parser } from '../server/src/core/syntax/node';
import { createParser } from '../server/src/parser/wasm';
import { assertInvariants } from './lower/invariants';

const folder = path.join(__dirname, 'lower');
const update = Boolean(process.env.UPDATE);

describe('lowering of C', () => {
  let parser: Parser;
  before(async () => {
    parser = await createParser(undefined, ['c']);
  });

  const lowerAll = (text: string): Cfg[] => {
    const source = scanC(text);
    return source.functions.flatMap(found => {
      const original = text.slice(found.start, found.end);
      const normalised = source.normalised.slice(found.start, found.end);
      const parsed = parseFunction(parser, source, found);
      if (!parsed) return [];
      const { name } = found;
      const cfg = lowerCFunction(parsed.node, { original, normalised, name, definitions: source.cleanups });
      parsed.tree.delete();
      assertInvariants(cfg, callee => NORETURN.has(callee) || /BUG_ON/.test(callee));
      return [cfg];
    });
  };
  const lowerBody = (body: string): Cfg => lowerAll(`static int f(struct mm_struct *mm, int a)\n{\n${body}\n}\n`)[0]!;
  const reasonsOf = (cfg: Cfg): string[] => cfg.incomplete.map(({ reason }) => reason);

  for (const name of readdirSync(folder).filter(file => file.endsWith('.c'))) {
    it(`${name} has the graphs of its snapshot`, () => {
      const printed = lowerAll(readFileSync(path.join(folder, name), 'utf8'))
        .map(printCfg)
        .join('\n');
      const snapshot = path.join(folder, name.replace(/\.c$/, '.ir'));
      if (update) writeFileSync(snapshot, printed);
      assert.equal(printed, readFileSync(snapshot, 'utf8'));
    });
  }

  it('keeps its invariants on any mixture of statements', () => {
    fc.assert(
      fc.property(statements, body => {
        const cfg = lowerBody(body);
        assert.deepEqual(reasonsOf(cfg), [], body);
      }),
      { numRuns: 200 },
    );
  });

  it('keeps its invariants on damaged text', () => {
    fc.assert(
      fc.property(
        statements,
        fc.nat(),
        fc.constantFrom('(', ')', '{', ';', ' if (', '#else\n', '"'),
        (body, at, junk) => {
          const cut = at % (body.length + 1);
          lowerAll(`int f(struct mm_struct *mm, int a)\n{\n${body.slice(0, cut)}${junk}${body.slice(cut)}\n}\n`);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('points each operand and call at its source', () => {
    const body = 'mmap_read_lock(a ? mm : other->mm);';
    const [call] = lowerBody(body)
      .blocks.flatMap(block => block.instrs)
      .filter(instr => instr.op === 'call');
    assert.ok(call);
    const text = `static int f(struct mm_struct *mm, int a)\n{\n${body}\n}\n`;
    assert.equal(text.slice(call.calleeSpan.start, call.calleeSpan.end), 'mmap_read_lock');
    assert.equal(text.slice(call.argSpans[0]!.start, call.argSpans[0]!.end), 'a ? mm : other->mm');
  });

  for (const [what, body] of [
    ['blocks', `${'{'.repeat(600)}${'}'.repeat(600)}`],
    ['parentheses', `a = ${'('.repeat(600)}a${')'.repeat(600)};`],
    ['loops', `${'while (a) '.repeat(600)};`],
    ['choices', `a = ${'a ? 1 : '.repeat(600)}0;`],
  ] as const) {
    it(`says so where ${what} are nested too deeply`, () => {
      assert.match(reasonsOf(lowerBody(body)).join(), /nested more than/);
    });
  }

  for (const [what, body] of [
    ['negations', `if (${'!'.repeat(3_000)}a) a++;`],
    ['terms of `||`', `if (${'a || '.repeat(3_000)}a) a++;`],
    ['terms of `+`', `a = ${'a + '.repeat(3_000)}a;`],
    ['`else if`s', `${'if (a) a++; else '.repeat(3_000)}a--;`],
    ['cases', `switch (a) { ${Array.from({ length: 3_000 }, (_, i) => `case ${i}: a++;`).join(' ')} }`],
    ['statements', 'a = g(a);'.repeat(10_000)],
  ] as const) {
    it(`takes any number of ${what}`, () => {
      const cfg = lowerBody(body);
      assert.deepEqual(reasonsOf(cfg), []);
      assert.ok(cfg.blocks.every(block => block.instrs.every(instr => printCfgIsShallow(instr))));
    });
  }

  it('gives up on a function that is too large', () => {
    const cfg = lowerBody('a = g(a);'.repeat(70_000));
    assert.deepEqual(reasonsOf(cfg), ['the function is too large']);
    assert.equal(cfg.blocks.length, 1);
  });
});

/** Operands stay shallow however long the expression is, so that nothing after the lowering recurses deeply. */
function printCfgIsShallow(instr: unknown): boolean {
  const stack = [{ value: instr, depth: 0 }];
  for (let top = stack.pop(); top; top = stack.pop()) {
    if (top.depth > 100) return false;
    if (typeof top.value === 'object' && top.value !== null)
      for (const value of Object.values(top.value)) stack.push({ value, depth: top.depth + 1 });
  }
  return true;
}

const { expression } = fc.letrec<{ expression: string }>(tie => ({
  expression: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom('a', 'mm', 'mm->users', '0', '1', 'NULL', '-EINVAL', 'a++', 'mm = g0()', '*pages'),
    tie('expression').map(e => `!(${e})`),
    fc
      .tuple(tie('expression'), fc.constantFrom('&&', '||', '==', '+', '<', ','), tie('expression'))
      .map(([l, o, r]) => `(${l} ${o} ${r})`),
    fc.tuple(tie('expression'), tie('expression')).map(([l, r]) => `g2(${l}, ${r})`),
    fc.tuple(tie('expression'), tie('expression'), tie('expression')).map(([c, y, n]) => `(${c} ? ${y} : ${n})`),
    fc.tuple(tie('expression'), tie('expression')).map(([c, n]) => `(${c} ?: ${n})`),
    tie('expression').map(e => `({ int t = g1(${e}); t; })`),
    tie('expression').map(e => `likely(IS_ERR(${e}))`),
  ),
}));

const { statement } = fc.letrec<{ statement: string }>(tie => ({
  statement: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    expression.map(e => `${e};`),
    expression.map(e => `struct mm_struct *mm = ${e};`).map(s => `{ ${s} g1(mm); }`),
    fc.constantFrom('guard(rcu)();', 'guard(mutex)(&mm->lock);', 'struct mm_struct *m __free(mmput) = g0();'),
    fc.constantFrom('goto out;', 'goto back;', 'BUG_ON(a);', 'return a;', 'return mm->users;'),
    fc.tuple(expression, tie('statement')).map(([c, s]) => `if (${c}) { ${s} }`),
    fc.tuple(expression, tie('statement'), tie('statement')).map(([c, s, t]) => `if (${c}) { ${s} } else { ${t} }`),
    fc.tuple(expression, tie('statement')).map(([c, s]) => `while (${c}) { ${s} if (a) continue; break; }`),
    fc.tuple(tie('statement'), expression).map(([s, c]) => `do { ${s} if (a) break; } while (${c});`),
    fc.tuple(expression, expression, tie('statement')).map(([c, u, s]) => `for (int i = 0; ${c}; ${u}) { ${s} }`),
    fc
      .tuple(expression, tie('statement'), tie('statement'))
      .map(([c, s, t]) => `switch (${c}) { case 1: { ${s} } case 2: { ${t} break; } default: g0(); }`),
    tie('statement').map(s => `scoped_guard(rcu) { ${s} if (a) break; }`),
    tie('statement').map(s => `list_for_each_entry(mm, head, node) { ${s} }`),
    tie('statement').map(s => `\n#ifdef CONFIG_MMU\n${s}\n#endif\n`),
    fc.tuple(tie('statement'), tie('statement')).map(([s, t]) => `{ ${s} ${t} }`),
  ),
}));

const statements = fc
  .array(statement, { minLength: 1, maxLength: 4 })
  .map(list => `back: g0();\n${list.map(s => `{ ${s} }`).join('\n')}\nout:\nreturn a;`);
