import type { Table } from '../knowledge/load';
import type { SyntaxNode } from '../syntax/node';
import type { Span } from '../text';
import { typeCall, typeMethodCall } from './calls';
import type { FunctionSource } from './collect';
import { typeFor, typeIf, typeMatch, typeWhile } from './control';
import { endsHandle } from './drops';
import type { Items } from './items';
import { typeMacro } from './macros';
import { childrenOf, isExpression, isMethod, isTest, lastChild, returns } from './nodes';
import { TypeNotes } from './notes';
import { bindPattern } from './patterns';
import {
  typeAssignment,
  typeCast,
  typeField,
  typeLocal,
  typePath,
  typeReference,
  typeStruct,
  typeUnary,
} from './places';
import { promisedOf } from './promises';
import { Scopes } from './scope';
import { typeBlock } from './statements';
import { dropTemporaries } from './temporaries';
import { behindReferences, headName, isRaw, newVariable, pathType, type RustType, resolve, UNIT } from './types';
import { unify } from './unify';
import {
  type Local,
  type LockState,
  makeValue,
  type RustEvent,
  type TypedExpression,
  unknownValue,
  type Value,
} from './value';

/** Parses part of the file again, inside the text that `wrap` puts around it. */
export type Reparse = (start: number, end: number, wrap: (text: string) => string) => SyntaxNode | null;

/** What typing a file needs besides its tree. */
export interface TypingContext {
  readonly items: Items;
  readonly table: Table;
  readonly text: string;
  readonly reparse: Reparse;
}

/** Deeper expressions are not followed: no kernel function comes near. */
const MAX_DEPTH = 200;

/** Locals that are looked at where control leaves: no kernel function has so many. */
const MAX_ALIVE = 64;

const BOOL = pathType('bool');

/**
 * Infers the types of one function's expressions in the order in which they run, as the compiler does it: types flow
 * down from what is expected and up from what is known, and variables meet them in between.
 */
export class Typer {
  readonly expressions: TypedExpression[] = [];
  readonly events: RustEvent[] = [];
  /** What lowering asks of each place: the values of expressions and bindings, and macro arguments as expressions. */
  readonly notes = new TypeNotes();
  readonly scopes = new Scopes();
  /** What the loops around give to those who `break` with a value, the innermost last. */
  readonly loops: RustType[] = [];
  /** Functions inside of this one, which are functions of the file like others. */
  readonly inner: FunctionSource[] = [];
  readonly items: Items;
  /** Set while the text of a macro is read: its offsets are relative to it. */
  base = 0;
  self: RustType | null = null;
  /** Expressions were not followed. */
  tooDeep = false;
  /** What `return` leaves with. */
  #result: RustType = UNIT;
  /** In a closure: the last local of the function around it. */
  #outside: Local | null = null;
  #counted: readonly string[] = [];
  #depth = 0;
  #held: LockState = 'unknown';

  constructor(
    readonly context: TypingContext,
    readonly name: string,
  ) {
    this.items = context.items;
  }

  /** Types a function: its parameters, then its body against the declared result. */
  run({ node, item }: FunctionSource): void {
    this.#result = item.result;
    this.self = item.owner;
    this.#counted = item.counted;
    const nodes = childrenOf(node.childForFieldName('parameters') ?? node).filter(param =>
      /^(?:self_)?parameter$/.test(param.type),
    );
    const body = node.childForFieldName('body');
    this.scopes.within(
      () => {
        for (const [i, { name, type }] of item.params.entries()) {
          const raw = isRaw(type);
          const backing = raw ? promisedOf(this.items, item, { name, type }, body) : null;
          const value = makeValue(type, { owned: raw && item.adopts === name, backing });
          if (nodes[i]) this.#bindParameter(nodes[i], value);
        }
        if (body) this.infer(body, item.result);
      },
      ended => {
        if (!body || returns(body)) return;
        this.dropAll(ended, this.endOf(body));
      },
    );
  }

  /** A function inside of this one sees none of its locals. In a macro it is typed at once, for its text has another base. */
  nested(source: FunctionSource): void {
    if (this.base === 0) {
      this.inner.push(source);
      return;
    }
    const typer = new Typer(this.context, source.name);
    typer.base = this.base;
    typer.#depth = this.#depth;
    typer.run(source);
    this.expressions.push(...typer.expressions);
    this.tooDeep ||= typer.tooDeep;
  }

  spanOf(node: SyntaxNode): Span {
    const start = node.startIndex + this.base;
    // The grammar read a macro's `$crate` and `$name` without their sign.
    const signed = this.base !== 0 && this.context.text[start - 1] === '$' ? start - 1 : start;
    return { start: signed, end: node.endIndex + this.base };
  }

  /** The closing brace of a block, where its locals are dropped. */
  endOf(node: SyntaxNode): Span {
    const end = node.endIndex + this.base;
    return { start: Math.max(end - 1, node.startIndex + this.base), end };
  }

  /** Declares a local; the place of its name says what it is. */
  declare(name: string, at: SyntaxNode, value: Value): void {
    const local: Local = {
      name,
      span: this.spanOf(at),
      value: { ...value, local: null, part: null },
      moved: false,
      parted: [],
      used: false,
    };
    this.scopes.declare(local);
    this.record(at, value);
  }

  record(node: SyntaxNode, value: Value): void {
    const { name, lock } = this;
    this.notes.noteValue(this.spanOf(node), value);
    this.expressions.push({ span: this.spanOf(node), function: name, value, lock, counted: this.#counted });
  }

  /** What is known of mmap_lock here: from guards that live, or from calls of the C functions. */
  get lock(): LockState {
    for (const { value, moved } of this.scopes.innermost()) {
      if (moved) continue;
      const guard = this.items.handleIn(value.type)?.guard;
      if (guard === 'mmap_write') return 'write';
      if (guard === 'mmap_read' && headName(value.type) !== 'Option') return 'read';
    }
    return this.#held;
  }

  /** A C function took or released the lock. */
  noteLock(state: LockState): void {
    this.#held = state;
  }

  /** The value leaves the local that it was read from, unless it is copied. */
  move({ local, part, type }: Value): void {
    if (!/^(?:path|tuple)$/.test(resolve(type).kind)) return;
    if (local) local.moved = true;
    else part?.of.parted.push(part.path);
  }

  /** `Drop` runs for these, in this order; only handles matter. */
  dropAll(dropped: readonly Local[], span: Span): void {
    const { arm } = this.scopes;
    for (const local of dropped.slice(0, MAX_ALIVE)) {
      const { type } = local.value;
      if (this.items.handleIn(type) || endsHandle(this.items, type))
        this.events.push({ kind: 'drop', span, local, type, madeAt: null, arm, isCall: false });
    }
  }

  /** `drop(value)`. */
  drop({ local, type }: Value, span: Span): void {
    this.events.push({ kind: 'drop', span, local, type, madeAt: null, arm: this.scopes.arm, isCall: true });
  }

  /** Types a node that is an expression, against what is expected of it. */
  infer(node: SyntaxNode, expected: RustType | null = null): Value {
    const value = this.within(() => this.#infer(node, expected)) ?? unknownValue();
    if (expected) unify(value.type, expected);
    if (RECORDED.has(node.type)) this.record(node, value);
    else this.notes.noteValue(this.spanOf(node), value);
    return value;
  }

  /** Goes one level down; null where that is too deep. */
  within<T>(body: () => T): T | null {
    if (this.#depth >= MAX_DEPTH) {
      this.tooDeep = true;
      return null;
    }
    this.#depth++;
    const result = body();
    this.#depth--;
    return result;
  }

  inferChild(node: SyntaxNode, field: string, expected: RustType | null = null): Value {
    const child = node.childForFieldName(field);
    return child ? this.infer(child, expected) : unknownValue();
  }

  #infer(node: SyntaxNode, expected: RustType | null): Value {
    switch (node.type) {
      case 'identifier':
      case 'self':
        return typeLocal(this, node) ?? typePath(this, node);
      case 'scoped_identifier':
        return typePath(this, node);
      case 'field_expression':
        return typeField(this, node);
      case 'call_expression':
        return isMethod(node.childForFieldName('function'))
          ? typeMethodCall(this, node, expected)
          : typeCall(this, node, expected);
      case 'reference_expression':
        return typeReference(this, node, expected);
      case 'unary_expression':
        return typeUnary(this, node, expected);
      case 'try_expression':
        return this.#try(node);
      case 'struct_expression':
        return typeStruct(this, node, expected);
      case 'type_cast_expression':
        return typeCast(this, node);
      case 'block':
        return typeBlock(this, node, expected);
      case 'unsafe_block':
      case 'async_block':
      case 'const_block':
      case 'parenthesized_expression':
        return this.#last(node, expected);
      case 'if_expression':
        return typeIf(this, node, expected);
      case 'match_expression':
        return typeMatch(this, node, expected);
      case 'while_expression':
      case 'loop_expression':
        return typeWhile(this, node);
      case 'for_expression':
        return typeFor(this, node);
      case 'closure_expression':
        return this.#closure(node, expected);
      case 'macro_invocation':
        return typeMacro(this, node);
      case 'return_expression':
        this.move(this.#last(node, this.#result));
        this.dropAll(this.#ownAlive, this.spanOf(node));
        return unknownValue();
      case 'break_expression':
        this.move(this.#last(node, this.loops.at(-1) ?? null));
        return unknownValue();
      case 'assignment_expression':
        return typeAssignment(this, node);
      case 'compound_assignment_expr':
        this.#all(node);
        return makeValue(UNIT);
      case 'binary_expression':
        this.#all(node);
        return makeValue(isTest(node) ? BOOL : newVariable());
      case 'tuple_expression':
        return makeValue({ kind: 'tuple', items: this.#moveAll(node).map(({ type }) => type) });
      case 'array_expression':
        return makeValue(pathType('[]', [this.#moveAll(node)[0]?.type ?? newVariable()]));
      case 'let_condition':
      case 'let_chain':
      case 'index_expression': {
        const [array] = this.#all(node);
        const found = array && behindReferences(array.type);
        return makeValue((found?.kind === 'path' && found.name === '[]' ? found.args[0] : null) ?? newVariable());
      }
      case 'range_expression':
      case 'await_expression':
      case 'yield_expression':
        this.#all(node);
        return unknownValue();
      default:
        return unknownValue();
    }
  }

  #bindParameter(node: SyntaxNode, value: Value): void {
    if (node.type === 'self_parameter') {
      const self = childrenOf(node).find(child => child.type === 'self') ?? node;
      this.declare('self', self, value);
      return;
    }
    const pattern = node.childForFieldName('pattern');
    if (pattern) bindPattern(this, pattern, value);
  }

  #try(node: SyntaxNode): Value {
    const inner = lastChild(node);
    if (!inner) return unknownValue();
    const value = this.infer(inner);
    this.move(value);
    dropTemporaries(this, inner, this.spanOf(node));
    this.dropAll(this.#ownAlive, this.spanOf(node));
    const found = resolve(value.type);
    const known = found.kind === 'path' && (found.name === 'Option' || found.name === 'Result');
    return {
      ...value,
      type: known ? (found.args[0] ?? UNIT) : newVariable(),
      nullable: false,
      local: null,
      part: null,
    };
  }

  #closure(node: SyntaxNode, expected: RustType | null): Value {
    const wanted = expected && resolve(expected);
    const hint = wanted?.kind === 'function' ? wanted : null;
    const params: RustType[] = [];
    const result = hint?.result ?? newVariable();
    const outer = this.#result;
    const outside = this.#outside;
    const captured = node.children.some(child => child?.type === 'move') ? this.scopes.watch() : null;
    this.#result = result;
    this.#outside = this.scopes.last;
    this.scopes.within(() => {
      for (const param of childrenOf(node.childForFieldName('parameters') ?? node)) {
        const type = param.type === 'parameter' ? param.childForFieldName('type') : null;
        const known = type ? this.items.readType(type.text) : (hint?.params[params.length] ?? newVariable());
        params.push(known);
        const pattern = param.type === 'parameter' ? param.childForFieldName('pattern') : param;
        if (pattern) bindPattern(this, pattern, makeValue(known));
      }
      const body = node.childForFieldName('body');
      if (body) this.infer(body, result);
    });
    this.#result = outer;
    this.#outside = outside;
    for (const local of captured?.() ?? []) this.move({ ...local.value, local });
    return makeValue({ kind: 'function', params, result });
  }

  /** What a `return` drops: a closure leaves alone what belongs to the function around it. */
  get #ownAlive(): Local[] {
    return this.scopes.nearest(MAX_ALIVE, this.#outside);
  }

  #last(node: SyntaxNode, expected: RustType | null): Value {
    const inner = lastChild(node);
    return inner && inner.type !== 'label' ? this.infer(inner, expected) : makeValue(UNIT);
  }

  /** Values that become part of another one. */
  #moveAll(node: SyntaxNode): Value[] {
    const values = this.#all(node);
    for (const value of values) this.move(value);
    return values;
  }

  #all(node: SyntaxNode): Value[] {
    return childrenOf(node).flatMap(child => (isExpression(child) ? [this.infer(child)] : []));
  }
}

/** Expressions that get a fact when they denote a handle. */
const RECORDED: ReadonlySet<string> = new Set([
  'identifier',
  'self',
  'field_expression',
  'call_expression',
  'reference_expression',
  'unary_expression',
  'try_expression',
  'type_cast_expression',
  'macro_invocation',
]);
