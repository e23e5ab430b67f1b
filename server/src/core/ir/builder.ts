import type { Span } from '../text';
import { type Draft, numberBlocks } from './block-order';
import { ANY, type Call, type Cfg, type Instr, type Local, type Mask, NONZERO, type Operand, type Type } from './ir';
import { readsPlace } from './operand';

/** Emits what a scope owes when control leaves it at `exit`. */
export type Cleanup = (exit: Span) => void;

/** What control owes at one point, innermost first: a list that shares its tail with every other point. */
interface Owed {
  readonly cleanup: Cleanup;
  readonly before: Owed | null;
  readonly depth: number;
}

interface Scope {
  readonly parent: Scope | null;
  readonly names: Map<string, string>;
  /** What was owed when the scope was entered. */
  readonly owed: Owed | null;
}

interface Jump {
  readonly owed: Owed | null;
  /** Where `break` goes. */
  readonly out: Draft;
  /** Where `continue` goes; null for a switch. */
  readonly again: Draft | null;
}

interface Label {
  readonly name: string;
  readonly block: Draft;
  /** What is owed at the label; undefined while nothing has placed it. */
  owed: Owed | null | undefined;
}

interface PendingGoto {
  readonly from: Draft;
  readonly owed: Owed | null;
  readonly label: Label;
  readonly span: Span;
}

/** What a caller says of a call; the rest follows or has a usual value. */
export interface CallParts {
  readonly span: Span;
  readonly callee: string;
  readonly calleeSpan: Span;
  readonly macro?: string;
  readonly args: readonly Operand[];
  readonly argSpans: readonly Span[];
  readonly discarded?: boolean;
  readonly implicit?: boolean;
}

/** Blocks and instructions of one function, a hundred times those of the largest of 26,000 kernel functions. */
const MAX_SIZE = 200_000;

/**
 * Builds the blocks of one function: branches, labels, loops, and scopes whose clean-up runs however control leaves
 * them. Instructions go to the current block; what follows a jump goes to a block that nothing reaches and that
 * `finish` drops, so callers need not ask whether code is reachable.
 */
export class CfgBuilder {
  readonly locals = new Map<string, Local>();
  readonly #entry: Draft = { instrs: [], successors: [] };
  #current = this.#entry;
  #scope: Scope = { parent: null, names: new Map(), owed: null };
  #owed: Owed | null = null;
  readonly #copies = new Map<string, number>();
  readonly #globals = new Set<string>();
  readonly #jumps: Jump[] = [];
  readonly #labels = new Map<string, Label>();
  readonly #gotos: PendingGoto[] = [];
  #temporaries = 0;
  #ended = 0;
  #inExpression = 0;
  #size = 0;

  /** The function is too large: whatever is emitted from now on is lost, and the result must be called incomplete. */
  get exhausted(): boolean {
    return this.#size > MAX_SIZE;
  }

  get current(): Draft {
    return this.#current;
  }

  /** Number of temporaries so far: compare two readings to learn whether a statement made one. */
  get temporaries(): number {
    return this.#temporaries;
  }

  newBlock(): Draft {
    this.#size++;
    return { instrs: [], successors: [] };
  }

  /** Continues in `block`, which control reaches only by the jumps made to it. */
  moveTo(block: Draft): void {
    this.#current = block;
  }

  /** Ends the current block with a jump. */
  jump(target: Draft): void {
    this.#current.successors.push(target);
    this.#current = this.newBlock();
  }

  /** Falls through into `block` and continues there. */
  fallInto(block: Draft): void {
    this.#current.successors.push(block);
    this.#current = block;
  }

  /** The path ends here: the last call does not return. */
  stop(): void {
    this.#current = this.newBlock();
  }

  emit(instr: Instr): void {
    if (this.exhausted) return;
    this.#size++;
    this.#current.instrs.push(instr);
  }

  assign(to: Operand, from: Operand, span: Span): void {
    this.emit({ op: 'assign', span, to, from });
  }

  newTemporary(): Operand & { readonly kind: 'temporary' } {
    return { kind: 'temporary', id: this.#temporaries++ };
  }

  /** A temporary that holds `value` from now on, whatever happens to the places it was read from. */
  hold(value: Operand, span: Span): Operand {
    const temporary = this.newTemporary();
    this.assign(temporary, value, span);
    return temporary;
  }

  /** Reads `value` for its own sake, where the source evaluates an expression and drops the result. */
  evaluate(value: Operand, span: Span): void {
    if (readsPlace(value)) this.hold(value, span);
  }

  call(parts: CallParts): Operand {
    const result = this.newTemporary();
    const call: Call = { op: 'call', discarded: false, implicit: false, ...parts, result: result.id };
    this.emit(call);
    return result;
  }

  /** Two ways on: `value` is in `mask`, or it is not. */
  branch(value: Operand, span: Span, inside: Draft, outside: Draft, mask: Mask = NONZERO): void {
    if (value.kind === 'const' && /^\d+$/.test(value.text) && mask === NONZERO) {
      this.jump(value.text === '0' ? outside : inside);
      return;
    }
    const from = this.#current;
    for (const [target, assumed] of [
      [inside, mask],
      [outside, ANY & ~mask],
    ] as const) {
      const arm = this.newBlock();
      from.successors.push(arm);
      this.#current = arm;
      this.emit({ op: 'assume', span, value, mask: assumed });
      this.jump(target);
    }
  }

  /** Ends a statement. Inside a statement expression the temporaries of the statement around it live on. */
  endStatement(span: Span): void {
    if (this.#inExpression > 0 || this.#ended === this.#temporaries) return;
    this.#ended = this.#temporaries;
    this.emit({ op: 'end', span });
  }

  /** Ends a statement at the start of each of two ways on, where `since` was the number of temporaries before it. */
  endStatementOn(paths: readonly Draft[], since: number, span: Span): void {
    if (this.#inExpression > 0 || since === this.#temporaries) return;
    const here = this.#current;
    for (const path of paths) {
      this.#current = path;
      this.emit({ op: 'end', span });
    }
    this.#current = here;
    this.#ended = this.#temporaries;
  }

  /** Runs `body` as part of an expression: statements in it do not end the statement that the expression is in. */
  withinExpression<T>(body: () => T): T {
    this.#inExpression++;
    const result = body();
    this.#inExpression--;
    return result;
  }

  enterScope(): void {
    this.#scope = { parent: this.#scope, names: new Map(), owed: this.#owed };
  }

  /** Leaves the innermost scope at `exit`, running its clean-ups, the last one first. */
  leaveScope(exit: Span): void {
    this.#cleanUp(this.#owed, this.#scope.owed, exit);
    this.#owed = this.#scope.owed;
    this.#scope = this.#scope.parent ?? this.#scope;
  }

  /** Runs the clean-ups of the innermost scope on one of several ways out of it, without leaving it. */
  payScope(exit: Span): void {
    this.#cleanUp(this.#owed, this.#scope.owed, exit);
  }

  /** Registers what control owes from here to the end of the innermost scope. */
  addCleanup(cleanup: Cleanup): void {
    this.#owed = { cleanup, before: this.#owed, depth: (this.#owed?.depth ?? 0) + 1 };
  }

  /** Whether a return from here runs any clean-up. */
  get owesCleanup(): boolean {
    return this.#owed !== null;
  }

  /**
   * Names a new local of the innermost scope: `mm`, then `mm#2` when the name is used for something else already.
   * A second declaration in one scope is the same local: only arms of one `#if` can have both.
   */
  declareLocal(local: Local): string {
    const { sourceName } = local;
    const known = this.#scope.names.get(sourceName);
    if (known !== undefined) return known;
    let copies = this.#copies.get(sourceName) ?? (this.#globals.has(sourceName) ? 1 : 0);
    this.#copies.set(sourceName, ++copies);
    const key = copies === 1 ? sourceName : `${sourceName}#${copies}`;
    this.locals.set(key, local);
    this.#scope.names.set(sourceName, key);
    return key;
  }

  /** A local that the source does not name; `kind` says what it is for. */
  declareHidden(kind: string, type: Type, span: Span): string {
    const count = (this.#copies.get(kind) ?? 0) + 1;
    this.#copies.set(kind, count);
    const key = `#${kind}${count}`;
    this.locals.set(key, { type, parameter: -1, static: false, sourceName: key, span });
    return key;
  }

  /** The key of the local that `sourceName` denotes here; null when it is none, but a global or a constant. */
  resolve(sourceName: string): string | null {
    for (let scope: Scope | null = this.#scope; scope; scope = scope.parent) {
      const key = scope.names.get(sourceName);
      if (key !== undefined) return key;
    }
    this.#globals.add(sourceName);
    return null;
  }

  /** Runs `body` where `break` goes to `out` and `continue` to `again` (null: to the loop around it). */
  withinLoop(out: Draft, again: Draft | null, body: () => void): void {
    this.#jumps.push({ owed: this.#owed, out, again });
    body();
    this.#jumps.pop();
  }

  /** False when there is nothing to break out of. */
  breakOut(span: Span): boolean {
    return this.#jumpTo(this.#jumps.at(-1), 'out', span);
  }

  continueLoop(span: Span): boolean {
    let depth = this.#jumps.length - 1;
    while (depth >= 0 && this.#jumps[depth]!.again === null) depth--;
    return this.#jumpTo(this.#jumps[depth], 'again', span);
  }

  /** Jumps to a label, which may come later: what is owed here and not there is cleaned up once that is known. */
  goto(label: string, span: Span): void {
    this.#gotos.push({ from: this.#current, owed: this.#owed, label: this.#labelOf(label), span });
    this.#current = this.newBlock();
  }

  placeLabel(label: string): void {
    const placed = this.#labelOf(label);
    placed.owed = this.#owed;
    this.fallInto(placed.block);
  }

  /** Labels that a `goto` names and nobody placed, so far. */
  missingLabels(): { readonly name: string; readonly span: Span }[] {
    const missing = new Map<string, Span>();
    for (const { label, span } of this.#gotos)
      if (label.owed === undefined && !missing.has(label.name)) missing.set(label.name, span);
    return [...missing].map(([name, span]) => ({ name, span }));
  }

  /** Returns `value`, which is read before the scopes are cleaned up. */
  return(value: Operand | null, span: Span, implicit: boolean): void {
    const held = value && this.owesCleanup && readsPlace(value) ? this.hold(value, span) : value;
    this.#cleanUp(this.#owed, null, span);
    this.emit({ op: 'return', span, value: held, implicit });
    this.stop();
  }

  /** The blocks that control reaches, in reverse post-order, so that a block comes before what follows it. */
  finish(end: Span): Pick<Cfg, 'blocks' | 'entry' | 'callees'> {
    const leave: Instr = { op: 'return', span: end, value: null, implicit: true };
    for (const { from, owed, label, span } of this.#gotos) {
      this.#current = from;
      this.#cleanUp(owed, commonTail(owed, label.owed ?? null), span);
      this.#current.successors.push(label.block);
    }
    for (const { owed, block } of this.#labels.values()) if (owed === undefined) block.instrs.push(leave);
    if (this.exhausted) return { blocks: [{ id: 0, instrs: [leave], successors: [] }], entry: 0, callees: new Set() };
    return numberBlocks(this.#entry);
  }

  #labelOf(name: string): Label {
    let label = this.#labels.get(name);
    if (!label) {
      label = { name, block: this.newBlock(), owed: undefined };
      this.#labels.set(name, label);
    }
    return label;
  }

  #jumpTo(jump: Jump | undefined, where: 'out' | 'again', span: Span): boolean {
    const target = jump?.[where];
    if (!jump || !target) return false;
    this.#cleanUp(this.#owed, jump.owed, span);
    this.jump(target);
    return true;
  }

  /** Pays what is in `from` and not in its tail `kept`. */
  #cleanUp(from: Owed | null, kept: Owed | null, exit: Span): void {
    for (let owed = from; owed && owed !== kept && !this.exhausted; owed = owed.before) owed.cleanup(exit);
  }
}

function commonTail(a: Owed | null, b: Owed | null): Owed | null {
  let [x, y] = [a, b];
  while (x && y && x !== y) {
    if (x.depth >= y.depth) x = x.before;
    else y = y.before;
  }
  return x && y ? x : null;
}
