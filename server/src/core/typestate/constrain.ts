import { ANY, type Mask, NEG, NONZERO, POS, ZERO } from '../ir/ir';
import { flagParts, flagsExcludedBy } from './flags';
import { NO_SYM, type SymbolTable } from './symbols';
import type { Sym, World } from './world';

/** Beyond this nesting of operators nothing is concluded: it bounds the recursion. */
const MAX_DEPTH = 8;
/** Sets of constants beyond this size are forgotten. */
const MAX_CONSTANTS = 12;

const NEGATED: Readonly<Record<string, string>> = { '<': '>=', '>': '<=', '<=': '>', '>=': '<' };
const MIRRORED: Readonly<Record<string, string>> = { '<': '>', '>': '<', '<=': '>=', '>=': '<=' };
const SIGNS: readonly (readonly [Mask, number])[] = [
  [NEG, -1],
  [ZERO, 0],
  [POS, 1],
];

/** `0` and positive swap sides of a negation; everything else keeps its sign. */
const negate = (m: Mask): Mask => (m & ZERO) | (m & NEG ? POS : 0) | (m & POS ? NEG : 0);

/**
 * What is known of values in one world: signs, equalities and small sets of constants, over hash-consed operators.
 * `assume` narrows and says whether the world can go on; nothing here loops or backtracks.
 */
export class Constraints {
  /** While results are recorded: values that some path narrowed to zero. */
  foundZero: Set<Sym> | null = null;
  /** The same for those narrowed to errors. */
  foundNegative: Set<Sym> | null = null;

  constructor(
    private readonly symbols: SymbolTable,
    /** Two names turn out to denote one object; decides itself whether that matters. */
    /** Takes two valid pointers for one object; false when they cannot be one. */
    private readonly unify: (world: World, a: Sym, b: Sym) => boolean = () => true,
  ) {}

  /** The sign of a value as far as stored facts go, without looking into operators. */
  stored(world: World, symbol: Sym): Mask {
    return world.masks.get(symbol) ?? this.symbols.info(symbol).mask;
  }

  maskOf(world: World, symbol: Sym, depth = 0): Mask {
    const info = this.symbols.info(symbol);
    const stored = this.stored(world, symbol);
    if (info.kind !== 'operator' || depth > MAX_DEPTH) return stored;
    return stored & this.#operatorMask(world, symbol, info.op, info.a, info.b, depth);
  }

  #operatorMask(world: World, symbol: Sym, op: string, a: Sym, b: Sym, depth: number): Mask {
    const of = (s: Sym) => (s === NO_SYM ? ANY : this.maskOf(world, s, depth + 1));
    switch (op) {
      case '==':
        return this.#equality(world, a, b, of(a), of(b));
      case '!=': {
        const same = this.#equality(world, a, b, of(a), of(b));
        return same === POS ? ZERO : same === ZERO ? POS : ANY;
      }
      case '<':
      case '>':
      case '<=':
      case '>=':
        return compareSigns(op, of(a), of(b));
      case 'neg':
        return negate(of(a));
      case '&': {
        if (of(a) === ZERO || of(b) === ZERO) return ZERO;
        return this.#flagMask(a, b) & this.#bitMask(world, symbol);
      }
      case '|': {
        const [x, y] = [of(a), of(b)];
        if (x === ZERO) return y;
        if (y === ZERO) return x;
        return !(x & ZERO) || !(y & ZERO) ? NONZERO : ANY;
      }
      case '&&': {
        const [x, y] = [of(a), of(b)];
        return x === ZERO || y === ZERO ? ZERO : (x | y) & ZERO ? ZERO | POS : POS;
      }
      case '||': {
        const [x, y] = [of(a), of(b)];
        return !(x & ZERO) || !(y & ZERO) ? POS : x === ZERO && y === ZERO ? ZERO : ZERO | POS;
      }
      case '+': {
        const [x, y] = [of(a), of(b)];
        if (y === ZERO) return x;
        if (x === ZERO) return y;
        return !(x & NEG) && !(y & NEG) && (!(x & ZERO) || !(y & ZERO)) ? POS : ANY;
      }
      default: {
        if (!op.startsWith('is:')) return ANY;
        const wanted = Number(op.slice(3));
        const x = of(a);
        return !(x & ~wanted) ? POS : !(x & wanted) ? ZERO : ANY;
      }
    }
  }

  #equality(world: World, a: Sym, b: Sym, maskA: Mask, maskB: Mask): Mask {
    if (a === b) return POS;
    const constantB = this.symbols.isConstant(b);
    const equalA = this.symbols.isConstant(a) ? a : world.equals.get(a);
    const equalB = constantB ? b : world.equals.get(b);
    if (equalA !== undefined && equalB !== undefined) return equalA === equalB ? POS : ZERO;
    if (constantB) {
      const set = this.constantsOf(world, a);
      if (set && !set.includes(b)) return ZERO;
    }
    if (!(maskA & maskB)) return ZERO;
    return maskA === ZERO && maskB === ZERO ? POS : ANY;
  }

  /** `flags & A`, where `flags` is composed of known constants only, is zero unless A is a part of one of them. */
  #flagMask(a: Sym, b: Sym): Mask {
    for (const [value, flag] of [
      [a, b],
      [b, a],
    ] as const) {
      const info = this.symbols.info(flag);
      if (info.kind !== 'constant' || this.symbols.isConstant(value)) continue;
      const possible = this.possibleFlags(value);
      if (possible && ![...possible].some(part => flagParts(part).includes(info.text))) return ZERO;
    }
    return ANY;
  }

  /** `x & (A|B)` is zero iff each bit is, and one bit that cannot be zero makes every mask with it nonzero. */
  #bitMask(world: World, symbol: Sym): Mask {
    const bits = this.bitsOf(symbol);
    if (bits) {
      const masks = bits.map(bit => this.stored(world, bit));
      if (masks.every(m => m === ZERO)) return ZERO;
      return masks.some(m => !(m & ZERO)) ? NONZERO : ANY;
    }
    const info = this.symbols.info(symbol);
    if (info.kind !== 'operator') return ANY;
    for (const composite of info.composites ?? []) {
      if (this.stored(world, composite) & ZERO) continue;
      if (this.bitsOf(composite)?.every(bit => bit === symbol || this.stored(world, bit) === ZERO)) return NONZERO;
    }
    return ANY;
  }

  /** For `x & (A|B|…)`: the symbols `x & A`, `x & B`, …; null when the mask is not a union of constants. */
  bitsOf(symbol: Sym): readonly Sym[] | null {
    const info = this.symbols.info(symbol);
    if (info.kind !== 'operator') return null;
    if (info.bits !== undefined) return info.bits;
    let bits: Sym[] | null = null;
    for (const [value, mask] of [
      [info.a, info.b],
      [info.b, info.a],
    ] as const) {
      if (mask === NO_SYM || this.symbols.info(mask).kind !== 'operator') continue;
      const flags = new Set<Sym>();
      if (this.#collectFlags(mask, flags) && flags.size > 1)
        bits = [...flags].map(flag => this.symbols.operator('&', value, flag));
    }
    info.bits = bits;
    for (const bit of bits ?? []) {
      const part = this.symbols.info(bit);
      if (part.kind !== 'operator') continue;
      part.composites ??= [];
      part.composites.push(symbol);
    }
    return bits;
  }

  #collectFlags(symbol: Sym, into: Set<Sym>, depth = 0): boolean {
    if (depth > MAX_DEPTH) return false;
    const info = this.symbols.info(symbol);
    if (info.kind === 'constant') {
      into.add(symbol);
      return true;
    }
    return (
      info.kind === 'operator' &&
      info.op === '|' &&
      this.#collectFlags(info.a, into, depth + 1) &&
      this.#collectFlags(info.b, into, depth + 1)
    );
  }

  /** All flags that a value may be composed of, over its merged sources; null when it has other parts. */
  possibleFlags(symbol: Sym, into: Set<string> = new Set(), depth = 0): Set<string> | null {
    if (depth > 6) return null;
    const info = this.symbols.info(symbol);
    switch (info.kind) {
      case 'constant':
        return into.add(info.text);
      case 'operator':
        if (info.op === '|')
          return this.possibleFlags(info.a, into, depth + 1) && this.possibleFlags(info.b, into, depth + 1);
        // Masking removes flags and adds none.
        return info.op === '&'
          ? (this.possibleFlags(info.a, into, depth + 1) ?? this.possibleFlags(info.b, into, depth + 1))
          : null;
      case 'phi':
        for (const source of info.sources) {
          if (source !== symbol && !this.possibleFlags(source, into, depth + 1)) return null;
        }
        return into;
      default:
        return null;
    }
  }

  constantsOf(world: World, symbol: Sym): readonly Sym[] | null {
    if (this.symbols.isConstant(symbol)) return [symbol];
    const equal = world.equals.get(symbol);
    if (equal !== undefined) return [equal];
    const info = this.symbols.info(symbol);
    return world.oneOf.get(symbol) ?? (info.kind === 'result' ? info.traits.constants : null);
  }

  /** Narrows `symbol` to `mask` with all that follows from it. False: the world cannot come here. */
  assume(world: World, symbol: Sym, mask: Mask, depth = 0): boolean {
    const info = this.symbols.info(symbol);
    const now = this.maskOf(world, symbol) & mask;
    if (!now) return false;
    if (info.kind === 'constant' && info.mask !== ANY) return true;
    if (now !== this.stored(world, symbol)) world.masks.set(symbol, now);
    if (now === ZERO) this.foundZero?.add(symbol);
    if (now === NEG) this.foundNegative?.add(symbol);
    if (info.kind !== 'operator' || depth > MAX_DEPTH) return true;

    const { op, a, b } = info;
    const yes = !(mask & ZERO);
    const no = !(mask & NONZERO);
    if (op === '!=') {
      if (!yes && !no) return true;
      return this.assume(world, this.symbols.operator('==', a, b), yes ? ZERO : NONZERO, depth + 1);
    }
    if (op === '==') {
      if (yes) return this.#assumeEqual(world, a, b, depth);
      return no ? this.#assumeDifferent(world, a, b, depth) : true;
    }
    if (op === 'neg') return this.assume(world, a, negate(mask), depth + 1);
    if (!yes && !no) return true;
    if (op in NEGATED) return this.#assumeOrder(world, op, a, b, yes, depth);
    if (op.startsWith('is:')) {
      const wanted = Number(op.slice(3));
      return this.assume(world, a, yes ? wanted : ANY & ~wanted, depth + 1);
    }
    if (op === '&') return this.#assumeBits(world, symbol, a, b, yes, depth);
    if (op === '&&' || op === '||') return this.#assumeBoth(world, a, b, op === '&&', yes, depth);
    if (op === '|' && no) return this.assume(world, a, ZERO, depth + 1) && this.assume(world, b, ZERO, depth + 1);
    return true;
  }

  #assumeEqual(world: World, a: Sym, b: Sym, depth: number): boolean {
    const constantB = this.symbols.isConstant(b);
    if (constantB) {
      const equal = world.equals.get(a);
      if (equal !== undefined && equal !== b) return false;
      world.equals.set(a, b);
    }
    const both = this.maskOf(world, a) & this.maskOf(world, b);
    if (!both) return false;
    if (!this.assume(world, a, both, depth + 1)) return false;
    if (constantB) return true;
    if (!this.assume(world, b, both, depth + 1)) return false;
    // Two names of NULL are one value as well, but no object that two hold.
    return this.unify(world, a, b) || (both & ZERO) !== 0;
  }

  #assumeDifferent(world: World, a: Sym, b: Sym, depth: number): boolean {
    if (!this.symbols.isConstant(b)) return true;
    const set = this.constantsOf(world, a);
    if (set?.includes(b)) {
      const rest = set.filter(c => c !== b);
      const mask = rest.reduce((m, c) => m | this.symbols.info(c).mask, 0);
      if (!rest.length || !(mask & this.maskOf(world, a))) return false;
      world.oneOf.set(a, rest);
      if (rest.length === 1) world.equals.set(a, rest[0]!);
    }
    return this.symbols.info(b).mask === ZERO ? this.assume(world, a, NONZERO, depth + 1) : true;
  }

  #assumeOrder(world: World, op: string, a: Sym, b: Sym, holds: boolean, depth: number): boolean {
    const left = limitBy(holds ? op : NEGATED[op]!, this.maskOf(world, b));
    if (left !== ANY && !this.assume(world, a, left, depth + 1)) return false;
    if (this.symbols.isConstant(b)) return true;
    const mirrored = MIRRORED[op]!;
    const right = limitBy(holds ? mirrored : NEGATED[mirrored]!, this.maskOf(world, a));
    return right === ANY || this.assume(world, b, right, depth + 1);
  }

  /** `a && b`, or by De Morgan `a || b`: the strong side fixes both operands, the weak one needs the other known. */
  #assumeBoth(world: World, a: Sym, b: Sym, isAnd: boolean, holds: boolean, depth: number): boolean {
    const [each, other] = isAnd ? [NONZERO, ZERO] : [ZERO, NONZERO];
    if (holds === isAnd) return this.assume(world, a, each, depth + 1) && this.assume(world, b, each, depth + 1);
    if (!(this.maskOf(world, a) & other)) return this.assume(world, b, other, depth + 1);
    return this.maskOf(world, b) & other ? true : this.assume(world, a, other, depth + 1);
  }

  #assumeBits(world: World, symbol: Sym, a: Sym, b: Sym, set: boolean, depth: number): boolean {
    const bits = this.bitsOf(symbol);
    if (bits && !set) return bits.every(bit => this.assume(world, bit, ZERO, depth + 1));
    if (bits) {
      const open = bits.filter(bit => this.stored(world, bit) !== ZERO);
      if (!open.length) return false;
      if (open.length === 1 && !this.assume(world, open[0]!, NONZERO, depth + 1)) return false;
    }
    if (!set) return true;
    const flag = this.symbols.info(b).kind === 'constant' ? b : a;
    const info = this.symbols.info(flag);
    for (const excluded of info.kind === 'constant' ? flagsExcludedBy(info.text) : []) {
      const other = this.symbols.operator('&', flag === b ? a : b, this.symbols.constant(excluded));
      if (!this.assume(world, other, ZERO, depth + 1)) return false;
    }
    return this.assume(world, a, NONZERO, depth + 1) && this.assume(world, b, NONZERO, depth + 1);
  }

  /** The symbol denotes another value from here on: what was known of it, and of operators over it, is gone. */
  forget(world: World, symbol: Sym): void {
    const stack = [symbol];
    for (let budget = 1000; stack.length && budget > 0; budget--) {
      const s = stack.pop()!;
      world.masks.delete(s);
      world.equals.delete(s);
      world.oneOf.delete(s);
      stack.push(...this.symbols.operatorsOn(s));
    }
  }
}

/** Union of two sets of constants; null (unknown) when either is unknown or the union is large. */
export function joinConstants(a: readonly Sym[] | null, b: readonly Sym[] | null): readonly Sym[] | null {
  if (!a || !b) return null;
  const union = [...new Set([...a, ...b])].sort((x, y) => x - y);
  return union.length > MAX_CONSTANTS ? null : union;
}

/** Can `a op b` be true, can it be false, going by signs alone? */
function compareSigns(op: string, a: Mask, b: Mask): Mask {
  let canHold = false;
  let canFail = false;
  for (const [bitA, signA] of SIGNS) {
    if (!(a & bitA)) continue;
    for (const [bitB, signB] of SIGNS) {
      if (!(b & bitB)) continue;
      const unsure = signA === signB && signA !== 0;
      const holds =
        op === '<' ? signA < signB : op === '>' ? signA > signB : op === '<=' ? signA <= signB : signA >= signB;
      canHold ||= unsure || holds;
      canFail ||= unsure || !holds;
    }
  }
  return canHold && canFail ? ANY : canHold ? POS : ZERO;
}

/** What `x op y` says of the sign of x when the sign of y is known. */
function limitBy(op: string, y: Mask): Mask {
  if (y === ZERO) return op === '<' ? NEG : op === '>' ? POS : op === '<=' ? NEG | ZERO : ZERO | POS;
  if (y === POS && (op === '>' || op === '>=')) return POS;
  if (y === NEG && (op === '<' || op === '<=')) return NEG;
  if (!(y & NEG)) return op === '>' ? POS : op === '>=' ? ZERO | POS : ANY;
  if (!(y & POS)) return op === '<' ? NEG : op === '<=' ? NEG | ZERO : ANY;
  return ANY;
}
