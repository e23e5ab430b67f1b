import type { Summary } from '../typestate/summary';
import { newVariable, pathType, pointerTo, type RustType } from './types';

const MM = pointerTo(pathType('bindings::mm_struct'));
const VMA = pointerTo(pathType('bindings::vm_area_struct'));

/** The types of a C function that the table describes, as far as its row tells them. */
export function bindingSignature(
  summary: Summary | undefined,
): { readonly params: readonly RustType[]; readonly result: RustType } | null {
  if (!summary) return null;
  return { params: (summary.params ?? []).map(typeOfParameter), result: typeOfResult(summary) };
}

/** Rows name their parameters by what they are. */
function typeOfParameter(name: string): RustType {
  if (name === 'mm') return MM;
  return name === 'vma' ? VMA : newVariable();
}

function typeOfResult({ returns }: Summary): RustType {
  switch (returns) {
    case 'mm':
      return MM;
    case 'vma':
      return VMA;
    case 'other':
      return newVariable();
    default:
      return returns satisfies never;
  }
}
