import { setFlagsFromString } from 'node:v8';

/** A run of so few files is over before the WebAssembly that V8 optimises for it is used. */
const QUICK_RUN = 4;

/**
 * Lets V8 optimise later. A run over a whole tree spends a quarter of its processor time on optimising code in each of
 * its threads, and most of that code is not used long enough to earn it back. An editor's session is, so this is for
 * commands that end. The flags here are those of Node 20 to 24; another version may say on stderr that it does not know
 * them.
 */
export function optimiseLater(): void {
  setFlagsFromString('--interrupt-budget=1500000');
}

/** Lets V8 optimise nothing of the parser, which halves the time of a run of one file. */
export function startQuickly(files: number): void {
  if (files <= QUICK_RUN) setFlagsFromString('--liftoff-only');
}
