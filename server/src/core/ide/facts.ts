import type { Fact, HandleKind, Ownership } from '../facade';
import type { ExpressionFact, HandleKindName } from '../program/facts';
import type { Analysed, FileProgram } from '../program/file';
import type { Guarantee } from '../program/judged';
import type { TrailStep } from '../rules/rule';
import { tellInside } from '../rules/trail';
import { countOf } from '../typestate/holding';
import type { HistoryStep } from '../typestate/world';

const HANDLES: Readonly<Record<HandleKindName, readonly [HandleKind, Ownership, rust: string]>> = {
  'users-owned': ['MmWithUser', 'owned', 'ARef<MmWithUser>'],
  'users-borrowed': ['MmWithUser', 'borrowed', '&MmWithUser'],
  'count-owned': ['Mm', 'owned', 'ARef<Mm>'],
  'count-borrowed': ['Mm', 'borrowed', '&Mm'],
  checked: ['Mm', 'checked', '&Mm'],
  raw: ['raw', 'borrowed', '*mut bindings::mm_struct'],
};

/** The facts of a file in the façade's form, sorted by position; one row a place. */
export function toFacts(program: FileProgram): Fact[] {
  const facts = program
    .facts()
    .flatMap(({ analysed, finder }) => finder.facts().map(fact => toFact(fact, analysed, program)));
  return facts.sort((a, b) => a.span.start - b.span.start || b.span.end - a.span.end);
}

function toFact(fact: ExpressionFact, { unit, name }: Analysed, program: FileProgram): Fact {
  const [handle, ownership, rust] = HANDLES[fact.kind];
  const span = { start: unit.start + fact.start, end: unit.start + fact.end };
  return {
    span,
    expr: unit.text.slice(fact.start, fact.end),
    function: name,
    handle,
    ownership,
    nullable: fact.nullable,
    // A vma stands and falls with the lock, so that nothing is known of it is worth a word of its own.
    lock: fact.what === 'vma' && !fact.lockIsKnown ? 'unknown' : fact.lock,
    type: fact.what === 'vma' ? '&VmaRef' : rust,
    ...(fact.kind === 'users-borrowed' &&
      fact.what === 'mm' &&
      countOf(fact.example.holding) > 0 && { owesCount: true }),
    because: [
      ...tellInside(
        fact.example.history.map(step => toTrail(step, unit.start)),
        callee => program.placeOf(callee),
      ),
      ...keeperOf(fact).map(({ because, at }) =>
        at && 'file' in at ? { span, message: because, at } : { span: at ?? span, message: because },
      ),
    ],
  };
}

/** Who keeps it, where the history does not say: a vma is kept by a lock, an owned mm by what was taken. */
function keeperOf({ what, kind, because, example }: ExpressionFact): Pick<Guarantee, 'because' | 'at'>[] {
  if (what === 'vma') return [];
  if (kind !== 'users-owned' && kind !== 'count-owned') return [because];
  const resource = kind === 'users-owned' ? 'users' : 'count';
  const isTaken = example.history.some(step => step.action === 'takes' && step.resource === resource);
  return isTaken ? [] : [{ because: 'this function releases the reference, so it is its own to release' }];
}

const NOUNS = {
  users: 'an `mm_users` reference',
  count: 'an `mm_count` reference',
  lazy: 'a lazy-TLB reference',
  vma_read: 'the VMA read lock',
} as const;

function toTrail(step: HistoryStep, start: number): TrailStep {
  const what =
    step.resource === 'mmap_lock'
      ? `mmap_lock${step.mode ? ` for ${step.mode === 'read' ? 'reading' : 'writing'}` : ''}`
      : NOUNS[step.resource];
  return {
    span: { start: start + step.span.start, end: start + step.span.end },
    message: `\`${step.callee}()\` ${step.action} ${what}`,
    ...(step.inferred && { inside: step.callee }),
  };
}
