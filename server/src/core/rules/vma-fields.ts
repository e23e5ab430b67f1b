import type { Judged, Write } from '../program/judged';
import { isNewVma, isObject } from './observe';

/** Where a VMA begins and ends: page faults under the VMA lock alone rely on it. */
export const RANGE_FIELDS: ReadonlySet<string> = new Set(['vm_start', 'vm_end']);

/** Members that change only under mmap_lock held for writing (include/linux/mm_types.h). */
const GUARDED: ReadonlySet<string> = new Set([
  ...RANGE_FIELDS,
  'vm_pgoff',
  'vm_flags',
  'vm_page_prot',
  'vm_ops',
  'vm_file',
  'vm_policy',
  'def_flags',
  'map_count',
]);

/** Assignments to such a member of a VMA or an mm that others can find. */
export function writesOf(judged: Judged): Write[] {
  return judged.events.filter(
    (event): event is Write =>
      event.kind === 'write' &&
      GUARDED.has(event.field) &&
      isObject(event.of) &&
      !event.of.unpublished &&
      !isNewVma(judged, event.of),
  );
}
