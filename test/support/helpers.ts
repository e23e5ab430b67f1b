import type { HelperSource } from '../../server/src/core/facade';
import { renderHelper, STATIC_INLINE } from '../../server/src/core/safety/static-inline';

/** A `rust/helpers` that lacks one helper. */
export const MISSING = 'mmap_write_downgrade';

const helpers = Object.entries(STATIC_INLINE).flatMap(([name, prototype]) =>
  name === MISSING ? [] : [`\n${renderHelper(name, prototype)}`],
);

export const HELPERS: readonly HelperSource[] = [
  { path: 'rust/helpers/helpers.c', text: '#include "err.c"\n#include "mm.c"\n#include "task.c"\n' },
  { path: 'rust/helpers/mm.c', text: `#include <linux/mm.h>\n${helpers.join('')}` },
];
