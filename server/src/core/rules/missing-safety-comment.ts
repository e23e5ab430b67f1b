import type { Rule } from './rule';

const SPLIT = 'write an unsafe block with its SAFETY comment for each statement';

export const missingSafetyComment: Rule = {
  id: 'missing-safety-comment',
  severity: 'warning',
  languages: ['rust'],
  summary: 'unsafe code does not say why it is sound',
  why: 'Inside `unsafe` the compiler trusts the author, so the next reader must be able to check the same argument: a `// SAFETY:` comment says how each requirement of the operation is met. It stands above the block, above its statement, or inside the braces. The fix writes what this file shows, and a `TODO: show that …` for what it does not show. A block with several unsafe statements can be made one block with its comment for each.',

  *checkUnsafe(file) {
    for (const site of file.sites) {
      if (site.mark !== 'SAFETY' || file.commentOf(site)) continue;
      const what = site.kind === 'impl' ? '`unsafe impl`' : 'unsafe block';
      const split = file.split(site);
      yield {
        span: site.span,
        function: site.function,
        message: `${what} without a \`// SAFETY:\` comment`,
        trail: [],
        fixes: [
          { title: 'write the SAFETY comment', safe: true, edits: [file.insertion(site)] },
          // Temporaries of a statement may end earlier in a block of its own.
          ...(split ? [{ title: SPLIT, safe: false, edits: [split] }] : []),
        ],
      };
    }
  },
};
