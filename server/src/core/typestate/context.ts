import { type Call, type Cfg, type Operand, POS } from '../ir/ir';
import type { Members } from '../syntax/structs';
import type { Span } from '../text';
import { Constraints } from './constrain';
import type { EventSite, Recorder, Snapshot } from './event';
import { addHoldings, DETACHED, ESCAPED, holdsNothing, isNeutral, owesNothing, PINNED, VMA_READ } from './holding';
import { typeOfOperand } from './operand-types';
import type { Lookup } from './summary';
import type { ResultTraits } from './symbol-info';
import { SymbolTable } from './symbols';
import type { Cell, Sym, World } from './world';

/** The members of a struct that are structs or point to one; undefined for a struct whose definition is not at hand. */
export type MembersOf = (struct: string) => Members | undefined;

/** Everything that transfer functions share while one function is analysed. */
export class Context {
  readonly symbols: SymbolTable;
  readonly constraints: Constraints;
  /** Set during the reporting pass only, so that nothing is recorded while states are still growing. */
  recorder: Recorder | null = null;
  /** Struct that a field cell belongs to, by the declared type of the base; `binder_alloc` for `alloc->mm`. */
  readonly ownerTypes = new Map<Cell, string>();
  /** The local variables that can hold an mm or a vma. */
  readonly #handles: readonly { readonly cell: Cell; readonly name: string }[];

  constructor(
    readonly cfg: Cfg,
    readonly lookup: Lookup,
    /** What is known of the structs whose members the function names. */
    readonly membersOf: MembersOf,
    /** Functions whose calls are recorded for parameter contracts. */
    readonly isTracked: (callee: string) => boolean,
  ) {
    this.symbols = new SymbolTable(cfg);
    this.constraints = new Constraints(this.symbols, (world, a, b) => this.unify(world, a, b));
    this.#handles = [...cfg.locals]
      .filter(([, { type }]) => type.pointers === 1 && /^(?:mm_struct|vm_area_struct)$/.test(type.name))
      .map(([name, { sourceName }]) => ({ cell: this.symbols.variableCell(name), name: sourceName }));
  }

  snapshot(world: World, symbol: Sym): Snapshot {
    return {
      symbol,
      holding: world.holding(symbol),
      mask: this.constraints.maskOf(world, symbol),
      history: world.history.get(symbol) ?? [],
      variable: this.#variableOf(world, symbol),
      block: this.recorder?.block ?? 0,
    };
  }

  /** Messages speak of `mm`, not of `get_task_mm()`, and a fix must spell what holds the value at that point. */
  #variableOf(world: World, symbol: Sym): string | null {
    if (this.symbols.denotes(symbol) === 'other') return null;
    return this.#handles.find(({ cell }) => this.symbols.read(world, cell) === symbol)?.name ?? null;
  }

  /** The mm of a vma value. */
  mmOf(world: World, vma: Sym): Sym {
    return this.symbols.read(world, this.symbols.cell(vma, 'vm_mm'));
  }

  /** The mm that an object keeps beside a VMA, of which it is then: the cell of the one, for that of the other. */
  keptBeside(vma: Cell): Cell | null {
    const owner = this.ownerTypes.get(vma);
    const members = owner === undefined ? undefined : this.membersOf(owner);
    if (!members) return null;
    const [mm, another] = Object.keys(members).filter(member => members[member] === 'mm_struct*');
    return mm !== undefined && another === undefined ? this.symbols.cell(this.symbols.cellBase(vma), mm) : null;
  }

  /** An object keeps the VMA beside its mm, and clears both by a protocol of its own. */
  isKeptByObject(vma: Sym): boolean {
    const info = this.symbols.info(vma);
    return (
      info.kind === 'initial' && this.symbols.cellDenotes(info.cell) === 'vma' && this.keptBeside(info.cell) !== null
    );
  }

  /** A value that an expression of the source denotes: facts and hovers read these. */
  recordValue(world: World, span: Span, symbol: Sym): void {
    if (!this.recorder?.withDetail) return;
    const key = `${span.start}:${span.end}`;
    const list = this.recorder.values.get(key);
    const own = this.snapshot(world, symbol);
    const snapshot =
      this.symbols.denotes(symbol) === 'vma' ? { ...own, mm: this.snapshot(world, this.mmOf(world, symbol)) } : own;
    if (list) list.push(snapshot);
    else this.recorder.values.set(key, [snapshot]);
  }

  /** `symbol` is dereferenced: on this path it is a pointer from here on. */
  dereference(world: World, symbol: Sym, at: EventSite, how: 'dereference' | 'argument'): void {
    const { symbols, constraints, recorder } = this;
    recorder?.dereferenced.add(symbol);
    this.noteUse(world, symbol, at, how);
    const mask = constraints.maskOf(world, symbol);
    if (mask !== POS && mask & POS && !symbols.isConstant(symbol)) constraints.assume(world, symbol, POS);
  }

  /** A handle is looked into, or given to a function that may do so. */
  noteUse(world: World, symbol: Sym, at: EventSite, how: 'dereference' | 'argument' | 'passed'): void {
    const what = this.symbols.denotes(symbol);
    if (!this.recorder || what === 'other') return;
    const isOfMm = what === 'vma' && !this.isKeptByObject(symbol);
    const mm = isOfMm ? this.snapshot(world, this.mmOf(world, symbol)) : null;
    this.recorder.events.push({ kind: 'use', at, of: this.snapshot(world, symbol), how, what, mm });
  }

  store(world: World, cell: Cell, value: Sym): void {
    world.env.set(cell, value);
    if (this.symbols.isLocalCell(cell)) return;
    const before = this.symbols.initial(cell);
    if (before !== value && this.symbols.cellDenotes(cell) === 'mm')
      world.held.set(before, world.holding(before) | DETACHED);
    const denotesMm = this.symbols.cellDenotes(cell) === 'mm' && !this.symbols.isConstant(value);
    if (world.held.has(value) || this.symbols.isAcquired(value) || denotesMm)
      world.held.set(value, world.holding(value) | ESCAPED);
  }

  /**
   * A new value made at `key`. When a value that an earlier pass over this place made is still held or named, that one
   * becomes "the earlier one": two generations are enough, as loops that collect more hand them over.
   */
  fresh(world: World, key: string, callee: string, traits: ResultTraits, span: Span): Sym {
    const symbol = this.symbols.result(key, callee, traits, span);
    this.retire(world, symbol);
    forgetSame(world, symbol);
    if (this.#isReferenced(world, symbol)) this.rename(world, symbol, this.symbols.earlier(symbol));
    world.history.delete(symbol);
    this.constraints.forget(world, symbol);
    return symbol;
  }

  /** `a == b` holds for two handles: one symbol stands for both from here on, the better known one. False: they are two. */
  unify(world: World, a: Sym, b: Sym): boolean {
    const { symbols } = this;
    const kind = symbols.denotes(a);
    if (a === b || kind !== symbols.denotes(b)) return true;
    if (kind === 'other') {
      this.#unifyOwners(world, a, b);
      return true;
    }
    if (symbols.isBasedOn(a, b) || symbols.isBasedOn(b, a)) return true;
    // Nobody locks one VMA twice.
    if (world.holding(a) & world.holding(b) & VMA_READ) return false;
    // Two handles that both hold something were told apart before: what they hold cannot be added up.
    if (!isNeutral(world.holding(a)) && !isNeutral(world.holding(b))) return true;
    const [kept, gone] = this.#rank(world, a) >= this.#rank(world, b) ? [a, b] : [b, a];
    this.#moveNames(world, gone, kept);
    const info = symbols.info(gone);
    if (info.kind === 'initial') world.env.set(info.cell, kept);
    world.same.set(gone, kept);
    return true;
  }

  /** Two pointers to one task or other struct: what is held or pinned through the one is reached through the other. */
  #unifyOwners(world: World, a: Sym, b: Sym): void {
    const { symbols } = this;
    const isOwner = (owner: Sym) =>
      [...world.held.entries()].some(
        ([symbol, holding]) => (holding & PINNED || !isNeutral(holding)) && symbols.isDerivedFrom(symbol, owner),
      );
    if (symbols.isBasedOn(a, b) || symbols.isBasedOn(b, a) || isOwner(a) === isOwner(b)) return;
    const [kept, gone] = isOwner(a) ? [a, b] : [b, a];
    const info = symbols.info(gone);
    if (info.kind !== 'initial') return;
    this.#moveNames(world, gone, kept);
    world.env.set(info.cell, kept);
  }

  /**
   * Of two names of one object: an address always evaluates to itself; then what holds something; then the one whose
   * origin promises more, for that is what is known of both.
   */
  #rank(world: World, symbol: Sym): number {
    const { symbols } = this;
    const info = symbols.info(symbol);
    if (info.kind === 'address') return 6;
    if (!isNeutral(world.holding(symbol))) return 5;
    if (info.kind !== 'initial') return 2;
    const [base, field] = [symbols.cellBase(info.cell), symbols.cellField(info.cell)];
    if (field === 'active_mm') return 0;
    if (base === symbols.current) return 4;
    if (field === 'mm' && this.ownerTypes.get(info.cell) === 'task_struct') return 0;
    if (field === 'vm_mm' || symbols.info(base).kind === 'address') return 3;
    return 1;
  }

  /**
   * What is reached through `symbol` was reached through another object: forget what is neutral, and keep what is held
   * as the earlier one.
   */
  retire(world: World, symbol: Sym): void {
    const { symbols } = this;
    if (!symbols.isBase(symbol)) return;
    for (const [derived, holding] of world.held.snapshot()) {
      if (!symbols.isDerivedFrom(derived, symbol)) continue;
      if (owesNothing(holding)) world.held.delete(derived);
      if (!holdsNothing(holding)) this.rename(world, derived, symbols.earlier(derived));
    }
    for (const map of [world.masks, world.equals, world.oneOf]) {
      for (const derived of map.keys()) if (symbols.isDerivedFrom(derived, symbol)) map.delete(derived);
    }
  }

  /** `*to = *from` copies a struct: whoever reads the copy has the handles that are reached through `from`. */
  shareMembers(world: World, from: Sym): void {
    for (const [symbol, holding] of world.held.entries()) {
      if (this.symbols.isDerivedFrom(symbol, from)) world.held.set(symbol, holding | ESCAPED);
    }
  }

  #isReferenced(world: World, symbol: Sym): boolean {
    if (world.held.has(symbol)) return true;
    for (const value of world.env.values()) if (value === symbol) return true;
    for (const cell of world.env.keys()) if (this.symbols.cellBase(cell) === symbol) return true;
    return false;
  }

  /** All that is known of `from` belongs to `to` now, and nothing that was known of `to` before. */
  rename(world: World, from: Sym, to: Sym): void {
    this.#moveNames(world, from, to);
    const mask = world.masks.get(from);
    this.constraints.forget(world, to);
    if (mask !== undefined) world.masks.set(to, mask);
  }

  /** Every name of `from` becomes a name of `to`; references add up when `to` already holds some. */
  #moveNames(world: World, from: Sym, to: Sym): void {
    const { symbols } = this;
    forgetSame(world, from);
    for (const [cell, value] of world.env.snapshot()) {
      const based = symbols.cellBase(cell) === from;
      if (based) world.env.delete(cell);
      const target = based ? symbols.cell(to, symbols.cellField(cell)) : cell;
      if (based || value === from) world.env.set(target, value === from ? to : value);
    }
    const holding = world.held.get(from);
    if (holding !== undefined) {
      const other = world.held.get(to);
      world.held.delete(from);
      world.held.set(to, other === undefined ? holding : addHoldings(holding, other));
    }
    const history = world.history.get(from);
    if (history) {
      world.history.delete(from);
      world.history.set(to, history);
    }
  }

  /** An operand that the source spells as a plain name or path of pointer type to mm_struct. */
  denotesMm(operand: Operand): boolean {
    const type = typeOfOperand(this, operand);
    if (type) return type.pointers === 1 && type.name === 'mm_struct';
    return operand.kind === 'field' && /^(?:mm|\w+_mm)$/.test(operand.field);
  }

  site(span: Span, call: Call | null = null): EventSite {
    return { span, call };
  }
}

function forgetSame(world: World, symbol: Sym): void {
  if (!world.same.size) return;
  for (const [gone, kept] of world.same.snapshot()) if (gone === symbol || kept === symbol) world.same.delete(gone);
}
