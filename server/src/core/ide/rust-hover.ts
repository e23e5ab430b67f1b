import type { Fact, Hover, InlayHint, LinkTo } from '../facade';
import type { Table } from '../knowledge/load';
import type { FunctionItem } from '../rust/items';
import { mentionsHandles } from '../rust/mentions';
import type { UnsafeFile } from '../safety/unsafe-file';
import { type RustToken, scanRust } from '../syntax/rust-tokens';
import { LineIndex, type Span } from '../text';
import { describeRustValue } from './describe-rust';
import { Places, renderCall } from './hover';
import type { RustDeclarations } from './rust-declarations';
import { listDrops, listEffects } from './rust-effects';
import { renderProof } from './safety-hover';
import { audienceOf, findTopic, renderTopic } from './topics';
import { type Binding, findBindings } from './topics/bindings';
import { type Place, placeAt } from './topics/place';
import { endOfItem } from './topics/scope';
import type { Topic } from './topics/topic';

/** Larger texts are generated: nobody hovers there, and their tokens would cost hundreds of megabytes. */
const TEXT_LIMIT = 4_000_000;

/** What is found out of the file, when it is asked for. */
export interface Known {
  readonly facts: () => readonly Fact[];
  readonly hints: () => readonly InlayHint[];
  /** Methods that are called, by where their names begin. */
  readonly methods: () => ReadonlyMap<number, FunctionItem>;
  readonly unsafe: () => UnsafeFile | null;
}

/** Answers hovers on one version of a Rust file. */
export class RustHovers {
  #tokens: readonly RustToken[] | null = null;
  #lines: LineIndex | null = null;
  #byPlace: ReadonlyMap<string, Fact> | null = null;

  /** Undefined until it is asked for. */
  #unsafe: UnsafeFile | null | undefined;

  constructor(
    private readonly text: string,
    private readonly table: Table,
    private readonly known: Known,
    private readonly declarations: RustDeclarations,
  ) {}

  /** First what this very value is, then the contract of a C function, then what the token means in general. */
  at(offset: number, linkTo?: LinkTo): Hover | null {
    if (this.text.length > TEXT_LIMIT) return null;
    this.#tokens ??= scanRust(this.text);
    const place = placeAt(this.#tokens, offset);
    if (!place) return null;
    const fact = this.#factOf(place);
    const topic = this.#topicOf(place, fact);
    const contract = place.qualifier === 'bindings' ? this.table.lookup(place.word) : undefined;
    const parts = [
      ...(fact ? [describeRustValue(fact)] : []),
      ...this.#dropped(place),
      ...this.#bindings(place, linkTo),
      ...(contract ? [renderCall(contract)] : []),
      ...this.#proof(place),
      ...(topic ? [] : this.#effects(place, linkTo)),
    ];
    const isName = place.role === 'name' || place.role === 'method';
    const declared = isName ? this.declarations.describe(offset, !topic, linkTo) : null;
    if (declared) parts.push(declared);
    if (!topic) parts.push(...this.#calls(place));
    if (topic) parts.push((parts.length > 0 ? '---\n\n' : '') + renderTopic(topic));
    return parts.length > 0 ? { span: place.span, markdown: parts.join('\n\n') } : null;
  }

  #topicOf(place: Place, fact: Fact | null): Topic | null {
    const receiver = place.receiverSpan && this.#factAt(place.receiverSpan);
    const topic = findTopic({ ...place, type: fact?.type ?? null, receiverType: receiver?.type ?? null });
    return topic && this.#isWorthTelling(topic, place) ? topic : null;
  }

  #isWorthTelling(topic: Topic, { fnStart, self }: Place): boolean {
    const audience = audienceOf(topic);
    if (audience === 'anyone') return true;
    if (audience === 'file' || fnStart < 0) return mentionsHandles(this.text);
    return (
      mentionsHandles(self ?? '') ||
      mentionsHandles(this.text.slice(this.#tokens![fnStart]!.start, endOfItem(this.#tokens!, fnStart)))
    );
  }

  /** On the name of a function: what its calls, and the drops that nobody wrote, do to counters and locks. */
  #effects(place: Place, linkTo?: LinkTo): string[] {
    if (place.role !== 'fn' || !mentionsHandles(this.text)) return [];
    const effects = listEffects(this.#tokens!, place, one => this.#topicOf(one, this.#factOf(one)), this.table.lookup);
    const places = this.#places(linkTo);
    const where = (start: number) => places.here({ start, end: start });
    const drops = listDrops(this.#tokens!, place, this.known.hints());
    const rows = [
      ...effects.map(({ start, call, what }) => ({ start, row: `- ${where(start)}: \`${call}\` ${what}` })),
      ...drops.map(({ call, at }) => ({
        start: at[0]!,
        row: `- ${at.map(where).join(', ')}: a drop calls \`${call}\``,
      })),
    ]
      .sort((one, other) => one.start - other.start)
      .map(({ row }) => row);
    return rows.length > 0
      ? [`**\`${place.word}()\`** — what its calls and drops do to counters and locks:\n\n${rows.join('\n')}`]
      : [];
  }

  /** `drop(x)`: what that runs depends on what `x` is. */
  #dropped({ word, role, index }: Place): string[] {
    const [open, name, close] = this.#tokens!.slice(index + 1, index + 4);
    if (word !== 'drop' || role !== 'name' || open?.text !== '(' || close?.text !== ')' || !name) return [];
    const fact = this.#factAt(name);
    return fact ? [describeRustValue(fact)] : [];
  }

  /** A method of which only is known what it is in C. */
  #calls({ role, span }: Place): string[] {
    const item = role === 'method' ? this.known.methods().get(span.start) : undefined;
    return (item?.calls ?? []).flatMap(name => {
      const contract = this.table.lookup(name);
      return contract ? [`In C this is \`${name}()\`:\n\n${renderCall(contract)}`] : [];
    });
  }

  #places(linkTo?: LinkTo): Places {
    this.#lines ??= new LineIndex(this.text);
    return new Places(this.#lines, linkTo);
  }

  /** What is proved of the unsafe code that a comment or a keyword is about. */
  #proof(place: Place): string[] {
    if (!/^(?:SAFETY|INVARIANT|unsafe)$/.test(place.word)) return [];
    this.#unsafe ??= this.known.unsafe();
    const proof = this.#unsafe && renderProof(place, this.#unsafe);
    return proof ? [proof] : [];
  }

  /** The fact of the value that a name denotes; a field is named together with what it is taken from. */
  #factOf({ role, span, receiverSpan, literal, self, word }: Place): Fact | null {
    if (role === 'doc' || role === 'comment' || role === 'method' || role === 'fn') return null;
    const owner = literal === 'Self' ? self : literal;
    // The name of a field in a value has the type that its struct declares.
    if (role === 'member' && owner !== null)
      return this.known.facts().find(fact => fact.function === owner && fact.expr === word) ?? null;
    return this.#factAt(role === 'field' && receiverSpan ? { start: receiverSpan.start, end: span.end } : span);
  }

  #factAt({ start, end }: Span): Fact | null {
    this.#byPlace ??= new Map(this.known.facts().map(fact => [`${fact.span.start}:${fact.span.end}`, fact]));
    return this.#byPlace.get(`${start}:${end}`) ?? null;
  }

  /** Which of several variables of one name this is: a name that is bound again is a new variable. */
  #bindings(place: Place, linkTo?: LinkTo): string[] {
    const { meant, all } = findBindings(this.#tokens!, place);
    if (!meant || all.length < 2) return [];
    const places = this.#places(linkTo);
    const rows = around(all, meant).map(
      binding => `- ${places.here(binding.span)}: ${this.#describe(binding)}${binding === meant ? ' ← this one' : ''}`,
    );
    return [
      `\`${place.word}\` names ${all.length} variables in this function. A name that is bound again (shadowing) is a new variable, of a type of its own; the old one is only hidden.`,
      rows.join('\n'),
    ];
  }

  #describe({ kind, span, type, value }: Binding): string {
    const known = this.#factAt(span)?.type ?? (type && this.text.slice(type.start, type.end));
    const from = value && this.text.slice(value.start, value.end).replace(/\s+/g, ' ');
    return [known ? `\`${known}\`` : `a ${kind}`, from && from.length <= VALUE_LIMIT ? `, from \`${from}\`` : ''].join(
      '',
    );
  }
}

/** Initialisers up to this length tell more than their line number does. */
const VALUE_LIMIT = 70;

/** More variables than this are not listed: the ones around the meant one tell enough. */
const LISTED = 6;

function around(all: readonly Binding[], meant: Binding): readonly Binding[] {
  const first = Math.max(0, Math.min(all.indexOf(meant) - LISTED / 2, all.length - LISTED));
  return all.slice(first, first + LISTED);
}
