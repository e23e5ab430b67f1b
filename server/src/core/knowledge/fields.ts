/** Members that the core keeps an mm in, with what it holds on it, and where the tree shows it. */
const ROWS = [
  { struct: 'mmu_notifier', field: 'mm', source: 'mm/mmu_notifier.c:659' },
  { struct: 'mmu_interval_notifier', field: 'mm', source: 'mm/mmu_notifier.c:913' },
  { struct: 'mmu_notifier_range', field: 'mm', source: 'mm/mmap.c:1925' },
] as const;

/** By convention a member of these names is a `struct mmu_notifier` or a `struct mmu_interval_notifier`. */
const NOTIFIER = /(?:^|_)notifier$/;

/** Where the tree shows that this member keeps only the struct of an mm; null for other members. */
export function countedMember(struct: string | undefined, holder: string, field: string): string | null {
  if (field !== 'mm') return null;
  // The type of a member that is a struct itself is declared elsewhere.
  const isUnknown = struct === undefined || struct.includes('.');
  const row = ROWS.find(one => (isUnknown ? NOTIFIER.test(holder) : one.struct === struct));
  return row?.source ?? null;
}
