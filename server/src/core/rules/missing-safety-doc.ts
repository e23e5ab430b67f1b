import { sectionsAbove } from '../safety/sections';
import type { Rule } from './rule';
import { quote } from './words';

export const missingSafetyDoc: Rule = {
  id: 'missing-safety-doc',
  severity: 'warning',
  languages: ['rust'],
  summary: 'an unsafe function or trait does not document what it demands',
  why: 'The `# Safety` section of an unsafe function is the contract that every caller justifies in its own comment. Without it no caller can be right. Callbacks that only C calls are told as information: their contract is that of the C interface. The fix writes down what the body needs and does not show itself.',

  *checkUnsafe(file) {
    for (const declaration of file.declarations) {
      if (sectionsAbove(file.text, declaration.node.start).safety) continue;
      const what = declaration.item ? 'unsafe function' : 'unsafe trait';
      yield {
        span: declaration.span,
        function: declaration.name,
        message: `${what} ${quote(declaration.name)} has no \`# Safety\` section`,
        trail: [],
        severity: declaration.isPublic ? 'warning' : 'info',
        fixes: [{ title: 'write the `# Safety` section', safe: true, edits: [file.sectionInsertion(declaration)] }],
      };
    }
  },
};
