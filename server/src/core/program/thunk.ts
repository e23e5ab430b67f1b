import type { Call, Cfg } from '../ir/ir';

/**
 * Whether a function is another one under its own name: its one call passes its parameters on as they are. It means
 * what its callee means, as the helpers through which Rust calls static inline functions do.
 */
export function isThunk(cfg: Cfg): boolean {
  const calls = cfg.blocks.flatMap(({ instrs }) => instrs.filter((instr): instr is Call => instr.op === 'call'));
  const [only] = calls;
  return (
    only !== undefined &&
    calls.length === 1 &&
    only.args.length === cfg.parameters.length &&
    only.args.every((arg, i) => arg.kind === 'variable' && arg.name === cfg.parameters[i])
  );
}
