import { setFlagsFromString } from 'node:v8';

/**
 * Lets V8 optimise late, and nothing of the parser. A command spends a third of its processor time on optimising code in
 * each of its threads, and ends before that is earned back, be it a run over one file or over a whole tree. An editor's
 * session is long enough. The flags are those of Node 20 to 24; another version may say on stderr that it does not know
 * them.
 */
export function startQuickly(): void {
  setFlagsFromString('--interrupt-budget=1500000');
  setFlagsFromString('--liftoff-only');
}
