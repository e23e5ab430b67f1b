import type { Span } from '../text';
import type { Operand } from './ir';

/** Makes operands in their one canonical shape: `*&x` is `x` and `&*p` is `p`. */
export const operand = {
  constant: (text: string): Operand => ({ kind: 'const', text }),
  variable: (name: string, span: Span): Operand => ({ kind: 'variable', name, span }),
  unknown: (at: number): Operand => ({ kind: 'unknown', at }),
  operator: (op: string, ...args: readonly Operand[]): Operand => ({ kind: 'operator', op, args }),

  /** `base->field`. */
  field: (base: Operand, field: string, span: Span): Operand => ({ kind: 'field', base, field, span }),
  /** `whole.field`. */
  member: (whole: Operand, field: string, span: Span): Operand => operand.field(operand.address(whole), field, span),
  index: (base: Operand, index: Operand, span: Span): Operand => ({ kind: 'index', base, index, span }),

  address: (of: Operand): Operand => (of.kind === 'dereference' ? of.base : { kind: 'address', of }),
  dereference: (base: Operand, span: Span): Operand =>
    base.kind === 'address' ? base.of : { kind: 'dereference', base, span },
} as const;

export const ZERO_CONSTANT = operand.constant('0');
export const ONE_CONSTANT = operand.constant('1');

/** Whether evaluating the operand reads a place, so that there is something to know about it. */
export function readsPlace(value: Operand): boolean {
  switch (value.kind) {
    case 'const':
    case 'temporary':
    case 'unknown':
      return false;
    case 'variable':
    case 'field':
    case 'dereference':
    case 'index':
      return true;
    case 'address':
      return value.of.kind !== 'variable' && readsPlace(value.of);
    case 'operator':
      return value.args.some(readsPlace);
    default:
      return value satisfies never;
  }
}
