import { composeBlock } from './compose';
import { TRAIT_DUTIES } from './contracts';
import { type Context, invariantsOf } from './evidence';
import type { FunctionItem } from './items';
import { nameOf } from './operations';
import { flatText, type RustNode, textOf } from './syntax';

/** The `# Safety` section of an unsafe function: what its body needs and does not show, in words of its signature. */
export function composeSection(item: FunctionItem, blocks: readonly RustNode[], context: Context): string[] {
  const needed = blocks
    .flatMap(block => composeBlock(block, context))
    .flatMap(sentence => (sentence.kind === 'todo' ? [sentence.text] : []))
    .flatMap(words => ofSignature(words.replace(/^TODO: show that /, '').replace(/\.$/, ''), item, context));
  const known = item.declaredByTrait ? (TRAIT_DUTIES[nameOf(item)] ?? []) : [];
  const written = blocks.flatMap(block => writesIn(block, item, context));
  const demands = [...new Set([...known, ...needed, ...written])];
  if (demands.length === 0) return [`TODO: show that \`${nameOf(item)}\` demands nothing of its callers, or say what.`];
  return listed('Callers', demands);
}

/** The `# Safety` section of an unsafe trait. */
export function composeTraitSection(name: string): string[] {
  const duties = TRAIT_DUTIES[name];
  return duties
    ? listed('Implementers', duties)
    : [`TODO: show that implementing \`${name}\` demands nothing, or say what.`];
}

function listed(who: string, demands: readonly string[]): string[] {
  if (demands.length === 1) return [`${who} must ensure that ${demands[0]}.`];
  return [
    `${who} must ensure that:`,
    ...demands.map((words, index) => `- ${words}${index === demands.length - 1 ? '.' : ','}`),
  ];
}

/** A caller sees parameters, not what the body makes of them, and the invariants of the result, not their name. */
function ofSignature(words: string, { params, returns }: FunctionItem, context: Context): string[] {
  const lifetime = /^&('\w+)/.exec(returns)?.[1];
  const lasting = lifetime && !/\blifetime\b|\bas long as\b/.test(words) ? ` for the duration of \`${lifetime}\`` : '';
  const type = /^the invariants of `(\w+)` hold for it$/.exec(words)?.[1];
  if (type)
    return invariantsOf(type, context).map(
      ({ words: stated }) =>
        stated
          .replace(/^(?:values|instances) of this type are /, 'the object is ')
          .replace(/^the caller (\w+)s /, 'they $1 ')
          .replace(/^for the duration of `'\w+`, /, '') + lasting,
    );
  const plain = words.replace(/`(\w+)(?:\.cast(?:_mut|_const)?(?:::<[^`]*>)?\(\))+`/g, '`$1`');
  const isOfPointer = params.some(({ name }) => plain.startsWith(`\`${name}\` points at `));
  return [isOfPointer ? plain + lasting : plain];
}

/** A value that depends on a parameter is put where C has its own idea of what is valid. */
function writesIn(block: RustNode, { params }: FunctionItem, { text }: Context): string[] {
  const written = /\)((?:\.\w+)*)\.(\w+) = (\w+)\s*;?\s*\}$/.exec(flatText(block, text));
  if (!written) return [];
  const [, , field, value] = written;
  const body = block.parent ? textOf(outermost(block), text) : '';
  const isGiven = params.some(
    ({ name }) => name === value || new RegExp(`\\b${value}\\b[^;]*=[^;]*\\b${name}\\b`).test(body),
  );
  return isGiven ? [`what is written to \`${field}\` is valid there`] : [];
}

function outermost(node: RustNode): RustNode {
  let at = node;
  while (at.parent && at.type !== 'function_item') at = at.parent;
  return at;
}
