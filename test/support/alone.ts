import type { Analyzer } from '../../server/src/core/facade';

/** The part of an analyzer that knows other files, for one that knows none. */
export const ALONE: Omit<Analyzer, 'analyze'> = {
  forget() {},
  useProgram() {},
  definersOf: () => [],
  contribute() {
    throw new Error('this analyzer has no program');
  },
};
