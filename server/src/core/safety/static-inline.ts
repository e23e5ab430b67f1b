/** The prototype of a function that C inlines, so that bindgen cannot see it. */
export interface Prototype {
  readonly returns: string;
  /** As C declares them: `struct mm_struct *mm`. */
  readonly params: readonly string[];
}

const mm = 'struct mm_struct *mm';
const vma = 'struct vm_area_struct *vma';
const flags = 'vm_flags_t flags';

/** Functions of include/linux/{mm,mmap_lock}.h and include/linux/sched/mm.h that are `static inline` in every version. */
export const STATIC_INLINE: Readonly<Record<string, Prototype>> = {
  mmap_read_lock: { returns: 'void', params: [mm] },
  mmap_read_lock_killable: { returns: 'int', params: [mm] },
  mmap_read_trylock: { returns: 'bool', params: [mm] },
  mmap_read_unlock: { returns: 'void', params: [mm] },
  mmap_write_downgrade: { returns: 'void', params: [mm] },
  mmap_write_lock: { returns: 'void', params: [mm] },
  mmap_write_lock_killable: { returns: 'int', params: [mm] },
  mmap_write_unlock: { returns: 'void', params: [mm] },
  mmdrop: { returns: 'void', params: [mm] },
  mmget: { returns: 'void', params: [mm] },
  mmget_not_zero: { returns: 'bool', params: [mm] },
  mmgrab: { returns: 'void', params: [mm] },
  vm_flags_clear: { returns: 'void', params: [vma, flags] },
  vm_flags_set: { returns: 'void', params: [vma, flags] },
  vma_end_read: { returns: 'void', params: [vma] },
  vma_is_anonymous: { returns: 'bool', params: [vma] },
  vma_lookup: { returns: 'struct vm_area_struct *', params: [mm, 'unsigned long addr'] },
  vma_pages: { returns: 'unsigned long', params: [vma] },
};

/** The helper that makes it callable from Rust, in the style of rust/helpers. */
export function renderHelper(name: string, { returns, params }: Prototype): string {
  const names = params.map(param => /(\w+)$/.exec(param)![1]!).join(', ');
  const gap = returns.endsWith('*') ? '' : ' ';
  const head = `${returns}${gap}rust_helper_${name}(`;
  const line = `${head}${params.join(', ')})`;
  const wrapped = line.length <= 80 ? line : `${head}${params.join(`,\n${' '.repeat(4)}`)})`;
  return `${wrapped}\n{\n\t${returns === 'void' ? '' : 'return '}${name}(${names});\n}\n`;
}
