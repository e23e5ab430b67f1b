import { ANY, type Mask, NEG, POS, ZERO } from '../ir/ir';
import { areOtherFaults } from './flags';

/** The sign of a constant by its spelling: numbers, errno names, and flag or size macros, which are never zero. */
export function constantMask(text: string): Mask {
  if (/^-?\d/.test(text)) {
    const value = Number(text);
    return value > 0 ? POS : value < 0 ? NEG : value === 0 ? ZERO : ANY;
  }
  if (/^-(?:E[A-Z0-9]+|#negative)$/.test(text)) return NEG;
  if (/^E[A-Z0-9]{3,}$/.test(text)) return POS;
  if (/^["'#]|^(?:VM_FAULT|VM|FOLL|FAULT_FLAG)_|_SIZE$/.test(text)) return POS;
  return ANY;
}

/**
 * Integer arithmetic on literal constants, and what faults have in common; counters beyond ±4 collapse so that a counting
 * loop stays finite.
 */
export function foldConstants(op: string, a: string, b: string): string | null {
  if (op === '&' && areOtherFaults(a, b)) return '0';
  if (!/^-?\d+$/.test(a) || !/^-?\d+$/.test(b)) return null;
  const [x, y] = [Number(a), Number(b)];
  const value = ((): number | null => {
    switch (op) {
      case '+':
        return x + y;
      case '-':
        return x - y;
      case '*':
        return x * y;
      case '==':
        return Number(x === y);
      case '!=':
        return Number(x !== y);
      case '<':
        return Number(x < y);
      case '>':
        return Number(x > y);
      case '<=':
        return Number(x <= y);
      case '>=':
        return Number(x >= y);
      default:
        return null;
    }
  })();
  if (value === null || Math.abs(value) >= 1e6) return null;
  return (op === '+' || op === '-') && Math.abs(value) > 4 ? (value > 0 ? '#positive' : '-#negative') : String(value);
}
