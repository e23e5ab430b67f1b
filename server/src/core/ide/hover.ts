import type { Fact, LinkTo } from '../facade';
import { describeFacts } from '../knowledge/vocabulary';
import type { TrailStep } from '../rules/rule';
import type { LineIndex, Span, Spot } from '../text';
import type { Summary } from '../typestate/summary';
import { describeDuty, describeGuarantee, describeRust, describeState } from './describe';

/** Writes places of the judged file and of others, as links where the client follows them. */
export class Places {
  constructor(
    private readonly lines: LineIndex,
    private readonly linkTo: LinkTo = () => null,
  ) {}

  /** `line 12`. */
  here({ start }: Span): string {
    const line = this.lines.positionAt(start).line + 1;
    return linked(`line ${line}`, this.linkTo(null, line));
  }

  /** `mm/mmap.c:12`. */
  elsewhere({ file, line }: Spot): string {
    return linked(`${file}:${line}`, this.linkTo(file, line));
  }
}

const linked = (text: string, url: string | null): string => (url === null ? text : `[${text}](${url})`);

/** What one expression denotes, as Markdown; `when` says which moment is meant, if it is not the one at the pointer. */
export function renderHandle(fact: Fact, places: Places, when = ''): string {
  const trail = fact.because.map(step => `- ${placeOf(step, fact, places)}${step.message}`);
  return [
    `**\`${fact.expr}\`** — ${describeState(fact)}${when && ` (${when})`}`,
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

/** What is called with another number of arguments may be the function of another kernel version. */
export function renderOther({ name, params, source }: Summary, given: number): string {
  return `**\`${name}()\`** with ${given} ${given === 1 ? 'argument' : 'arguments'} — nothing is known of such a call: the function that is known is \`${name}(${params!.join(', ')})\`.${source ? `\n\n*${source}*` : ''}`;
}

/** A function without a contract worth a row: what it takes it gives back. */
export function renderBalanced(name: string): string {
  return `**\`${name}()\`** — leaves references and locks of an mm as its callers have them: what it takes it gives back on every path.\n\n*inferred from its body*`;
}

/** A shim through which Rust calls `name`; `contract` is that of the C function, `file` the text around the shim. */
export function renderHelper(name: string, contract: Summary | undefined, file: string): string {
  const isReadSide = /^mmap_read_\w+$/.test(name) && !/\brust_helper_mmap_write_/.test(file);
  return [
    `**\`rust_helper_${name}()\`** — what Rust calls as \`bindings::${name}()\``,
    `\`${name}()\` is static inline or a macro in C, so there is no symbol that Rust could call. This function is that symbol: it only passes the call on, and bindgen drops the prefix. Helpers exist for what Rust uses, and no more.`,
    ...(isReadSide ? ['Only the read side of the `mmap_lock` has helpers here; the write side has none.'] : []),
    ...(contract ? [renderCall(contract)] : []),
  ].join('\n\n');
}

/** What holds at the hovered place itself has no line of its own. */
function placeOf({ span, at }: TrailStep, fact: Fact, places: Places): string {
  if (at) return `${places.elsewhere(at)}: `;
  if (span.start === fact.span.start && span.end === fact.span.end) return '';
  return `${places.here(span)}: `;
}
