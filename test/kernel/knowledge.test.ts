import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { GROUPS } from '../../server/src/core/knowledge/load';

const tree = process.env.KERNEL_TREE;

describe('the knowledge table and the kernel tree', () => {
  it('has sources that name their functions', function () {
    if (!tree) return this.skip();
    const wrong: string[] = [];
    for (const row of Object.values(GROUPS).flat()) {
      const [, file, line] = /^(\S+):(\d+)$/.exec(row.source) ?? [];
      if (file === undefined) continue;
      const full = path.join(tree, file);
      const text = existsSync(full) ? readFileSync(full, 'utf8').split('\n')[Number(line) - 1] : undefined;
      const name = row.name === '@vma_next' ? 'for_each_vma' : row.name;
      // Some functions are generated from a stem, such as raw_ and the operation.
      if (!text || !new RegExp(`\\b${name}\\b`).test(text))
        wrong.push(`${row.name}: ${row.source}: ${text?.trim() ?? 'no such line'}`);
    }
    assert.deepEqual(wrong, []);
  });

  it('counts the parameters as the definitions do', function () {
    if (!tree) return this.skip();
    const wrong: string[] = [];
    for (const row of Object.values(GROUPS).flat()) {
      const [, file, line] = /^(\S+):(\d+)$/.exec(row.source) ?? [];
      if (file === undefined || row.name.startsWith('@')) continue;
      const rest = readFileSync(path.join(tree, file), 'utf8')
        .split('\n')
        .slice(Number(line) - 1)
        .join('\n');
      const list = parameters(rest, row.name);
      if (list !== null && list !== (row.params ?? []).length)
        wrong.push(`${row.name}: ${list} parameters, the row has ${row.params?.length ?? 0}`);
    }
    assert.deepEqual(wrong, []);
  });
});

/** Number of named parameters in the list after the first `name(`; null when there is none. */
function parameters(text: string, name: string): number | null {
  const start = text.search(new RegExp(`\\b${name}\\s*\\(`));
  if (start < 0) return null;
  let depth = 0;
  let commas = 0;
  const open = text.indexOf('(', start);
  for (let i = open; i < text.length; i++) {
    if (text[i] === '(') depth++;
    else if (text[i] === ')') depth--;
    else if (text[i] === ',' && depth === 1) commas++;
    if (depth > 0) continue;
    const inside = text.slice(open + 1, i).trim();
    const variadic = inside.endsWith('...') ? 1 : 0;
    return inside === '' || inside === 'void' ? 0 : commas + 1 - variadic;
  }
  return null;
}
