import type { InlayHint } from '../facade';
import { callsOf, spell } from '../rules/rust-calls';
import { dropCalls, dropGlue, endsHandle, guardIn } from '../rust/drops';
import type { TypeItem } from '../rust/items';
import type { RustJudged } from '../rust/judged';
import { headName, printType, type RustType } from '../rust/types';
import type { Local, RustCall, RustDiscard, RustEvent } from '../rust/value';
import type { Span } from '../text';

/** The C functions that `Drop` calls where a scope ends or a value is thrown away, in the order of the drops. */
export function dropHints(judged: RustJudged): InlayHint[] {
  const { text } = judged;
  const makers = new Makers(judged);
  const places = new Map<number, Told[]>();
  const unsure = localsOfUnknownFate(judged);
  for (const event of judged.function.events) {
    const dropped = droppedBy(makers, event);
    if (!dropped || (dropped.local && unsure.has(dropped.local))) continue;
    const { end } = dropped.span;
    for (const told of tell(judged, dropped)) if (!places.get(end)?.push(told)) places.set(end, [told]);
  }
  return [...places].map(([offset, told]) => ({
    offset,
    text: (text[offset - 1] === '?' ? 'on failure: ' : '') + told.map(({ words }) => words).join('; '),
    reason: reasonOf(text[offset - 1]!, told),
  }));
}

/** A value that ends: a local, or what nothing names. */
interface Dropped {
  /** Where control is then. */
  readonly span: Span;
  readonly type: RustType;
  readonly local: Local | null;
  readonly maker: RustCall | null;
}

interface Told {
  /** `mmput(mm), may sleep`. */
  readonly words: string;
  readonly reason: string;
}

function droppedBy(makers: Makers, event: RustEvent): Dropped | null {
  switch (event.kind) {
    case 'drop': {
      const { type, local, span, madeAt } = event;
      return { span, type, local, maker: local ? makers.ofLocal(local) : madeAt && makers.at(madeAt) };
    }
    case 'discard': {
      const maker = makers.ofDiscarded(event);
      return maker && { span: event.span, type: event.value.type, local: null, maker };
    }
    case 'call':
    case 'let':
      return null;
    default:
      return event satisfies never;
  }
}

/** Finds the calls that values come from. */
class Makers {
  readonly #bySpan = new Map<string, RustCall>();
  readonly #byStart: readonly RustCall[];

  constructor(private readonly judged: RustJudged) {
    const calls = callsOf(judged);
    for (const call of calls) this.#bySpan.set(keyOf(call.span), call);
    this.#byStart = calls
      .filter(({ result }) => guardIn(judged.items, result.type))
      .sort((a, b) => a.span.start - b.span.start);
  }

  /** The call that a guard is declared with: `guard = mm.mmap_read_lock()`, also in a pattern. */
  ofLocal({ span }: Local): RustCall | null {
    const call = this.#firstFrom(span.end);
    const between = call && { start: span.end, end: call.span.start };
    const isDeclared =
      between && between.end - between.start < DECLARATION_LIMIT && DECLARES.test(spell(this.judged, between));
    return isDeclared ? call : null;
  }

  /** Only a call gives a new value: `let _ = mm;` leaves `mm` as it is. */
  ofDiscarded({ valueSpan }: RustDiscard): RustCall | null {
    return this.at(valueSpan);
  }

  at(span: Span): RustCall | null {
    return this.#bySpan.get(keyOf(span)) ?? null;
  }

  #firstFrom(offset: number): RustCall | null {
    let low = 0;
    let high = this.#byStart.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#byStart[middle]!.span.start < offset) low = middle + 1;
      else high = middle;
    }
    return this.#byStart[low] ?? null;
  }
}

/** What stands between a name and its value: the end of a pattern, a type. */
const DECLARES = /^\)?\s*(?::[^=;]*)?=\s*$/;
const DECLARATION_LIMIT = 200;

export function keyOf({ start, end }: Span): string {
  return `${start}:${end}`;
}

/** What the end of a value runs: its own `Drop`, then that of the fields which are still there. */
function tell(judged: RustJudged, { type, local, maker }: Dropped): Told[] {
  const { items } = judged;
  const glue = dropGlue(items, type);
  // What a type of a driver does with other things is nobody's question here.
  if (!glue || !endsHandle(items, type)) return [];
  const name = local?.name ?? '…';
  const calls = dropCalls(glue).filter(({ path }) => !hasMoved(local, path));
  return calls.map(({ callee, type: part, path, isOptional }) => {
    const guard = path.length === 0 ? guardIn(judged.items, type) : null;
    const argument = (guard && lockedBy(judged, guard, maker)) ?? [name, ...path].join('.');
    const sleeps = judged.lookup(callee)?.sleeps ?? false;
    const subject = local ? `\`${argument}\`` : path.length > 0 ? `Its field \`${path.join('.')}\`` : 'This value';
    const what = `${subject} is \`${printType(path.length > 0 ? part : type)}\``;
    const may = sleeps ? ', which may sleep if it is the last' : '';
    return {
      words: `${callee}(${argument})${isOptional ? whenPresent(type) || ' if Some' : ''}${sleeps ? ', may sleep' : ''}`,
      reason: `${what}: its \`Drop\` calls \`${callee}()\`${may}.`,
    };
  });
}

function hasMoved(local: Local | null, path: readonly string[]): boolean {
  return local?.parted.some(moved => moved.every((field, i) => path[i] === field)) ?? false;
}

/** A guard is no argument of the unlock function, unless it stands for what is locked: then it dereferences to that. */
function lockedBy(judged: RustJudged, guard: TypeItem, maker: RustCall | null): string | null {
  const receiver = maker?.receiverSpan && spell(judged, maker.receiverSpan);
  return guard.deref === null && receiver && /^[\w.]+$/.test(receiver) ? receiver : null;
}

/** A method that is not known may take an `Option` by value or only look at it. */
function localsOfUnknownFate(judged: RustJudged): ReadonlySet<Local> {
  const unsure = new Set<Local>();
  for (const { item, receiver } of callsOf(judged)) {
    if (!item && receiver?.local && whenPresent(receiver.type) !== '') unsure.add(receiver.local);
  }
  return unsure;
}

function reasonOf(last: string, told: readonly Told[]): string {
  const lead = last === '?' ? 'When `?` leaves the function, what is still owned is dropped.\n\n' : '';
  const order = told.length > 1 ? '\n\nValues are dropped in the reverse order of their declaration.' : '';
  return lead + told.map(({ reason }) => reason).join('\n\n') + order;
}

/** Nothing is taken or dropped with `None` or `Err`. */
export function whenPresent(type: RustType): string {
  switch (headName(type)) {
    case 'Option':
      return ' if Some';
    case 'Result':
      return ' if Ok';
    default:
      return '';
  }
}
