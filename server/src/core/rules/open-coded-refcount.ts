import { type FieldCall, findFieldCalls } from './address';
import type { Fix, Rule } from './rule';
import { quote } from './words';

export const openCodedRefcount: Rule = {
  id: 'open-coded-refcount',
  severity: 'warning',
  languages: ['c'],
  summary: 'mm_users or mm_count is changed with a plain atomic operation',
  why: 'The helpers say which counter is meant and why, they carry the debugging and the tear-down, and tools can follow them: `mmget()`, `mmget_not_zero()`, `mmput()` for `mm_users`, `mmgrab()` and `mmdrop()` for `mm_count`. Reading a counter is not reported.',

  *check(judged) {
    if (judged.declared) return;
    for (const found of findFieldCalls(judged, new Set(Object.keys(HELPERS)))) {
      const sense = senseOf(found.call.callee);
      if (!sense) continue;
      const helper = HELPERS[found.field]![sense];
      yield {
        span: found.call.span,
        message: `${quote(found.field)} of ${quote(found.handle)} is changed by hand${helper ? `: \`${helper}()\` does this` : ''}`,
        trail: [],
        fixes: helper && sense !== 'drop' ? useHelper(found, helper) : [],
      };
    }
  },
};

type Sense = 'take' | 'try' | 'drop';

const HELPERS: Readonly<Record<string, Partial<Record<Sense, string>>>> = {
  mm_users: { take: 'mmget', try: 'mmget_not_zero', drop: 'mmput' },
  mm_count: { take: 'mmgrab', drop: 'mmdrop' },
};

function senseOf(callee: string): Sense | null {
  if (/^(?:atomic|refcount)_(?:add_unless|inc_not_zero|inc_unless_negative)$/.test(callee)) return 'try';
  if (/^(?:atomic|refcount)_(?:fetch_)?(?:inc|add)(?:_return)?(?:_relaxed|_acquire|_release)?$/.test(callee))
    return 'take';
  return /^(?:atomic|refcount)_(?:fetch_)?(?:dec|sub)(?:_|$)/.test(callee) ? 'drop' : null;
}

/** Only the one-argument forms mean exactly what the helper does; a put by hand lacks the tear-down. */
function useHelper({ call, handle }: FieldCall, helper: string): Fix[] {
  if (call.args.length !== 1) return [];
  return [
    { title: `call ${helper}(${handle})`, safe: true, edits: [{ span: call.span, text: `${helper}(${handle})` }] },
  ];
}
