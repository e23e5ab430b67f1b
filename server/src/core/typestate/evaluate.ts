import { type Operand, ZERO } from '../ir/ir';
import type { Context } from './context';
import { typeOfOperand } from './operand-types';
import { NO_SYM } from './symbols';
import type { Cell, Sym, World } from './world';

/** A name in capitals that is not a local variable is a macro or an enumerator. */
const CONSTANT_NAME = /^[A-Z_][A-Z0-9_]+$/;

/** The value of an operand in a world. Evaluating has no effect but this: what is dereferenced is a pointer. */
export function evaluate(ctx: Context, world: World, operand: Operand): Sym {
  const { symbols, cfg } = ctx;
  switch (operand.kind) {
    case 'const':
      return symbols.constant(operand.text);
    case 'temporary':
      return symbols.read(world, symbols.temporaryCell(operand.id));
    case 'variable': {
      const local = cfg.locals.get(operand.name);
      if (!local && operand.name === 'current') return symbols.current;
      if (!local && CONSTANT_NAME.test(operand.name)) return symbols.constant(operand.name);
      if (local && local.parameter < 0 && (local.type.array || local.type.aggregate))
        return symbols.addressOf(operand.name);
      const cell = symbols.variableCell(operand.name);
      const value = symbols.read(world, cell);
      if (symbols.cellDenotes(cell) !== 'other') ctx.recordValue(world, operand.span, value);
      return value;
    }
    case 'field':
    case 'dereference':
    case 'index': {
      const cell = locate(ctx, world, operand);
      if (cell === null) return unknownAt(ctx, operand.span.start);
      const value = operand.kind === 'field' ? readField(ctx, world, cell) : symbols.read(world, cell);
      if (ctx.recorder && denotesHandle(ctx, operand, cell)) ctx.recordValue(world, operand.span, value);
      return value;
    }
    case 'address':
      return addressOf(ctx, world, operand.of);
    case 'operator': {
      const a = evaluate(ctx, world, operand.args[0] ?? { kind: 'const', text: '0' });
      const b = operand.args[1] === undefined ? NO_SYM : evaluate(ctx, world, operand.args[1]);
      return symbols.operator(operand.op, a, b);
    }
    case 'unknown':
      return unknownAt(ctx, operand.at);
  }
}

/** A task that has an mm of its own runs on it, and of an object that keeps an mm and a VMA, the VMA is of that mm. */
function readField(ctx: Context, world: World, cell: Cell): Sym {
  const { symbols, constraints } = ctx;
  if (symbols.cellField(cell) === 'active_mm' && !world.env.has(cell)) {
    const own = symbols.read(world, symbols.cell(symbols.cellBase(cell), 'mm'));
    if (!symbols.isConstant(own) && !(constraints.maskOf(world, own) & ZERO)) return own;
  }
  const value = symbols.read(world, cell);
  if (symbols.cellDenotes(cell) === 'vma' && value === symbols.initial(cell)) relateToSibling(ctx, world, cell, value);
  return value;
}

function relateToSibling(ctx: Context, world: World, cell: Cell, vma: Sym): void {
  const { symbols } = ctx;
  const mm = ctx.keptBeside(cell);
  if (mm === null) return;
  const ofVma = symbols.cell(vma, 'vm_mm');
  if (!world.env.has(ofVma)) world.env.set(ofVma, symbols.read(world, mm));
}

/** The cell that an lvalue names; null when it is not a place that is modelled. */
export function locate(ctx: Context, world: World, operand: Operand): Cell | null {
  const { symbols } = ctx;
  switch (operand.kind) {
    case 'variable':
      return symbols.variableCell(operand.name);
    case 'temporary':
      return symbols.temporaryCell(operand.id);
    case 'field': {
      const base = evaluate(ctx, world, operand.base);
      ctx.dereference(world, base, ctx.site(operand.span), 'dereference');
      const cell = symbols.cell(base, operand.field);
      noteOwner(ctx, cell, operand.base);
      return cell;
    }
    case 'dereference': {
      const base = evaluate(ctx, world, operand.base);
      ctx.dereference(world, base, ctx.site(operand.span), 'dereference');
      return symbols.cell(base, '*');
    }
    case 'index':
      return symbols.cell(evaluate(ctx, world, operand.base), `[${evaluate(ctx, world, operand.index)}]`);
    default:
      return null;
  }
}

function addressOf(ctx: Context, world: World, place: Operand): Sym {
  const { symbols } = ctx;
  switch (place.kind) {
    case 'variable':
      return symbols.addressOf(place.name);
    case 'temporary':
      return symbols.addressOf(`%${place.id}`);
    case 'field':
      return symbols.fieldAddress(evaluate(ctx, world, place.base), place.field);
    case 'dereference':
      return evaluate(ctx, world, place.base);
    case 'index':
      return symbols.fieldAddress(evaluate(ctx, world, place.base), `[${evaluate(ctx, world, place.index)}]`);
    default:
      return evaluate(ctx, world, place);
  }
}

function unknownAt(ctx: Context, at: number): Sym {
  return ctx.symbols.operator(`unknown@${at}`, NO_SYM);
}

/** Remembers which struct a field belongs to and what it points to, as far as declared types tell. */
function noteOwner(ctx: Context, cell: Cell, base: Operand): void {
  if (ctx.ownerTypes.has(cell)) return;
  const owner = ownerOf(ctx, base);
  if (owner === null) return;
  ctx.ownerTypes.set(cell, owner);
  const member = ctx.membersOf(owner)?.[ctx.symbols.cellField(cell)];
  if (member !== undefined) ctx.symbols.declareMember(cell, member);
}

/**
 * The struct that a pointer points to: `binder_alloc`, or by the way to it, `ksm_mm_slot.slot`, within three steps. A
 * variable outside the function stands for its own struct, which may have no name.
 */
function ownerOf(ctx: Context, base: Operand, depth = 0): string | null {
  const type = typeOfOperand(ctx, base);
  if (type?.pointers === 1 && type.name) return type.name;
  const isAddress = base.kind === 'address';
  const place = isAddress ? base.of : base;
  if (place.kind === 'variable') {
    const type = ctx.cfg.locals.get(place.name)?.type;
    if (!type) return isAddress ? place.name : null;
    return type.pointers === (isAddress ? 0 : 1) ? type.name : null;
  }
  if (place.kind !== 'field' || depth === 2) return null;
  const outer = ownerOf(ctx, place.base, depth + 1);
  return outer === null ? null : `${outer}.${place.field}`;
}

function denotesHandle(ctx: Context, operand: Operand, cell: Cell): boolean {
  if (operand.kind === 'field') return ctx.symbols.cellDenotes(cell) !== 'other';
  if (operand.kind !== 'dereference' || operand.base.kind !== 'variable') return false;
  const type = ctx.cfg.locals.get(operand.base.name)?.type;
  return type?.pointers === 2 && (type.name === 'mm_struct' || type.name === 'vm_area_struct');
}
