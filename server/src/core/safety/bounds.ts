import { knownConditions } from './bindings';
import { capacityOf } from './buffers';
import { byContract, type Context, contractsAround, speaksOf } from './evidence';
import type { Sentence } from './facts';
import { traceOf } from './pointers';
import { flatText, type RustNode } from './syntax';
import { claim, shorten, todo } from './words';

/** An index in a loop over `a..b`: what bounds it, and how many elements there are. */
export function proveBounds(
  indexNode: RustNode | null,
  pointer: RustNode | null,
  at: RustNode,
  context: Context,
): Sentence[] {
  const { text, items } = context;
  const index = indexNode && traceOf(indexNode, text, items);
  const of = pointer ? ` of \`${shorten(flatText(pointer, text))}\`` : '';
  const range =
    index?.root.kind === 'loop' ? /^\(?\s*(\w+)\s*\.\.\s*([\w.]+)\s*\)?/.exec(flatText(index.root.range, text)) : null;
  if (index?.root.kind === 'param') {
    const { root } = index;
    const promised = contractsAround(at, context).find(
      ({ words }) => speaksOf(words, root) && /\b(?:in|within)\b.*\b(?:bounds|range)\b/.test(words),
    );
    if (promised) return [byContract(promised)];
  }
  if (index?.root.kind !== 'loop' || !range)
    return [todo(`${indexNode ? `\`${shorten(flatText(indexNode, text))}\`` : 'the index'} is within the bounds${of}`)];
  const { name } = index.root;
  const end = range[2]!;
  const loop = { kind: 'loop' as const, at: { start: index.root.range.start, end: index.root.range.end }, name };
  const made = pointer && traceOf(pointer, text, items).root;
  if (made?.kind === 'call') {
    const { node } = made.call;
    const fact = { kind: 'call' as const, at: { start: node.start, end: node.end }, callee: made.call.path };
    if (capacityOf(made.call, context) === end)
      return [claim(`\`${name}\` is below \`${end}\`, the capacity that the array was allocated with.`, loop, fact)];
  }
  const asserted = [...knownConditions(at, text)].find(({ condition }) =>
    new RegExp(`^assert!\\(\\s*${end}\\s*<=`).test(flatText(condition, text)),
  );
  const elements = todo(`\`${end}\` is not above the number of elements${of}`);
  if (!asserted) return [claim(`\`${name}\` is below \`${end}\`.`, loop), elements];
  const words = flatText(asserted.condition, text);
  const bound = /<=\s*([\w.]+)/.exec(words)?.[1] ?? '';
  const span = { start: asserted.condition.start, end: asserted.condition.end };
  return [
    claim(`\`${name}\` is below \`${end}\`, and \`${end} <= ${bound}\` was asserted above.`, loop, {
      kind: 'condition',
      at: span,
      words,
      holds: true,
    }),
    ...(pointer ? [todo(`\`${bound}\` is the number of elements${of}`)] : []),
  ];
}
