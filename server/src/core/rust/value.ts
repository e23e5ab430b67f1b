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
  /** NULL has not been excluded. */
  readonly nullable: boolean;
  /** The local that was read, so that tests and moves reach it. */
  readonly local: Local | null;
}

/** A local variable or parameter: each `let` makes a new one, also of the same name. */
export interface Local {
  readonly name: string;
  readonly span: Span;
  type: RustType;
  owned: boolean;
  backing: Handle | null;
  nullable: boolean;
  /** Its value has been moved out. */
  moved: boolean;
}

export const UNKNOWN_VALUE = (): Value => valueOf(newVariable());

export function valueOf(type: RustType, more: Partial<Value> = {}): Value {
  return { type, owned: false, backing: null, nullable: false, local: null, ...more };
}

export type LockState = 'none' | 'read' | 'write' | 'unknown';

/** One expression and what it gives. */
export interface TypedExpression {
  readonly span: Span;
  readonly function: string;
  readonly value: Value;
  readonly lock: LockState;
}

/** What a function does, in the order of its text. */
export type RustEvent =
  | {
      readonly kind: 'call';
      readonly span: Span;
      readonly calleeSpan: Span;
      /** The Rust function, when it is known. */
      readonly item: FunctionItem | null;
      /** The C function that is called through `bindings`. */
      readonly binding: string | null;
      readonly receiver: Value | null;
      readonly receiverSpan: Span | null;
      readonly args: readonly Value[];
      readonly argSpans: readonly Span[];
      readonly result: Value;
    }
  /** `let _ = value;`, or a statement that is an expression: the value is dropped at once. */
  | {
      readonly kind: 'discard';
      readonly span: Span;
      readonly valueSpan: Span;
      readonly value: Value;
      readonly wildcard: boolean;
    };
