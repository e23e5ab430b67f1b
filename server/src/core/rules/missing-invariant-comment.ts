import type { Rule } from './rule';
import { quote } from './words';

export const missingInvariantComment: Rule = {
  id: 'missing-invariant-comment',
  severity: 'warning',
  languages: ['rust'],
  summary: 'a value of a type with invariants is made without saying why they hold',
  why: 'Unsafe code elsewhere relies on the `# Invariants` of a type. Whoever makes a value of it establishes them, and an `// INVARIANT:` comment says how. The fix writes what this file shows, and a `TODO: show that …` for what it does not show.',

  *checkUnsafe(file) {
    for (const site of file.sites) {
      if (site.mark !== 'INVARIANT' || file.commentOf(site)) continue;
      yield {
        span: site.span,
        function: site.function,
        message: `${quote(site.type)} has invariants, and nothing says why they hold for this value`,
        trail: [{ span: file.items.types.get(site.type)!.span, message: 'the invariants are stated here' }],
        // A driver's invariants bind the driver only; those of the kernel crate bind everybody.
        ...(file.path.startsWith('drivers/') ? { severity: 'info' as const } : {}),
        fixes: [{ title: 'write the INVARIANT comment', safe: true, edits: [file.insertion(site)] }],
      };
    }
  },
};
