import { capacityOf } from './buffers';
import { CONTRACTS } from './contracts';
import { byContract, byInvariant, type Context, contractsAround, guardFact, invariantsOf, speaksOf } from './evidence';
import type { Sentence } from './facts';
import { functionAround } from './items';
import { traceOf, typeOf } from './pointers';
import { descendants, type RustNode } from './syntax';
import { claim } from './words';

/** An object that was made here and that nobody was told of, or whose type or callers say so. */
export function proveUnshared(pointer: RustNode, at: RustNode, context: Context): Sentence[] | null {
  const trace = traceOf(pointer, context.text, context.items);
  const said = invariantsOf(typeOf(trace, context.items), context).find(({ words }) => UNSHARED.test(words));
  if (said) return [byInvariant(said)];
  const { root } = trace;
  if (root.kind === 'guard') {
    const guard = guardFact(root.name, at, context);
    return guard && [claim(`\`${guard.name}\` holds the lock.`, guard)];
  }
  if (root.kind === 'param') {
    const promised = contractsAround(at, context).filter(({ words }) => speaksOf(words, root));
    return promised[0] ? [byContract(promised[0])] : null;
  }
  if (root.kind !== 'call' || isPublished(root.call.node, at, context)) return null;
  const { call } = root;
  const name = call.path.replace(/^bindings::/, '');
  const made = { kind: 'call' as const, at: { start: call.node.start, end: call.node.end }, callee: call.path };
  const isFresh = CONTRACTS[call.path]?.gives?.unshared === true || capacityOf(call, context) !== null;
  return isFresh
    ? [
        claim(`\`${name}\` has just made it, and it is not shared with anybody yet.`, made, {
          kind: 'known',
          row: name,
        }),
      ]
    : null;
}

export const UNSHARED =
  /\bexclusive\b|\bundergoing (?:initial|setup)|\bunregistered\b|\bnot (?:yet )?(?:shared|visible|published)/i;

/** A call between the two places that may make an object visible. */
export function isPublished(from: RustNode, to: RustNode, { text, items }: Context): boolean {
  const body = functionAround(to, items)?.body;
  if (!body) return true;
  for (const node of descendants(body)) {
    if (node.type !== 'call_expression' || node.start < from.end || node.end > to.start) continue;
    if (/register|publish|install|_add\b|\badd_/.test(text.slice(node.start, node.children[0]!.end))) return true;
  }
  return false;
}
