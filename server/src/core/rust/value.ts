import type { Span } from '../text';
import type { FunctionItem, Handle } from './items';
import { newVariable, type RustType } from './types';

/** What an expression gives. */
export interface Value {
  readonly type: RustType;
  /** For a raw pointer: a reference is in its care, which somebody must take back. */
  readonly owned: boolean;
  /** For a raw pointer: what keeps the object that it points to. */
  readonly backing: Handle | null;
  /** For a raw pointer: it was made of a reference that goes on to exist. */
  readonly fromReference: boolean;
  /** For a raw pointer: NULL has not been excluded. */
  readonly nullable: boolean;
  /** For a raw pointer: the local that it was made of. */
  readonly source: Local | null;
  /** The local that was read, so that tests and moves reach it. */
  readonly local: Local | null;
  /** The field of a local that was read, which may move out alone. */
  readonly part: Part | null;
}

export interface Part {
  readonly of: Local;
  readonly path: readonly string[];
}

/** A local variable or parameter: each `let` makes a new one, also of the same name. */
export interface Local {
  readonly name: string;
  readonly span: Span;
  /** What is known of its value now. */
  value: Value;
  /** Its value has been moved out, or none has been moved in yet. */
  moved: boolean;
  /** Fields that have moved out on some path. */
  readonly parted: (readonly string[])[];
  /** It is read after its declaration. */
  used: boolean;
}

export function unknownValue(): Value {
  return makeValue(newVariable());
}

export function makeValue(type: RustType, more: Partial<Value> = {}): Value {
  return { ...NOTHING_KNOWN, type, ...more };
}

const NOTHING_KNOWN: Omit<Value, 'type'> = {
  owned: false,
  backing: null,
  fromReference: false,
  nullable: false,
  source: null,
  local: null,
  part: null,
};

export type LockState = 'none' | 'read' | 'write' | 'unknown';

/** One expression and what it gives. */
export interface TypedExpression {
  readonly span: Span;
  readonly function: string;
  readonly value: Value;
  readonly lock: LockState;
  /** Generics that stand for something with a reference count. */
  readonly counted: readonly string[];
}

/** The arms of branches around an event, outermost first: two events in different arms of one branch exclude each other. */
export interface Arm {
  readonly branch: number;
  readonly arm: number;
  readonly outer: Arm | null;
}

export interface RustCall {
  readonly kind: 'call';
  readonly span: Span;
  readonly calleeSpan: Span;
  /** The last segment of what is called. */
  readonly name: string;
  /** The Rust function, when it is known. */
  readonly item: FunctionItem | null;
  /** The C function that is called through `bindings`. */
  readonly binding: string | null;
  readonly receiver: Value | null;
  readonly receiverSpan: Span | null;
  readonly args: readonly Value[];
  readonly argSpans: readonly Span[];
  readonly result: Value;
  readonly arm: Arm | null;
}

/** `let _ = value;`, or a statement that is an expression: the value is dropped at once. */
export interface RustDiscard {
  readonly kind: 'discard';
  /** The statement. */
  readonly span: Span;
  readonly valueSpan: Span;
  readonly value: Value;
  readonly wildcard: boolean;
}

/** `let name = value;` */
export interface RustLet {
  readonly kind: 'let';
  readonly local: Local;
  readonly valueSpan: Span;
}

/** A value ends: at the end of a scope, where a `return` or `?` leaves, or by `drop(value)`. */
export interface RustDrop {
  readonly kind: 'drop';
  /** Where control is then: the closing brace, the `return`, the expression with its `?`, or the call. */
  readonly span: Span;
  /** The local that has the value; null for a value without a name. */
  readonly local: Local | null;
  readonly type: RustType;
  /** Where a temporary was made, which ends with its statement. */
  readonly madeAt: Span | null;
  readonly arm: Arm | null;
  /** By `drop(value)`: control goes on behind it. */
  readonly isCall: boolean;
}

/** What a function does, in the order of its text. */
export type RustEvent = RustCall | RustDiscard | RustLet | RustDrop;
