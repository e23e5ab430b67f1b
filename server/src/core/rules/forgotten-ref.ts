import { countedBy } from '../rust/drops';
import type { RustJudged } from '../rust/judged';
import type { RustCall } from '../rust/value';
import type { Rule } from './rule';
import { callsOf, fateOf, spellCall } from './rust-calls';

export const forgottenRef: Rule = {
  id: 'forgotten-ref',
  severity: 'warning',
  languages: ['rust'],
  summary: 'a reference leaves the care of its ARef and nothing takes it back',
  why: '`ARef::into_raw()`, `ManuallyDrop::new()` and `mem::forget()` stop `Drop` from releasing the reference. Unless `ARef::from_raw()` or `ManuallyDrop::into_inner()` takes it back, or a raw pointer hands it to somebody, the mm is never freed.',

  *checkRust(judged) {
    for (const call of callsOf(judged)) {
      const index = call.item?.params.findIndex(
        ({ name }) => name === call.item?.forgets || name === call.item?.releases,
      );
      const given = index === undefined ? undefined : call.args[index];
      const counted = given && countedBy(judged.items, given.type);
      if (!counted || !isLost(judged, call)) continue;
      yield {
        span: call.span,
        message: `the reference of this \`ARef<${counted.name}>\` is lost: after \`${spellCall(judged, call)}\` nothing calls \`${counted.refcount?.drop}()\``,
        trail: [],
        fixes: [],
      };
    }
  },
};

/** Nobody gets what the call gives: there is nothing to get, it is discarded, or its local is never read. */
function isLost(judged: RustJudged, { item, span }: RustCall): boolean {
  if (item?.forgets) return true;
  const fate = fateOf(judged, span);
  return fate?.kind === 'discard' || (fate?.kind === 'let' && !fate.local.used);
}
