import { existsSync } from 'node:fs';
import path from 'node:path';

// Mocha loads this before the tests, so that a run without a tree fails with one sentence instead of passing by skips.
const tree = process.env.KERNEL_TREE;
if (!tree || !existsSync(path.join(tree, 'MAINTAINERS')))
  throw new Error('set KERNEL_TREE to an unpacked Linux 6.12 source tree (Debian: the package linux-source-6.12)');
