import type { Draft } from '../../ir/block-order';
import { CfgBuilder } from '../../ir/builder';
import { type Incomplete, type Operand, POS } from '../../ir/ir';
import { operand, readsPlace, ZERO_CONSTANT } from '../../ir/operand';
import { type DropGlue, dropCalls, dropGlue, isDropped } from '../../rust/drops';
import type { Items } from '../../rust/items';
import { childrenOf } from '../../rust/nodes';
import type { TypeNotes } from '../../rust/notes';
import { newVariable, type RustType } from '../../rust/types';
import type { RustCall, RustEvent } from '../../rust/value';
import type { SyntaxNode } from '../../syntax/node';
import type { Span } from '../../text';
import { emptyAt, keptBy, shapeOf, structOf } from './shapes';

/** Deeper expressions are not lowered; typing stops at the same depth. */
const MAX_DEPTH = 200;
const MAX_REASONS = 10;

/** What a path ends with that goes nowhere. */
export const UNREACHABLE = '@unreachable';

/** What an expression gives. */
export interface Value {
  readonly operand: Operand;
  readonly type: RustType;
  /** The local whose value this is, so that a move empties it. */
  readonly local: string | null;
  /** The local that this value is a field of, which may move out alone. */
  readonly partOf?: string | null;
  /** Nobody has the value yet: who does not take it drops it at the end of the statement. */
  readonly fresh: boolean;
}

/** What lowering a function needs of its file. */
export interface RustContext {
  readonly text: string;
  readonly items: Items;
  readonly notes: TypeNotes;
  readonly events: readonly RustEvent[];
}

/** Where `return`, or `?`, goes: out of the function, or to the end of a closure. */
export interface Exit {
  readonly type: RustType;
  /** For a closure: the label of its end, and what receives its result. */
  readonly label: string | null;
  readonly result: Operand | null;
}

/** Temporaries that outlive the scope in which they are made, and the place before all of them. */
export interface Leftovers {
  readonly made: { readonly key: string; readonly type: RustType; readonly span: Span }[];
  readonly before: Draft;
  readonly index: number;
}

export interface Loop {
  readonly name: string | null;
  /** Where `break` and `continue` go begins with this. */
  readonly label: string;
  readonly result: Operand | null;
}

/** What every part of the lowering of one Rust function shares. */
export class Lowering {
  readonly builder = new CfgBuilder();
  readonly incomplete: Incomplete[] = [];
  readonly items: Items;
  readonly loops: Loop[] = [];
  /** What the types of parameters and fields prove of an mm, by their names. */
  readonly keeps = new Map<string, 'users' | 'count'>();
  /** Parameters that own a reference. */
  readonly owned = new Map<string, 'users' | 'count'>();
  /** Parameters that prove mmap_lock to be held. */
  readonly locked = new Map<string, 'read' | 'write'>();
  /** The flags of locals whose end runs a closure, until they are dismissed. */
  readonly deferred = new Map<string, string>();
  exit: Exit;
  /** Set while arguments of a macro are lowered: offsets of their nodes are relative to it. */
  base = 0;
  readonly #calls = new Map<string, RustCall>();
  /** Locals that a move may have emptied. */
  readonly #emptied = new Set<string>();
  /** Locals of which a field may have moved out. */
  readonly #parted = new Set<string>();
  #leftover: Leftovers | null = null;
  #awaiting: ((local: string) => void) | null = null;
  #looks = false;
  readonly #types = new Map<string, RustType>();
  #depth = 0;
  #labels = 0;

  /** `origin` is where the function's text begins in the file: spans are relative to it. */
  constructor(
    readonly context: RustContext,
    readonly origin: number,
    result: RustType,
  ) {
    this.items = context.items;
    this.exit = { type: result, label: null, result: null };
    for (const event of context.events)
      if (event.kind === 'call') this.#calls.set(`${event.span.start}:${event.span.end}`, event);
  }

  spanOf(node: SyntaxNode): Span {
    return this.relative(this.placeOf(node));
  }

  /** The span of a node in the file. */
  placeOf(node: SyntaxNode): Span {
    return { start: node.startIndex + this.base, end: node.endIndex + this.base };
  }

  relative({ start, end }: Span): Span {
    return { start: start - this.origin, end: end - this.origin };
  }

  /** The closing brace of a block. */
  endOf(node: SyntaxNode): Span {
    const { start, end } = this.spanOf(node);
    return { start: Math.max(end - 1, start), end };
  }

  typeOf(node: SyntaxNode): RustType {
    return this.context.notes.typeAt(this.placeOf(node)) ?? newVariable();
  }

  callAt(node: SyntaxNode): RustCall | null {
    const { start, end } = this.placeOf(node);
    return this.#calls.get(`${start}:${end}`) ?? null;
  }

  unknown(node: SyntaxNode): Operand {
    return operand.unknown(this.spanOf(node).start);
  }

  newLabel(): string {
    return `#${++this.#labels}`;
  }

  /** Goes one level down; where that is too deep, the function is incomplete. */
  nested<T>(node: SyntaxNode, body: () => T, otherwise: () => T): T {
    if (this.#depth >= MAX_DEPTH) {
      this.giveUp(this.spanOf(node), 'expressions nest too deep to be followed');
      return otherwise();
    }
    this.#depth++;
    const result = body();
    this.#depth--;
    return result;
  }

  giveUp(span: Span, reason: string): void {
    if (this.incomplete.length >= MAX_REASONS || this.incomplete.some(known => known.reason === reason)) return;
    this.incomplete.push({ span, reason });
  }

  /** A new local of the innermost scope, with the value; it is dropped when the scope is left. */
  declare(name: string, span: Span, type: RustType, value: Operand | null, parameter = -1): string {
    const { builder, items } = this;
    const key = builder.declareLocal({ type: shapeOf(items, type), parameter, static: false, sourceName: name, span });
    if (parameter < 0) {
      builder.emit({ op: 'declare', span, name: key, zeroed: false });
      // `let mm;` has nothing to drop yet.
      builder.assign(operand.variable(key, span), value ?? ZERO_CONSTANT, span);
      if (!value) this.#emptied.add(key);
    }
    this.dropAtEnd(key, type, span);
    this.#types.set(key, type);
    const awaiting = this.#awaiting;
    this.#awaiting = null;
    awaiting?.(key);
    return key;
  }

  /** Notes that the local is dropped when the innermost scope is left. */
  dropAtEnd(key: string, type: RustType, span: Span): void {
    if (this.#looks || !isDropped(this.items, type)) return;
    this.builder.addCleanup(exit => {
      const [isEmptied, isParted] = [this.#emptied.has(key), this.#parted.has(key)];
      this.drop(operand.variable(key, emptyAt(span)), type, exit, span, isEmptied, isParted);
    });
  }

  /** A value without a name that nobody took: it is dropped when the scope around the statement is left. */
  keepUntilEnd({ operand: value, type }: Value, span: Span): Value {
    const { builder } = this;
    const key = builder.declareHidden('temporary', shapeOf(this.items, type), span);
    builder.assign(operand.variable(key, emptyAt(span)), value, span);
    if (this.#leftover) {
      const { made, before, index } = this.#leftover;
      const to = operand.variable(key, emptyAt(span));
      before.instrs.splice(index, 0, { op: 'assign', span, to, from: ZERO_CONSTANT });
      made.push({ key, type, span });
    } else this.dropAtEnd(key, type, span);
    return { operand: operand.variable(key, emptyAt(span)), type, local: key, fresh: false };
  }

  /** The value for somebody who only looks at it. */
  borrow(value: Value, node: SyntaxNode): Value {
    if (!value.fresh || !isDropped(this.items, value.type)) return value;
    return this.keepUntilEnd(value, this.spanOf(node));
  }

  /** Runs `body` where what is bound stays with whoever has it. */
  looking(body: () => void): void {
    const outer = this.#looks;
    this.#looks = true;
    body();
    this.#looks = outer;
  }

  /** The value for somebody who takes it: a local is empty afterwards, unless the type is copied. */
  take(value: Value, node: SyntaxNode): Operand {
    const { builder } = this;
    const { local, partOf = null, operand: place, type } = value;
    if ((local === null && partOf === null) || !isDropped(this.items, type)) return place;
    const span = this.spanOf(node);
    const taken = builder.hold(place, span);
    builder.assign(local === null ? place : operand.variable(local, emptyAt(span)), ZERO_CONSTANT, span);
    if (local !== null) this.#emptied.add(local);
    else if (partOf !== null) this.#parted.add(partOf);
    return taken;
  }

  /** The local of this name, if it owns anything, goes to somebody who is not known. */
  leaveTo(name: string, span: Span): void {
    const key = this.builder.resolve(name);
    const type = key === null ? undefined : this.#types.get(key);
    if (key === null || !type || !isDropped(this.items, type)) return;
    // The lock ends when that does, which may be anywhere.
    if (dropCalls(dropGlue(this.items, type)).some(part => this.items.handleIn(part.type)?.guard))
      this.giveUp(span, 'a guard moves into a closure');
    this.builder.assign(operand.variable(key, emptyAt(span)), ZERO_CONSTANT, span);
    this.#emptied.add(key);
  }

  /** Calls back when the next local is declared, which is the one that the value in the making goes to. */
  awaitLocal(declared: (local: string) => void): void {
    this.#awaiting = declared;
  }

  markEmptied(local: string): void {
    this.#emptied.add(local);
  }

  /** Whether who takes the value has to drop it. */
  isOwner({ fresh, local, partOf = null, type }: Value): boolean {
    return fresh || ((local !== null || partOf !== null) && isDropped(this.items, type));
  }

  /** Runs `Drop` of what is in `place`, and of its fields. */
  drop(place: Operand, type: RustType, exit: Span, asks: Span, mayBeEmpty: boolean, isParted = false): void {
    const glue = dropGlue(this.items, type);
    if (glue) this.#run(glue, place, exit, asks, mayBeEmpty, isParted);
  }

  #run(glue: DropGlue, place: Operand, exit: Span, asks: Span, mayBeEmpty: boolean, isParted: boolean): void {
    const { builder, items } = this;
    const emit = () => {
      if (glue.callee !== null)
        builder.call({
          span: exit,
          callee: glue.callee,
          calleeSpan: asks,
          args: [place],
          argSpans: [emptyAt(exit)],
          discarded: true,
          implicit: true,
        });
      for (const { name, glue: part } of glue.fields) {
        const kept = keptBy(items, part.type);
        const struct = structOf(items, glue.type);
        if (kept && struct !== null) this.keeps.set(`${struct}.${name}`, kept);
        this.#run(part, operand.field(place, name, emptyAt(exit)), exit, asks, isParted, isParted);
      }
    };
    if (!glue.isOptional && !mayBeEmpty) {
      emit();
      return;
    }
    const [full, empty] = [builder.newBlock(), builder.newBlock()];
    builder.branch(place, exit, full, empty, POS);
    builder.moveTo(full);
    emit();
    builder.fallInto(empty);
  }

  /** Runs `body` in a scope of its own, for what is dropped where it ends. */
  scoped<T>(exit: Span, body: () => T): T {
    this.builder.enterScope();
    const result = this.leavingTo(null, body);
    this.builder.leaveScope(exit);
    return result;
  }

  /** Temporaries of `body` go to a list that somebody drops later; null: they end with the innermost scope. */
  leavingTo<T>(leftover: Leftovers | null, body: () => T): T {
    const outer = this.#leftover;
    this.#leftover = leftover;
    const result = body();
    this.#leftover = outer;
    return result;
  }

  newLeftovers(): Leftovers {
    const { current } = this.builder;
    return { made: [], before: current, index: current.instrs.length };
  }

  dropLeftover({ made }: Leftovers, exit: Span): void {
    for (const { key, type, span } of [...made].reverse())
      this.drop(operand.variable(key, emptyAt(span)), type, exit, span, true);
  }

  /** Leaves the function, or the closure, with a value. */
  leave(value: Operand | null, span: Span): void {
    const { builder, exit } = this;
    if (exit.label === null) {
      builder.return(value, span, false);
      return;
    }
    // `return;` gives the unit, also where a value was wanted: such text is being typed.
    if (exit.result) builder.assign(exit.result, value ?? ZERO_CONSTANT, span);
    builder.goto(exit.label, span);
  }

  /** A temporary with the value, when something that follows may change the place it is read from. */
  settled(value: Operand, span: Span): Operand {
    return readsPlace(value) ? this.builder.hold(value, span) : value;
  }

  /** The path ends here: control cannot come here, or it panics. */
  stop(span: Span): void {
    this.builder.call({ span, callee: UNREACHABLE, calleeSpan: span, args: [], argSpans: [], discarded: true });
    this.builder.stop();
  }

  /** Goes to one of two blocks as an unknown decides. */
  either(node: SyntaxNode, yes: Draft, no: Draft): void {
    this.builder.branch(this.unknown(node), this.spanOf(node), yes, no);
  }
}

export function plain(value: Operand, type: RustType): Value {
  return { operand: value, type, local: null, fresh: false };
}

export function argumentNodes(node: SyntaxNode): SyntaxNode[] {
  return childrenOf(node.childForFieldName('arguments') ?? node).filter(child => child.type !== 'attribute_item');
}
