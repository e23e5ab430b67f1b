import assert from 'node:assert/strict';
import { missingRustHelper } from '../../server/src/core/rules/missing-rust-helper';
import { UnsafeFile } from '../../server/src/core/safety/unsafe-file';
import { createParser } from '../../server/src/parser/wasm';
import { HELPERS, MISSING } from '../support/helpers';

const source = `fn f(mm: &Mm, vma: &VmaRef) {
    // SAFETY: Both are references.
    unsafe {
        bindings::${MISSING}(mm.as_raw());
        bindings::vma_lookup(mm.as_raw(), 0);
        bindings::mmput(mm.as_raw());
    }
}
`;

describe('helpers of static inline functions', () => {
  const insertionsWith = async (helpers: typeof HELPERS | null) => {
    const parser = await createParser(undefined, ['rust']);
    const tree = parser.parse('rust', source)!;
    const file = new UnsafeFile('rust/kernel/x.rs', source, tree.rootNode, parser, () => helpers);
    return [...missingRustHelper.checkUnsafe!(file)].map(({ fixes }) => fixes[0]!.elsewhere!);
  };

  it('are appended to mm.c in the style of the file', async () => {
    const [only, ...more] = await insertionsWith(HELPERS);
    const text = `\nvoid rust_helper_${MISSING}(struct mm_struct *mm)\n{\n\t${MISSING}(mm);\n}\n`;
    const line = HELPERS[1]!.text.split('\n').length - 1;
    assert.deepEqual(only, [{ file: 'rust/helpers/mm.c', line, text, creates: false }]);
    assert.deepEqual(more, []);
  });

  it('begin a file that helpers.c then includes, in its order', async () => {
    const [first, second] = await insertionsWith([
      { path: 'rust/helpers/helpers.c', text: '#include "err.c"\n#include "task.c"\n' },
    ]);
    assert.match(first![0]!.text, /^\/\/ SPDX-License-Identifier: GPL-2\.0\n\n#include <linux\/mm\.h>/);
    assert.deepEqual(first![1], { file: 'rust/helpers/helpers.c', line: 1, text: '#include "mm.c"\n', creates: false });
    assert.match(second![0]!.text, /struct vm_area_struct \*rust_helper_vma_lookup\(struct mm_struct \*mm,\n/);
    assert.match(second![0]!.text, /\treturn vma_lookup\(mm, addr\);/);
  });

  it('are not asked for in a tree without rust/helpers', async () => {
    assert.deepEqual(await insertionsWith(null), []);
  });
});
