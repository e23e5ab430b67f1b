import { renderHelper, STATIC_INLINE } from '../safety/static-inline';
import type { Insertion, Rule } from './rule';

/** Where helpers of the mm API live. */
const FILE = 'rust/helpers/mm.c';
const INDEX = 'rust/helpers/helpers.c';
const HEAD = '// SPDX-License-Identifier: GPL-2.0\n\n#include <linux/mm.h>\n#include <linux/sched/mm.h>\n';

export const missingRustHelper: Rule = {
  id: 'missing-rust-helper',
  severity: 'warning',
  languages: ['rust'],
  summary: 'a static inline C function is called from Rust without a helper',
  why: 'A `static inline` function has no symbol, so bindgen cannot see it: `bindings::mmget` exists only because `rust/helpers` defines `rust_helper_mmget()`. Without it the build fails, and only for those who build Rust. Reported in trees that have `rust/helpers`, for functions of the mm API; the fix adds the helper, and its file to `helpers.c` when that is new.',

  *checkUnsafe(file) {
    const seen = new Set<string>();
    for (const { name, span, function: around } of file.foreignCalls()) {
      const prototype = Object.hasOwn(STATIC_INLINE, name) ? STATIC_INLINE[name] : undefined;
      if (!prototype || seen.has(name)) continue;
      seen.add(name);
      const helpers = file.helpers();
      if (!helpers) return;
      if (helpers.some(({ text }) => new RegExp(`\\brust_helper_${name}\\s*\\(`).test(text))) continue;
      yield {
        span,
        function: around,
        message: `\`${name}()\` is static inline, so bindgen cannot see it, and \`rust/helpers\` has no \`rust_helper_${name}()\``,
        trail: [],
        fixes: [
          {
            title: `add rust_helper_${name}() to ${FILE}`,
            safe: false,
            edits: [],
            elsewhere: insertionsFor(renderHelper(name, prototype), helpers),
          },
        ],
      };
    }
  },
};

function insertionsFor(helper: string, helpers: readonly { path: string; text: string }[]): Insertion[] {
  const text = helpers.find(({ path }) => path === FILE)?.text;
  if (text !== undefined) return [{ file: FILE, line: lineCount(text), text: `\n${helper}`, creates: false }];
  const created = { file: FILE, line: 0, text: `${HEAD}\n${helper}`, creates: true };
  const index = helpers.find(({ path }) => path === INDEX)?.text;
  return index === undefined ? [created] : [created, { file: INDEX, ...includeIn(index), creates: false }];
}

/** The includes of helpers.c are sorted. */
function includeIn(index: string): Pick<Insertion, 'line' | 'text'> {
  const lines = index.split('\n');
  const included = lines.map(line => /^#include "(.+)\.c"/.exec(line)?.[1]);
  const after = included.findIndex(name => name !== undefined && name > 'mm');
  const last = included.findLastIndex(name => name !== undefined);
  return { line: after >= 0 ? after : last + 1, text: '#include "mm.c"\n' };
}

/** Lines that a text has, whether or not the last one is ended. */
function lineCount(text: string): number {
  return text.split('\n').length - (text.endsWith('\n') || text === '' ? 1 : 0);
}
