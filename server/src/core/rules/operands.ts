import type { Instr, Operand } from '../ir/ir';

/** The operand and all its parts, the outermost first. */
export function partsOf(operand: Operand): Operand[] {
  const parts: Operand[] = [operand];
  for (let at = 0; at < parts.length; at++) {
    const part = parts[at]!;
    if (part.kind === 'field' || part.kind === 'dereference') parts.push(part.base);
    else if (part.kind === 'index') parts.push(part.base, part.index);
    else if (part.kind === 'address') parts.push(part.of);
    else if (part.kind === 'operator') parts.push(...part.args);
  }
  return parts;
}

/** The operands that an instruction reads or writes. */
export function operandsOf(instr: Instr): readonly Operand[] {
  switch (instr.op) {
    case 'assign':
      return [instr.from, instr.to];
    case 'assume':
      return [instr.value];
    case 'call':
      return instr.args;
    case 'return':
      return instr.value ? [instr.value] : [];
    case 'declare':
    case 'end':
      return [];
  }
}

/** Equal for operands that spell the same value, wherever they stand. */
export function keyOf(operand: Operand): string {
  return partsOf(operand)
    .map(part => {
      if (part.kind === 'const') return part.text;
      if (part.kind === 'variable') return `$${part.name}`;
      if (part.kind === 'field') return `.${part.field}`;
      if (part.kind === 'operator') return part.op;
      return part.kind === 'temporary' ? `%${part.id}` : part.kind;
    })
    .join(' ');
}
