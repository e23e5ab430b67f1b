import { knownConditions } from './bindings';
import { CLEARABLE_FLAGS, FREE_FLAGS } from './contracts';
import { byContract, byInvariant, type Context, contractsAround, invariantsOf } from './evidence';
import type { Sentence } from './facts';
import { traceOf, typeOf } from './pointers';
import { ancestors, before, type CallParts, callParts, descendants, flatText, type RustNode } from './syntax';
import { claim, todo } from './words';

export function proveFlag(flag: string, pointer: RustNode | null, at: RustNode, context: Context): Sentence[] | null {
  const { text, items } = context;
  const inWords = (words: string) => new RegExp(`\\b(?:VM_|flags::)${flag}\\b`).test(words);
  const trace = pointer && traceOf(pointer, text, items);
  const type = trace ? typeOf(trace, context.items) : '';
  const said = invariantsOf(type, context).find(({ words }) => inWords(words));
  if (said) return [byInvariant(said)];
  const promised = contractsAround(at, context).find(({ words }) => inWords(words));
  if (promised) return [byContract(promised)];
  for (const { condition, holds } of knownConditions(at, text)) {
    const words = flatText(condition, text);
    if (!holds || !inWords(words) || !/!= 0$/.test(words)) continue;
    const fact = { kind: 'condition' as const, at: { start: condition.start, end: condition.end }, words, holds };
    return [claim(`\`VM_${flag}\` is set, as tested above.`, fact)];
  }
  let below = at;
  for (const parent of ancestors(at)) {
    if (parent.type === 'block') {
      for (const statement of before(parent, below)) {
        for (const node of descendants(statement)) {
          const call = callParts(node, text);
          if (!call || !/^(?:set|update)_/.test(call.method) || !call.args[0] || !inWords(flatText(call.args[0], text)))
            continue;
          const fact = { kind: 'call' as const, at: { start: node.start, end: node.end }, callee: call.method };
          return [claim(`\`${call.method}\` has just set \`VM_${flag}\`.`, fact)];
        }
      }
    }
    if (parent.type === 'function_item') break;
    below = parent;
  }
  return null;
}

/** Flags of a vma that is being set up: some may always be set, some may be cleared while another is clear. */
export function proveFlags(call: CallParts, context: Context): Sentence[] | null {
  const { text, items } = context;
  const words = call.args.map(arg => flatText(arg, text));
  const [set, unset] = words.map(word => /^flags::(\w+)$/.exec(word)?.[1] ?? (word === '0' ? '' : null));
  if (set && unset === '' && FREE_FLAGS.has(set))
    return [
      claim(`\`VM_${set}\` may be set on any vma that is being set up, so the flags stay valid.`, {
        kind: 'known',
        row: `VM_${set}`,
      }),
    ];
  const needed = unset && set === '' ? CLEARABLE_FLAGS.get(unset) : undefined;
  if (!needed) return [todo(`the flags stay valid${set ? ` with \`VM_${set}\` set` : ''}`)];
  for (const { condition, holds } of knownConditions(call.node, text)) {
    const test = callParts(condition, text);
    const method = test?.receiver && items.functions.find(one => one.name === test.method && one.self);
    if (holds || !method?.body) continue;
    const asks =
      flatText(method.node, text).includes(`flags::${needed})`) ||
      flatText(method.node, text).includes(`flags::${needed} `);
    if (!asks) continue;
    const fact = {
      kind: 'condition' as const,
      at: { start: condition.start, end: condition.end },
      words: flatText(condition, text),
      holds,
    };
    return [
      claim(`\`VM_${needed}\` is clear, as tested above, so clearing \`VM_${unset}\` keeps the flags valid.`, fact, {
        kind: 'known',
        row: `VM_${unset}`,
      }),
    ];
  }
  return [todo(`\`VM_${needed}\` is clear, so that the flags stay valid without \`VM_${unset}\``)];
}
