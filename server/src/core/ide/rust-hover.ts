import type { Fact, Hover } from '../facade';
import type { Table } from '../knowledge/load';
import { type RustToken, scanRust } from '../syntax/rust-tokens';
import { LineIndex } from '../text';
import { describeRustValue } from './describe-rust';
import { renderCall } from './hover';
import { findTopic, renderTopic } from './topics';
import { type Binding, findBindings } from './topics/bindings';
import { type Place, placeAt } from './topics/place';
import type { TypedPlace } from './topics/topic';

/** Larger texts are generated: nobody hovers there, and their tokens would cost hundreds of megabytes. */
const TEXT_LIMIT = 4_000_000;

/** Answers hovers on one version of a Rust file. */
export class RustHovers {
  #tokens: readonly RustToken[] | null = null;
  #lines: LineIndex | null = null;

  constructor(
    private readonly text: string,
    private readonly table: Table,
    private readonly facts: () => readonly Fact[],
  ) {}

  /** First what this very value is, then the contract of a C function, then what the token means in general. */
  at(offset: number): Hover | null {
    if (this.text.length > TEXT_LIMIT) return null;
    this.#tokens ??= scanRust(this.text);
    const place = placeAt(this.#tokens, offset);
    if (!place) return null;
    const fact = factOf(place, this.facts());
    const topic = findTopic(this.#typed(place, fact));
    const contract = place.qualifier === 'bindings' ? this.table.lookup(place.word) : undefined;
    const parts = [
      ...(fact ? [describeRustValue(fact)] : []),
      ...this.#bindings(place),
      ...(contract ? [renderCall(contract)] : []),
    ];
    if (topic) parts.push((parts.length > 0 ? '---\n\n' : '') + renderTopic(topic));
    return parts.length > 0 ? { span: place.span, markdown: parts.join('\n\n') } : null;
  }

  #typed(place: Place, fact: Fact | null): TypedPlace {
    const { receiverSpan } = place;
    const receiver = receiverSpan && this.facts().find(one => isAt(one, receiverSpan));
    return { ...place, type: fact?.type ?? null, receiverType: receiver?.type ?? null };
  }

  /** Which of several variables of one name this is: a name that is bound again is a new variable. */
  #bindings(place: Place): string[] {
    const { meant, all } = findBindings(this.#tokens!, place);
    if (!meant || all.length < 2) return [];
    this.#lines ??= new LineIndex(this.text);
    const rows = all.map(binding => `- ${this.#describe(binding)}${binding === meant ? ' ← this one' : ''}`);
    return [
      `\`${place.word}\` names ${all.length} variables in this function. A name that is bound again (shadowing) is a new variable, of a type of its own; the old one is only hidden.`,
      rows.join('\n'),
    ];
  }

  #describe({ kind, span, type, value }: Binding): string {
    const known = this.facts().find(fact => isAt(fact, span))?.type ?? (type && this.text.slice(type.start, type.end));
    const from = value && this.text.slice(value.start, value.end).replace(/\s+/g, ' ');
    return [
      `line ${this.#lines!.positionAt(span.start).line + 1}: `,
      known ? `\`${known}\`` : `a ${kind}`,
      from && from.length <= VALUE_LIMIT ? `, from \`${from}\`` : '',
    ].join('');
  }
}

/** Initialisers up to this length tell more than their line number does. */
const VALUE_LIMIT = 70;

/** The fact of the value that a name denotes; a field is named together with what it is taken from. */
function factOf(place: Place, facts: readonly Fact[]): Fact | null {
  const { role, span, receiverSpan } = place;
  if (role === 'doc' || role === 'comment' || role === 'method' || role === 'fn') return null;
  const whole = role === 'field' && receiverSpan ? { start: receiverSpan.start, end: span.end } : span;
  return facts.find(fact => isAt(fact, whole)) ?? null;
}

function isAt({ span }: Fact, { start, end }: { readonly start: number; readonly end: number }): boolean {
  return span.start === start && span.end === end;
}
