/** Every tree with an mmap_lock defines this one (include/linux/mmap_lock.h, since Linux 5.8). */
export const LOCKS_AN_MM = 'mmap_write_lock';

/** Trees in which a VMA has a lock of its own define this one (include/linux/mm.h, since Linux 6.4). */
export const LOCKS_A_VMA = 'vma_start_write';
