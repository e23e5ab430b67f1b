import type { Rule } from './rule';

export const unprovenSafety: Rule = {
  id: 'unproven-safety',
  severity: 'warning',
  languages: ['rust'],
  summary: 'a SAFETY comment rests on something that is not so, or on less than is needed',
  why: 'A SAFETY comment is only as good as what it names. Reported are claims that the file contradicts: a counter other than the one that the callee needs (`mm_count` keeps the `mm_struct` allocated, not the address space), a `self` that is no reference, invariants that the type does not state, promises of callers that a safe function does not ask for, a `repr(transparent)` that is not there. Arguments in prose are left to reviewers.',

  *checkUnsafe(file) {
    for (const site of file.sites) {
      const comment = site.mark === 'SAFETY' ? file.commentOf(site) : null;
      if (!comment) continue;
      for (const { message, missing } of file.contradictions(site, comment)) {
        yield {
          span: site.span,
          function: site.function,
          message,
          trail: [{ span: comment.span, message: 'this is the comment' }],
          fixes:
            missing === ''
              ? []
              : [{ title: 'append what is missing', safe: true, edits: [file.extension(comment, missing)] }],
        };
      }
    }
  },
};
