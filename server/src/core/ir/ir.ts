import type { Span } from '../text';

/**
 * The sign of a value, as a set: a world knows that a value is in one of these classes.
 * It is used for pointers as for integers, so that `IS_ERR(p)` is `NEG`, `!p` is `ZERO`, and a valid pointer or a
 * positive number is `POS`. `PTR_ERR()` and `ERR_PTR()` are then identities.
 */
export type Mask = number;
export const NEG: Mask = 1;
export const ZERO: Mask = 2;
export const POS: Mask = 4;
export const NONZERO: Mask = NEG | POS;
export const ANY: Mask = NEG | ZERO | POS;

/**
 * A value or a place, as a tree without side effects. Lowering takes calls, assignments, `++`, `?:`, `&&` and `||` out
 * of expressions, so that evaluating an operand twice gives the same value.
 */
export type Operand =
  /** A literal or a named constant: `0` (also NULL and false), `1` (true), `-EINTR`, `VM_FAULT_RETRY`, `config:NUMA`. */
  | { readonly kind: 'const'; readonly text: string }
  | { readonly kind: 'variable'; readonly name: string; readonly span: Span }
  /** A value that lowering named; it is assigned in one statement and forgotten at that statement's `end`. */
  | { readonly kind: 'temporary'; readonly id: number }
  /** `base->field`; `base` is a pointer value, so `s.field` has the base `&s`. */
  | { readonly kind: 'field'; readonly base: Operand; readonly field: string; readonly span: Span }
  | { readonly kind: 'dereference'; readonly base: Operand; readonly span: Span }
  | { readonly kind: 'index'; readonly base: Operand; readonly index: Operand; readonly span: Span }
  | { readonly kind: 'address'; readonly of: Operand }
  /**
   * A pure operator: `== != < > <= >= + - * / % & | ^ << >> ~ neg`, `&& ||` of operands without effects, `is:M` (is the
   * value in mask M?), `container_of:member` (the struct around a member's address).
   */
  | { readonly kind: 'operator'; readonly op: string; readonly args: readonly Operand[] }
  /** What the language front end does not model; two unknowns at one offset are the same value. */
  | { readonly kind: 'unknown'; readonly at: number };

export interface Call {
  readonly op: 'call';
  readonly span: Span;
  /** The function's name; `*` and the text of the expression when called through a pointer. `@` marks a built-in. */
  readonly callee: string;
  readonly calleeSpan: Span;
  /** What the source has in place of a built-in: `for_each_vma`. */
  readonly macro?: string;
  readonly args: readonly Operand[];
  readonly argSpans: readonly Span[];
  /** The temporary that receives the result. */
  readonly result: number;
  /** The result is not used: the call is a statement of its own. */
  readonly discarded: boolean;
  /**
   * The source does not spell this call: `guard()`, `__free()` or a `Drop` at the end of a scope makes it. `span` is then
   * where it happens (a return, a closing brace), `calleeSpan` what asks for it; operands that it does not spell have empty spans.
   */
  readonly implicit: boolean;
}

export interface Return {
  readonly op: 'return';
  readonly span: Span;
  readonly value: Operand | null;
  /** The end of the body, without a return statement. */
  readonly implicit: boolean;
}

export type Instr =
  | { readonly op: 'assign'; readonly span: Span; readonly to: Operand; readonly from: Operand }
  | Call
  /** The path goes on only if the value is in the mask. */
  | { readonly op: 'assume'; readonly span: Span; readonly value: Operand; readonly mask: Mask }
  /** A local variable comes to life; what an earlier loop iteration left in it is gone. */
  | { readonly op: 'declare'; readonly span: Span; readonly name: string; readonly zeroed: boolean }
  /** The end of a statement: temporaries die. */
  | { readonly op: 'end'; readonly span: Span }
  | Return;

export interface Block {
  readonly id: number;
  readonly instrs: readonly Instr[];
  /** Empty after a return and after a call that does not return. */
  readonly successors: readonly number[];
}

export interface Type {
  /** The name without `struct`, qualifiers and `*`: `mm_struct`, `vma_iterator`, `int`. */
  readonly name: string;
  readonly pointers: number;
  readonly array: boolean;
  /** A struct or union held by value (no pointer). */
  readonly aggregate: boolean;
}

export interface Local {
  readonly type: Type;
  /** Zero-based position when it is a parameter, else -1. */
  readonly parameter: number;
  /** `static` storage: it outlives the call. */
  readonly static: boolean;
  /**
   * The name in the source; the key of `Cfg.locals` differs when an inner scope shadows it (`mm#2`). Locals that the
   * source does not name, such as what a `guard()` keeps, begin with `#`.
   */
  readonly sourceName: string;
  readonly span: Span;
}

/** How a function is entered from outside its file: an ops table, a registration or a definition macro names it. */
export interface Entry {
  /** `vm_operations_struct.close`. */
  readonly place: string;
  /** The function that is named there, when this one is only called from it. */
  readonly through?: string;
  /** Some caller on the way from there may hold users of an mm. */
  readonly isPinned: boolean;
  /** As ContextKind of the knowledge table has it. */
  readonly runs: 'task-current-mm' | 'task' | 'kthread' | 'softirq' | 'atomic' | 'any';
  /** mmap_lock of the mm in question: of the VMA that is passed, else of the running task's. */
  readonly lock: 'none' | 'read' | 'write' | 'unknown';
  /** A page fault enters it: `read` may then be the lock of the VMA instead of mmap_lock. */
  readonly isFault?: boolean;
  /** The last user of the mm that is passed is gone. */
  readonly isExit?: boolean;
}

/** Why a function cannot be judged: rules keep silent about it and say so. */
export interface Incomplete {
  readonly span: Span;
  readonly reason: string;
}

/** One function. Offsets are relative to the text that was lowered; every path ends in an explicit `return`. */
export interface Cfg {
  readonly name: string;
  readonly span: Span;
  readonly nameSpan: Span;
  readonly bodySpan: Span;
  readonly parameters: readonly string[];
  readonly locals: ReadonlyMap<string, Local>;
  readonly returnType: Type;
  readonly isStatic: boolean;
  /** Known only where the file says so. */
  readonly calledAs?: Entry;
  /** Absent for C. */
  readonly language?: 'rust';
  /** What declared types prove of the mm in a local, or in a field as `Struct.field`. */
  readonly keeps?: ReadonlyMap<string, 'users' | 'count'>;
  /** Parameters whose value is a reference that the caller gives away. */
  readonly owned?: ReadonlyMap<string, 'users' | 'count'>;
  /** Parameters whose type proves that mmap_lock is held, of the mm that they are or belong to. */
  readonly locked?: ReadonlyMap<string, 'read' | 'write'>;
  /** The function never returns (`__noreturn`). */
  readonly noreturn: boolean;
  readonly blocks: readonly Block[];
  readonly entry: number;
  /** Names of the functions that it calls. */
  readonly callees: ReadonlySet<string>;
  readonly incomplete: readonly Incomplete[];
}

/** The name under which readers find the call in the source. */
export function nameOfCall({ callee, macro }: Call): string {
  return macro ?? callee;
}
