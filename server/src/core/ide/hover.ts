import type { Fact } from '../facade';
import { describeFacts } from '../knowledge/vocabulary';
import type { TrailStep } from '../rules/rule';
import type { LineIndex } from '../text';
import type { Summary } from '../typestate/summary';
import { describeDuty, describeGuarantee, describeRust, describeState } from './describe';

/** What one expression denotes, as Markdown. Trail lines are counted in `lines`, the text of the judged file. */
export function renderHandle(fact: Fact, lines: LineIndex): string {
  const trail = fact.because.map(step => `- ${placeOf(step, lines)}${step.message}`);
  return [
    `**\`${fact.expr}\`** — ${describeState(fact)}`,
    `${describeGuarantee(fact)}  \n${describeDuty(fact)}`,
    ...(trail.length > 0 ? [trail.join('\n')] : []),
    describeRust(fact),
  ].join('\n\n');
}

/** The contract of a function, declared or inferred, as Markdown. */
export function renderCall(summary: Summary): string {
  const { name, params, doc, declared, source } = summary;
  const origin = declared ? source : ['inferred from its body', source].filter(Boolean).join(', ');
  return [
    `**\`${name}(${params?.join(', ') ?? ''})\`**${doc ? ` — ${doc}` : ''}`,
    describeFacts(summary)
      .map(fact => `- ${fact}`)
      .join('\n'),
    ...(origin ? [`*${origin}*`] : []),
  ].join('\n\n');
}

function placeOf(step: TrailStep, lines: LineIndex): string {
  if (step.file) return `${step.file}: `;
  return `line ${lines.positionAt(step.span.start).line + 1}: `;
}
