/** Flag macros that stand for several flags (include/linux/mm_types.h, include/linux/mm.h). */
const COMPOSITES: Readonly<Record<string, readonly string[]>> = {
  FAULT_FLAG_DEFAULT: ['FAULT_FLAG_ALLOW_RETRY', 'FAULT_FLAG_KILLABLE', 'FAULT_FLAG_INTERRUPTIBLE'],
};

/** The flags that a constant consists of, itself included. */
export function flagParts(constant: string): readonly string[] {
  const parts = COMPOSITES[constant];
  return parts ? [constant, ...parts] : [constant];
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
