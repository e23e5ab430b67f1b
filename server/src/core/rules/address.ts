import type { Call, Cfg, Operand } from '../ir/ir';
import type { Judged } from '../program/judged';
import type { Span } from '../text';

/** A call on the address of a field of an mm: `f(&mm->field, …)`. */
export interface FieldCall {
  readonly call: Call;
  readonly argument: number;
  readonly field: string;
  /** The mm, as the source spells it. */
  readonly handle: string;
}

/** Fields of `struct mm_struct` that only its helpers should touch: a function that mentions one is worth a look. */
export const GUARDED_FIELDS = ['mm_users', 'mm_count', 'mmap_sem', 'mmap_lock'] as const;

/** Calls that are given the address of one of `fields` of a `struct mm_struct`. */
export function findFieldCalls(judged: Judged, fields: ReadonlySet<string>): FieldCall[] {
  const calls = judged.cfg.blocks.flatMap(block => block.instrs).filter((instr): instr is Call => instr.op === 'call');
  return calls.flatMap(call =>
    call.args.flatMap((operand, argument) => {
      if (operand.kind !== 'address' || operand.of.kind !== 'field' || !fields.has(operand.of.field)) return [];
      const { base, field } = operand.of;
      const span = spanOf(base);
      return span && isMm(judged.cfg, base)
        ? [{ call, argument, field, handle: judged.text.slice(span.start, span.end) }]
        : [];
    }),
  );
}

/** Other structs have fields of these names too: the base is a local `struct mm_struct *`, or a field that holds one. */
function isMm(cfg: Cfg, base: Operand): boolean {
  if (base.kind === 'variable') return cfg.locals.get(base.name)?.type.name === 'mm_struct';
  return base.kind === 'field' && /(?:^|_)mm$/.test(base.field);
}

function spanOf(operand: Operand): Span | null {
  return operand.kind === 'variable' || operand.kind === 'field' ? operand.span : null;
}
