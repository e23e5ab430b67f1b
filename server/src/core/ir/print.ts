import { ANY, type Cfg, type Instr, type Mask, NEG, NONZERO, type Operand, POS, type Type, ZERO } from './ir';

/** The textual form of a function, one instruction a line. */
export function printCfg(cfg: Cfg): string {
  const parameters = cfg.parameters.map(name => `${name}: ${printType(cfg.locals.get(name)!.type)}`).join(', ');
  const lines = [`${cfg.name}(${parameters}) -> ${printType(cfg.returnType)}`];
  for (const [key, local] of cfg.locals)
    if (local.parameter < 0) lines.push(`  ${local.static ? 'static' : 'local'} ${key}: ${printType(local.type)}`);
  for (const block of cfg.blocks) {
    lines.push(`b${block.id}:`);
    for (const instr of block.instrs) lines.push(`  ${printInstr(instr)}`);
    if (block.successors.length > 0) lines.push(`  -> ${block.successors.map(id => `b${id}`).join(' ')}`);
  }
  for (const { reason } of cfg.incomplete) lines.push(`incomplete: ${reason}`);
  return `${lines.join('\n')}\n`;
}

function printInstr(instr: Instr): string {
  switch (instr.op) {
    case 'assign':
      return `${printOperand(instr.to)} = ${printOperand(instr.from)}`;
    case 'call': {
      const call = `${instr.callee}(${instr.args.map(printOperand).join(', ')})`;
      return `${instr.implicit ? 'implicit ' : ''}${instr.discarded ? '' : `%${instr.result} = `}${call}`;
    }
    case 'assume':
      return `assume ${printOperand(instr.value)} is ${printMask(instr.mask)}`;
    case 'declare':
      return `declare ${instr.name}${instr.zeroed ? ' = zeroed' : ''}`;
    case 'end':
      return 'end';
    case 'return':
      return `${instr.implicit ? 'implicit ' : ''}return${instr.value ? ` ${printOperand(instr.value)}` : ''}`;
    default:
      return instr satisfies never;
  }
}

export function printOperand(value: Operand): string {
  switch (value.kind) {
    case 'const':
      return value.text;
    case 'variable':
      return value.name;
    case 'temporary':
      return `%${value.id}`;
    case 'field':
      return value.base.kind === 'address'
        ? `${printBase(value.base.of)}.${value.field}`
        : `${printBase(value.base)}->${value.field}`;
    case 'dereference':
      return `*${printBase(value.base)}`;
    case 'index':
      return `${printBase(value.base)}[${printOperand(value.index)}]`;
    case 'address':
      return `&${printOperand(value.of)}`;
    case 'operator':
      return printOperator(value.op, value.args);
    case 'unknown':
      return '?';
    default:
      return value satisfies never;
  }
}

/** A mask in words: `zero`, `neg|zero`, `nonzero`. */
export function printMask(mask: Mask): string {
  if (mask === ANY) return 'any';
  if (mask === NONZERO) return 'nonzero';
  const names = [mask & NEG ? 'neg' : '', mask & ZERO ? 'zero' : '', mask & POS ? 'pos' : ''].filter(Boolean);
  return names.join('|') || 'nothing';
}

export function printType(type: Type): string {
  return `${type.aggregate ? 'struct ' : ''}${type.name}${'*'.repeat(type.pointers)}${type.array ? '[]' : ''}`;
}

function printBase(base: Operand): string {
  const printed = printOperand(base);
  return base.kind === 'address' || base.kind === 'dereference' ? `(${printed})` : printed;
}

function printOperator(op: string, args: readonly Operand[]): string {
  const [first, second] = args;
  if (op.startsWith('is:') && first) return `(${printOperand(first)} is ${printMask(Number(op.slice(3)))})`;
  if (first && second && args.length === 2) return `(${printOperand(first)} ${op} ${printOperand(second)})`;
  return `${op}(${args.map(printOperand).join(', ')})`;
}
