/** Flag macros that stand for several flags (include/linux/mm_types.h, include/linux/mm.h). */
const COMPOSITES: Readonly<Record<string, readonly string[]>> = {
  FAULT_FLAG_DEFAULT: ['FAULT_FLAG_ALLOW_RETRY', 'FAULT_FLAG_KILLABLE', 'FAULT_FLAG_INTERRUPTIBLE'],
  VM_FAULT_ERROR: [
    'VM_FAULT_OOM',
    'VM_FAULT_SIGBUS',
    'VM_FAULT_SIGSEGV',
    'VM_FAULT_HWPOISON',
    'VM_FAULT_HWPOISON_LARGE',
    'VM_FAULT_FALLBACK',
  ],
};

/** The flags that a constant consists of, itself included. */
export function flagParts(constant: string): readonly string[] {
  const parts = COMPOSITES[constant];
  return parts ? [constant, ...parts] : [constant];
}

/**
 * Whether two results of fault handlers have no bit in common. Names that an architecture adds for itself, such as
 * `VM_FAULT_BADMAP`, are bits that the rest of the kernel does not use.
 */
export function areOtherFaults(a: string, b: string): boolean {
  const areFaults = [a, b].every(text => /^VM_FAULT_(?!.*_MASK$)\w+$/.test(text));
  return areFaults && !flagParts(a).some(part => flagParts(b).includes(part));
}

/** A fault that is to be retried, or was completed without the lock, reports no error and asks for no fallback. */
const NO_RESULT_BUT = ['VM_FAULT_ERROR', 'VM_FAULT_FALLBACK'];
const EXCLUDED: Readonly<Record<string, readonly string[]>> = {
  VM_FAULT_RETRY: NO_RESULT_BUT,
  VM_FAULT_COMPLETED: NO_RESULT_BUT,
};

/** Flags that cannot be set together with this one (mm/memory.c, include/linux/mm_types.h). */
export function flagsExcludedBy(constant: string): readonly string[] {
  return EXCLUDED[constant] ?? [];
}
