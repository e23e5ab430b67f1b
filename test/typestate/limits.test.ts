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
