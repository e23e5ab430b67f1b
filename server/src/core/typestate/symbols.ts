import { ANY, type Cfg, POS, type Type } from '../ir/ir';
import type { Span } from '../text';
import { constantMask, foldConstants } from './constants';
import { nameCell, nameSymbol } from './names';
import type { Slot } from './summary';
import type { ResultTraits, SymbolInfo } from './symbol-info';
import type { Cell, Sym, World } from './world';

interface CellInfo {
  readonly base: Sym;
  readonly field: string;
  /** Of a value that lowering named. */
  readonly isTemporary: boolean;
  initial: Sym;
  /** What the struct's definition says that the field points to; null while no definition was met. */
  denotes: 'mm' | 'vma' | 'other' | null;
}

/** Absent operand of a unary operator. */
export const NO_SYM: Sym = -1;

/** More than any function has: a function has a limited number of nodes. */
const MAX_SYMBOLS = 2 ** 26;

/**
 * Field names that hold an mm_struct pointer by convention, for structs whose definition is not at hand.
 * `mm_account` is io_uring's and iommufd's accounting mm.
 */
const MM_FIELD = /^(?:mm|mm_account|\w*_mm|oldmm|mm_ptr)$/;
/** An `anon_vma` is no VMA. */
const VMA_FIELD = /^(?:vma|(?!anon_)\w*_vma)$/;

/** Interns the symbols and cells of one function. Symbols are values; worlds say what is known of them. */
export class SymbolTable {
  readonly #infos: SymbolInfo[] = [];
  readonly #keys = new Map<string, Sym>();
  readonly #cells: CellInfo[] = [];
  /** By the base, then by the field. */
  readonly #cellsOf: (Map<string, Cell> | undefined)[] = [];
  readonly #constants = new Map<string, Sym>();
  readonly #variableCells = new Map<string, Cell>();
  readonly #temporaryCells: Cell[] = [];
  /** By the operator, then by both operands in one number. */
  readonly #operatorKeys = new Map<string, Map<number, Sym>>();
  /** Symbols that others are made of: cells, addresses of fields, operators. */
  readonly #bases = new Set<Sym>();
  /** Operators that mention a symbol: their facts die with it. */
  readonly #operators: (Sym[] | undefined)[] = [];
  /** The first local variable that was given a value. */
  readonly #variables = new Map<Sym, string>();
  readonly current: Sym;
  readonly zero: Sym;

  constructor(readonly cfg: Cfg) {
    this.current = this.intern('current', () => ({ kind: 'current', mask: POS }));
    this.zero = this.constant('0');
  }

  get size(): number {
    return this.#infos.length;
  }
  info(symbol: Sym): SymbolInfo {
    return this.#infos[symbol]!;
  }
  cellBase(cell: Cell): Sym {
    return this.#cells[cell]!.base;
  }
  cellField(cell: Cell): string {
    return this.#cells[cell]!.field;
  }
  isTemporary(cell: Cell): boolean {
    return this.#cells[cell]!.isTemporary;
  }
  operatorsOn(symbol: Sym): readonly Sym[] {
    return this.#operators[symbol] ?? [];
  }

  /** The constant FLAG of the operator `value & FLAG`; null for any other. */
  flagOf(operator: Sym, value: Sym): Sym | null {
    const info = this.info(operator);
    if (info.kind !== 'operator' || info.op !== '&') return null;
    const flag = info.a === value ? info.b : info.a;
    return this.isConstant(flag) ? flag : null;
  }

  intern(key: string, make: () => SymbolInfo): Sym {
    let symbol = this.#keys.get(key);
    if (symbol === undefined) {
      symbol = this.#add(make());
      this.#keys.set(key, symbol);
    }
    return symbol;
  }

  #add(info: SymbolInfo): Sym {
    return this.#infos.push(info) - 1;
  }

  constant(text: string): Sym {
    let symbol = this.#constants.get(text);
    if (symbol === undefined) {
      symbol = this.#add({ kind: 'constant', text, mask: constantMask(text) });
      this.#constants.set(text, symbol);
    }
    return symbol;
  }

  addressOf(variable: string): Sym {
    const local = this.cfg.locals.get(variable);
    return this.intern(`a:${variable}`, () => ({
      kind: 'address',
      variable,
      local: (local !== undefined && !local.static) || variable.startsWith('%'),
      mask: POS,
    }));
  }

  fieldAddress(base: Sym, field: string): Sym {
    if (field === '*') return base;
    this.#bases.add(base);
    return this.intern(`f:${base}.${field}`, () => ({ kind: 'fieldAddress', base, field, mask: POS }));
  }

  /** `*(&s->f)` is `s->f` and `*(&x)` is `x`, so every way to name a place reaches one cell. */
  cell(base: Sym, field: string): Cell {
    const info = this.#infos[base]!;
    if (field === '*' && info.kind === 'fieldAddress') return this.cell(info.base, info.field);
    this.#cellsOf[base] ??= new Map();
    const cells = this.#cellsOf[base];
    let cell = cells.get(field);
    if (cell === undefined) {
      const isTemporary = info.kind === 'address' && info.variable.startsWith('%');
      cell = this.#cells.push({ base, field, isTemporary, initial: -1, denotes: null }) - 1;
      cells.set(field, cell);
      this.#bases.add(base);
    }
    return cell;
  }

  /** The cells below `base` that are known to name an mm. */
  mmCellsOf(base: Sym): Cell[] {
    return [...(this.#cellsOf[base]?.values() ?? [])].filter(cell => this.cellDenotes(cell) === 'mm');
  }

  variableCell(name: string): Cell {
    let cell = this.#variableCells.get(name);
    if (cell === undefined) {
      cell = this.cell(this.addressOf(name), '*');
      this.#variableCells.set(name, cell);
    }
    return cell;
  }

  temporaryCell(id: number): Cell {
    this.#temporaryCells[id] ??= this.variableCell(`%${id}`);
    return this.#temporaryCells[id];
  }

  initial(cell: Cell): Sym {
    const info = this.#cells[cell]!;
    if (info.initial < 0) {
      // A vma always has an mm, and every task runs on some mm.
      const mask = info.field === 'vm_mm' || info.field === 'active_mm' ? POS : ANY;
      info.initial = this.#add({ kind: 'initial', cell, mask });
    }
    return info.initial;
  }

  read(world: World, cell: Cell): Sym {
    return world.env.get(cell) ?? this.initial(cell);
  }

  operator(op: string, a: Sym, b: Sym = NO_SYM, depth = 0): Sym {
    const left = this.#infos[a];
    const right = b === NO_SYM ? undefined : this.#infos[b]!;
    if (left?.kind === 'constant' && right?.kind === 'constant') {
      const folded = foldConstants(op, left.text, right.text);
      if (folded !== null) return this.constant(folded);
    }
    if (left?.kind === 'fieldAddress' && op === `container_of:${left.field}`) return left.base;
    if ((op === '|' || op === '+' || op === '^') && (a === this.zero || b === this.zero))
      return a === this.zero ? b : a;
    if (op === '&') {
      const [value, flag] = left?.kind === 'constant' ? [b, a] : [a, b];
      const distributed = this.#distribute(value, flag, depth);
      if (distributed !== null) return distributed;
    }
    let [x, y] = [a, b];
    const swap =
      op === '==' || op === '!='
        ? left?.kind === 'constant' && right?.kind !== 'constant'
        : (op === '|' || op === '&' || op === '+') && a > b;
    if (swap) [x, y] = [b, a];
    return this.#internOperator(op, x, y);
  }

  #internOperator(op: string, a: Sym, b: Sym): Sym {
    let known = this.#operatorKeys.get(op);
    if (!known) {
      known = new Map();
      this.#operatorKeys.set(op, known);
    }
    const key = (a + 1) * MAX_SYMBOLS + b + 1;
    let symbol = known.get(key);
    if (symbol === undefined) {
      symbol = this.#add({ kind: 'operator', op, a, b, mask: ANY });
      known.set(key, symbol);
      for (const operand of [a, b]) {
        if (operand === NO_SYM) continue;
        this.#bases.add(operand);
        const users = this.#operators[operand];
        if (users) users.push(symbol);
        else this.#operators[operand] = [symbol];
      }
    }
    return symbol;
  }

  /** `(x | y) & FLAG` is `(x & FLAG) | (y & FLAG)`, so that results gathered with `|=` are tested one by one. */
  #distribute(value: Sym, flag: Sym, depth: number): Sym | null {
    const info = this.#infos[value];
    if (depth > 6 || info?.kind !== 'operator' || info.op !== '|' || !this.isConstant(flag)) return null;
    // A union of constants is a set of flags, which has its own treatment.
    if (this.isConstant(info.a) || this.isConstant(info.b)) return null;
    return this.operator('|', this.operator('&', info.a, flag, depth + 1), this.operator('&', info.b, flag, depth + 1));
  }

  result(key: string, callee: string, traits: ResultTraits, span: Span): Sym {
    return this.intern(`r:${key}`, () => ({ kind: 'result', callee, traits, span, mask: ANY }));
  }

  phi(block: number, cell: Cell): Sym {
    return this.intern(`p:${block}:${cell}`, () => ({ kind: 'phi', cell, sources: new Set(), mask: ANY }));
  }

  earlier(of: Sym): Sym {
    const info = this.#infos[of]!;
    if (info.kind === 'earlier') return of;
    const acquired = this.isAcquired(of);
    return this.intern(`e:${of}`, () => ({ kind: 'earlier', of, acquired, mask: ANY }));
  }

  isConstant(symbol: Sym): boolean {
    return this.#infos[symbol]!.kind === 'constant';
  }
  isAcquired(symbol: Sym): boolean {
    const info = this.#infos[symbol]!;
    return info.kind === 'result' ? info.traits.acquired : info.kind === 'earlier' && info.acquired;
  }
  /** The reference that comes with the value of a parameter. */
  givenWith(symbol: Sym): 'users' | 'count' | null {
    const info = this.#infos[symbol]!;
    const owner = info.kind === 'initial' ? this.#infos[this.#cells[info.cell]!.base]! : null;
    return (owner?.kind === 'address' && this.cfg.owned?.get(owner.variable)) || null;
  }
  isMade(symbol: Sym): boolean {
    const info = this.#infos[symbol]!;
    return info.kind === 'result' && info.traits.made;
  }

  /** A cell that only this call can reach: a local variable or a part of one. */
  isLocalCell(cell: Cell): boolean {
    let base = this.#cells[cell]!.base;
    for (let depth = 0; depth < 8; depth++) {
      const info = this.#infos[base]!;
      if (info.kind === 'address') return info.local;
      if (info.kind !== 'fieldAddress') return false;
      base = info.base;
    }
    return false;
  }

  /** Type of the variable that a cell is, or null. */
  localType(cell: Cell): Type | null {
    const info = this.#infos[this.#cells[cell]!.base]!;
    if (info.kind !== 'address' || this.#cells[cell]!.field !== '*') return null;
    return this.cfg.locals.get(info.variable)?.type ?? null;
  }

  /** The definition of its struct gives this type to a field: `mm_struct*`. */
  declareMember(cell: Cell, type: string): void {
    const pointee = type.endsWith('*') && !type.endsWith('**') ? type.slice(0, -1) : '';
    this.#cells[cell]!.denotes = denotedBy(pointee);
  }

  /** What a cell points to, by the declared type of a variable or member, else by the field's conventional name. */
  cellDenotes(cell: Cell): 'mm' | 'vma' | 'other' {
    const { base, field, denotes } = this.#cells[cell]!;
    if (denotes !== null) return denotes;
    if (field !== '*') return MM_FIELD.test(field) ? 'mm' : VMA_FIELD.test(field) ? 'vma' : 'other';
    const type = this.localType(cell);
    if (type) return type.pointers === 1 ? denotedBy(type.name) : 'other';
    // What a pointer to a handle points to.
    const pointer = this.#infos[base]!;
    const outer = pointer.kind === 'initial' ? this.localType(pointer.cell) : null;
    return outer?.pointers === 2 ? denotedBy(outer.name) : 'other';
  }

  /** What a call of an unknown function returned is what the variable that it is assigned to holds. */
  declareResult(symbol: Sym, cell: Cell): void {
    const info = this.#infos[symbol]!;
    if (info.kind === 'result' && info.traits.denotes === 'other')
      info.traits = { ...info.traits, denotes: this.cellDenotes(cell) };
  }

  denotes(symbol: Sym, depth = 0): 'mm' | 'vma' | 'other' {
    const info = this.#infos[symbol]!;
    switch (info.kind) {
      case 'result':
        return info.traits.denotes;
      case 'initial':
      case 'phi':
        return this.cellDenotes(info.cell);
      case 'earlier':
        return depth > 4 ? 'other' : this.denotes(info.of, depth + 1);
      case 'address':
        return info.variable === 'init_mm' || info.variable === 'efi_mm' ? 'mm' : 'other';
      default:
        return 'other';
    }
  }

  /** What messages call the value. */
  name(symbol: Sym): string {
    return nameSymbol(this, symbol);
  }
  cellName(cell: Cell): string {
    return nameCell(this, cell);
  }
  /** A local variable was given the value: the name of what cannot be named by where it came from. */
  noteName(symbol: Sym, variable: string): void {
    if (!this.#variables.has(symbol)) this.#variables.set(symbol, variable);
  }
  variableOf(symbol: Sym): string | undefined {
    return this.#variables.get(symbol);
  }

  /** The path by which a caller can name the value that this symbol had at entry, or null. */
  slotOf(symbol: Sym, depth = 0): Slot | null {
    if (depth > 5) return null;
    const info = this.#infos[symbol]!;
    switch (info.kind) {
      case 'current':
        return 'current';
      case 'initial': {
        const { base, field } = this.#cells[info.cell]!;
        const owner = this.#infos[base]!;
        const rest = field === '*' ? '' : `.${field}`;
        if (owner.kind === 'address') {
          if (!owner.local) return `global:${owner.variable}${rest}`;
          const index = this.cfg.parameters.indexOf(owner.variable);
          return index < 0 ? null : `arg${index}${rest}`;
        }
        const path = this.slotOf(base, depth + 1);
        return path === null ? null : `${path}.${field}`;
      }
      case 'fieldAddress': {
        const path = this.slotOf(info.base, depth + 1);
        return path === null ? null : `${path}.&${info.field}`;
      }
      case 'address':
        return info.local ? null : `address:${info.variable}`;
      default:
        return null;
    }
  }

  /** Is there any symbol whose path may go through this one? */
  isBase(symbol: Sym): boolean {
    return this.#bases.has(symbol);
  }
  /** Does the symbol's path go through `base`? */
  isDerivedFrom(symbol: Sym, base: Sym, depth = 0): boolean {
    if (symbol === base) return depth > 0;
    if (depth > 7) return false;
    const info = this.#infos[symbol]!;
    switch (info.kind) {
      case 'initial':
        return this.isBasedOn(this.#cells[info.cell]!.base, base, depth + 1);
      case 'fieldAddress':
        return this.isBasedOn(info.base, base, depth + 1);
      case 'operator':
        return [info.a, info.b].some(operand => operand !== NO_SYM && this.isBasedOn(operand, base, depth + 1));
      default:
        return false;
    }
  }
  isBasedOn(symbol: Sym, base: Sym, depth = 0): boolean {
    return symbol === base || this.isDerivedFrom(symbol, base, depth);
  }
}

function denotedBy(struct: string): 'mm' | 'vma' | 'other' {
  return struct === 'mm_struct' ? 'mm' : struct === 'vm_area_struct' ? 'vma' : 'other';
}
