import type { SymbolTable } from './symbols';
import type { Cell, Sym } from './world';

/** Paths that are longer than this end in an ellipsis. */
const MAX_DEPTH = 6;

/** A value as the source could spell it: `alloc->mm`, `get_task_mm()`, or the variable that was given it. */
export function nameSymbol(symbols: SymbolTable, symbol: Sym, depth = 0): string {
  const info = symbols.info(symbol);
  if (depth > MAX_DEPTH) return '…';
  switch (info.kind) {
    case 'constant':
      return info.text;
    case 'current':
      return 'current';
    case 'address':
      return `&${sourceName(symbols, info.variable)}`;
    case 'fieldAddress':
      return `&${nameMember(symbols, info.base, info.field, depth)}`;
    case 'initial':
    case 'phi':
      return nameCell(symbols, info.cell, depth);
    case 'result':
      // What a loop macro finds has no name but the loop's variable.
      return info.callee.startsWith('@') ? (nameVariable(symbols, symbol) ?? 'value') : `${info.callee}()`;
    case 'earlier':
      return nameSymbol(symbols, info.of, depth + 1);
    case 'operator':
      return nameVariable(symbols, symbol) ?? 'value';
  }
}

export function nameCell(symbols: SymbolTable, cell: Cell, depth = 0): string {
  const base = symbols.cellBase(cell);
  const field = symbols.cellField(cell);
  const info = symbols.info(base);
  if (field !== '*') return nameMember(symbols, base, field, depth);
  return info.kind === 'address' ? sourceName(symbols, info.variable) : `*${nameSymbol(symbols, base, depth + 1)}`;
}

function nameMember(symbols: SymbolTable, base: Sym, field: string, depth: number): string {
  const info = symbols.info(base);
  // An object that a call returned goes by the variable that it is kept in.
  const name = (info.kind === 'result' && nameVariable(symbols, base)) || nameSymbol(symbols, base, depth + 1);
  if (field.startsWith('[')) return `${name}[…]`;
  if (info.kind === 'address') return `${sourceName(symbols, info.variable)}.${field}`;
  if (info.kind === 'fieldAddress') return `${nameMember(symbols, info.base, info.field, depth + 1)}.${field}`;
  return `${name}->${field}`;
}

function nameVariable(symbols: SymbolTable, symbol: Sym): string | null {
  const variable = symbols.variableOf(symbol);
  return variable === undefined ? null : sourceName(symbols, variable);
}

function sourceName({ cfg }: SymbolTable, variable: string): string {
  return cfg.locals.get(variable)?.sourceName ?? variable;
}
