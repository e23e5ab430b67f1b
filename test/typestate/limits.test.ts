import assert from 'node:assert/strict';
import { createAnalyzer } from '../../server/src/core/index';
import { createParser } from '../../server/src/parser/wasm';

describe('calls in a row whose outcomes nobody tells apart', () => {
  it('end the analysis of their function, and not the time or the memory of the machine', async () => {
    const analyzer = createAnalyzer({ parser: await createParser(undefined, ['c']) });
    const text = `
static void insert_all(struct mm_struct *mm, struct vm_area_struct **vmas)
{
${Array.from({ length: 24 }, (_, i) => `\tinsert_vm_struct(mm, vmas[${i}]);\n`).join('')}}
`;
    const { findings, incomplete } = analyzer.analyze({ path: 'mm/rows.c', language: 'c', text });
    assert.deepEqual(findings, []);
    assert.match(incomplete.map(({ function: name, reason }) => `${name}: ${reason}`).join(), /^insert_all: more than/);
  });
});

describe('functions that many ways of calls lead to', () => {
  it('are asked once who has to lock for them, however many ways there are', async () => {
    const analyzer = createAnalyzer({ parser: await createParser(undefined, ['c']) });
    const [width, depth] = [8, 10];
    const row = (level: number) => Array.from({ length: width }, (_, i) => `walk_${level}_${i}`);
    const define = (name: string, callees: readonly string[]) =>
      `static int ${name}(struct mm_struct *mm)\n{\n\treturn ${callees.map(callee => `${callee}(mm)`).join(' + ')};\n}\n`;
    const levels = Array.from({ length: depth }, (_, i) => depth - i).map(level =>
      row(level).map(name => define(name, level === depth ? ['look'] : row(level + 1))),
    );
    const text = `
static int look(struct mm_struct *mm)
{
\treturn find_vma(mm, 1) ? 1 : 0;
}
${levels.flat().join('')}
SYSCALL_DEFINE1(enter, int, cmd)
{
\treturn walk_1_0(current->mm);
}
`;
    const { findings } = analyzer.analyze({ path: 'mm/ways.c', language: 'c', text });
    assert.deepEqual(
      findings.map(({ rule, function: name }) => `${name}: ${rule}`),
      ['look: vma-without-lock'],
    );
  });
});
