import type { Slot } from '../typestate/summary';

const WRITTEN = /^(\*?)(?:\(\*(\w+)\)|(\w+))((?:(?:->|\.)[A-Za-z_]\w*)*)$/;
const BASE = /^(?:ret|current|arg(?:0|[1-9]\d?))$/;

/**
 * Reads a slot as C spells it: `arg0`, `arg0->vm_mm`, `*arg5`, `(*arg0)->vm_mm`, `current->mm`, `ret->vm_mm`,
 * `&arg0->list`, `&init_mm`. Null when it names nothing that a caller can see.
 */
export function parseSlot(text: string): Slot | null {
  if (text.startsWith('&')) return parseAddress(text.slice(1));
  const match = WRITTEN.exec(text);
  if (!match) return null;
  const [, star, pointed, plain, path] = match;
  const base = pointed ?? plain ?? '';
  if (!BASE.test(base) || (star && pointed)) return null;
  const fields = parseFields(path ?? '');
  if (!fields) return null;
  return [base, ...(pointed ? ['*'] : []), ...fields, ...(star ? ['*'] : [])].join('.');
}

/** Spells a slot in C again, with the names of the parameters where they are known. */
export function printSlot(slot: Slot, params: readonly string[] = []): string {
  if (slot.startsWith('address:')) return `&${slot.slice('address:'.length)}`;
  const [base = '', ...fields] = slot.split('.');
  let text = base.startsWith('arg') ? (params[Number(base.slice('arg'.length))] ?? base) : base;
  for (const [i, field] of fields.entries()) {
    const joint = fields[i - 1]?.startsWith('&') ? '.' : '->';
    if (field === '*') text = i === fields.length - 1 ? `*${text}` : `(*${text})`;
    else if (field.startsWith('&'))
      text = i === fields.length - 1 ? `&${text}${joint}${field.slice(1)}` : `${text}${joint}${field.slice(1)}`;
    else text += joint + field;
  }
  return text;
}

/** `&name` is a global variable, `&slot->field` the field's address. */
function parseAddress(text: string): Slot | null {
  if (/^[A-Za-z_]\w*$/.test(text)) return BASE.test(text) ? null : `address:${text}`;
  const slot = text.startsWith('*') ? null : parseSlot(text);
  const last = slot?.lastIndexOf('.') ?? -1;
  return slot && last > 0 ? `${slot.slice(0, last)}.&${slot.slice(last + 1)}` : null;
}

/** `->a.b` is field b of the struct at `&base->a`. */
function parseFields(path: string): string[] | null {
  const steps = [...path.matchAll(/(->|\.)(\w+)/g)];
  if (steps[0]?.[1] === '.') return null;
  return steps.map((step, i) => (steps[i + 1]?.[1] === '.' ? `&${step[2]}` : step[2]!));
}
