import type { Cfg, Operand } from '../ir/ir';
import type { MembersOf } from './context';

/** The struct that an operand is or points to. */
export interface StructType {
  /** Without `struct`. */
  readonly name: string;
  readonly pointers: number;
}

/** A path of more members than this is left unknown. */
const MAX_DEPTH = 6;

/** What the declarations of variables and structs say of an operand's type; null where they do not say. */
export function typeOfOperand(
  scope: { readonly cfg: Cfg; readonly membersOf: MembersOf },
  operand: Operand,
  depth = 0,
): StructType | null {
  if (depth > MAX_DEPTH) return null;
  switch (operand.kind) {
    case 'variable': {
      const type = scope.cfg.locals.get(operand.name)?.type;
      if (!type) return operand.name === 'current' ? { name: 'task_struct', pointers: 1 } : null;
      return { name: type.name, pointers: type.pointers + (type.array ? 1 : 0) };
    }
    case 'field': {
      const owner = typeOfOperand(scope, operand.base, depth + 1);
      if (owner?.pointers !== 1) return null;
      const member = scope.membersOf(owner.name)?.[operand.field];
      if (member === undefined) return null;
      const name = member.replace(/\*+$/, '');
      return { name, pointers: member.length - name.length };
    }
    case 'dereference':
    case 'index': {
      const type = typeOfOperand(scope, operand.base, depth + 1);
      return type && type.pointers > 0 ? { name: type.name, pointers: type.pointers - 1 } : null;
    }
    case 'address': {
      const type = typeOfOperand(scope, operand.of, depth + 1);
      return type && { name: type.name, pointers: type.pointers + 1 };
    }
    default:
      return null;
  }
}
