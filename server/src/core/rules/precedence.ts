import type { Report, Rule } from './rule';

/** A report together with the rule that made it. */
export interface Found {
  readonly rule: Rule;
  readonly report: Report;
}

/**
 * One defect may be seen by several rules: whoever puts under mmap_lock also unlocks what may be freed. The rule on the
 * left tells it best; the rules on the right then keep silent about the same handle.
 */
const TELLS_BEST: Readonly<Record<string, readonly string[]>> = {
  'unchecked-mm': ['mismatched-put', 'double-put', 'use-after-put', 'unlock-without-lock', 'lock-without-users'],
  'ignored-result': [
    'leaked-users',
    'leaked-mmap-lock',
    'unlock-without-lock',
    'double-put',
    'mismatched-put',
    'use-after-put',
  ],
  'mismatched-put': ['leaked-users', 'leaked-count', 'double-put', 'use-after-put'],
  'leaked-mmap-lock': ['put-under-mmap-lock', 'use-after-put'],
  'put-under-mmap-lock': ['use-after-put'],
  'double-put': ['use-after-put'],
  'mismatched-unlock': ['leaked-mmap-lock', 'unlock-without-lock'],
  'vma-after-unlock': ['vma-without-lock'],
  'recursive-mmap-lock': ['unlock-without-lock', 'mismatched-unlock'],
  'mmget-on-dead-mm': ['lock-without-users'],
};

/** Keeps one report for one defect, sorted by place. */
export function settle(found: readonly Found[]): Found[] {
  const silenced = new Set<string>();
  for (const { rule, report } of found) {
    for (const other of TELLS_BEST[rule.id] ?? []) silenced.add(keyOf(other, report));
  }
  const said = new Set<string>();
  return found
    .filter(({ rule, report }) => report.subject === undefined || !silenced.has(keyOf(rule.id, report)))
    .filter(({ rule, report: { span, message } }) => isNew(said, `${rule.id}:${span.start}:${span.end}:${message}`))
    .sort((a, b) => a.report.span.start - b.report.span.start || (a.rule.id < b.rule.id ? -1 : 1));
}

function keyOf(id: string, report: Report): string {
  return `${id}:${report.subject}`;
}

/** Two symbols may share a name, as around a loop: readers would see one finding twice. */
function isNew(said: Set<string>, key: string): boolean {
  if (said.has(key)) return false;
  said.add(key);
  return true;
}
