/** Flag macros that stand for several flags (include/linux/mm_types.h, include/linux/mm.h). */
const COMPOSITES: Readonly<Record<string, readonly string[]>> = {
  FAULT_FLAG_DEFAULT: ['FAULT_FLAG_ALLOW_RETRY', 'FAULT_FLAG_KILLABLE', 'FAULT_FLAG_INTERRUPTIBLE'],
};

/** The flags that a constant consists of, itself included. */
export function flagParts(constant: string): readonly string[] {
  const parts = COMPOSITES[constant];
  return parts ? [constant, ...parts] : [constant];
}
