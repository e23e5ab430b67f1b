import { type FieldCall, findFieldCalls } from './address';
import type { Fix, Rule } from './rule';

export const legacyMmapSem: Rule = {
  id: 'legacy-mmap-sem',
  severity: 'warning',
  languages: ['c'],
  summary: 'mmap_lock is taken through the rwsem calls instead of its own helpers',
  why: 'Since Linux 5.8 `mmap_lock` (before: `mmap_sem`) is taken with `mmap_read_lock()` and its relatives. They carry the tracing, the per-VMA lock sequence count and the assertions; the bare rwsem calls bypass all three.',

  *check(judged) {
    if (judged.declared) return;
    for (const found of findFieldCalls(judged, new Set(['mmap_sem', 'mmap_lock']))) {
      const helper = found.argument === 0 ? HELPERS[found.call.callee] : undefined;
      if (!helper) continue;
      yield {
        span: found.call.span,
        message: `\`${found.call.callee}()\` on \`${found.field}\`: \`${helper}(${found.handle})\` is the interface`,
        trail: [],
        fixes: useHelper(found, helper),
      };
    }
  },
};

const HELPERS: Readonly<Record<string, string>> = {
  down_read: 'mmap_read_lock',
  down_read_killable: 'mmap_read_lock_killable',
  down_read_trylock: 'mmap_read_trylock',
  down_write: 'mmap_write_lock',
  down_write_killable: 'mmap_write_lock_killable',
  down_write_nested: 'mmap_write_lock_nested',
  downgrade_write: 'mmap_write_downgrade',
  up_read: 'mmap_read_unlock',
  up_write: 'mmap_write_unlock',
};

/** The helper takes the mm where the rwsem call took its lock; further arguments stay. */
function useHelper({ call, handle }: FieldCall, helper: string): Fix[] {
  const edits = [
    { span: call.calleeSpan, text: helper },
    { span: call.argSpans[0]!, text: handle },
  ];
  return [{ title: `call ${helper}(${handle})`, safe: true, edits }];
}
