import type { EmitKind, IncompleteFunction, SourceFile } from '../facade';
import { printCfg, printMask } from '../ir/print';
import type { Analysed, FileProgram } from '../program/file';
import type { CUnits } from '../program/units';
import { LineIndex } from '../text';
import { countOf, ESCAPED, isNeutral, lazyOf, lockName, lockOf, usersOf, VMA_READ } from '../typestate/holding';
import type { World } from '../typestate/world';

/** Prints an intermediate result of a whole file, for `--emit`. */
export function printAll(
  what: EmitKind,
  program: FileProgram,
  units: CUnits,
  incomplete: readonly IncompleteFunction[],
  file: SourceFile,
): string {
  switch (what) {
    case 'tree':
      return program.functions.map(({ unit }) => `${units.printTree(unit)}\n`).join('\n');
    case 'ir':
    case 'summaries':
      return printFunctions(what, program.functions);
    case 'states':
      return program.functions.map(printStates).join('\n');
    case 'incomplete': {
      const lines = new LineIndex(file.text);
      return incomplete
        .map(
          ({ span, function: name, reason }) =>
            `${file.path}:${lines.positionAt(span.start).line + 1}: ${name}: ${reason}\n`,
        )
        .join('');
    }
  }
}

/** The graphs or the summaries of functions, in either language. */
export function printFunctions(what: 'ir' | 'summaries', functions: readonly Analysed[]): string {
  return what === 'ir'
    ? functions.map(({ cfg }) => printCfg(cfg)).join('\n')
    : functions.flatMap(printSummary).join('');
}

function printSummary({ name, summary }: Analysed): string[] {
  if (!summary) return [];
  return [`${name}\n${[...new Set(summary.words)].map(word => `  ${word}\n`).join('')}`];
}

/** The worlds before each block: what is held, and by which name. */
function printStates({ name, solved }: Analysed): string {
  const blocks = solved.states.flatMap((state, block) =>
    state ? [`  block ${block}\n${[...state.values()].map(world => printWorld(solved, world)).join('')}`] : [],
  );
  return `${name}${solved.exceeded ? ` (${solved.exceeded})` : ''}\n${blocks.join('')}`;
}

function printWorld({ ctx }: Analysed['solved'], world: World): string {
  const held = [...world.held.entries()].flatMap(([symbol, holding]) => {
    if (isNeutral(holding)) return [];
    const parts = [`users=${usersOf(holding)}`, `count=${countOf(holding)}`, `lazy=${lazyOf(holding)}`].filter(
      part => !part.endsWith('=0'),
    );
    if (lockOf(holding)) parts.push(`mmap_lock=${lockName(lockOf(holding))}`);
    if (holding & VMA_READ) parts.push('vma_read');
    if (holding & ESCAPED) parts.push('escaped');
    return [`${ctx.symbols.name(symbol)}: ${parts.join(' ')} (${printMask(ctx.constraints.maskOf(world, symbol))})`];
  });
  return `    ${held.length ? held.join('; ') : 'nothing held'}${world.atomicDepth ? `; atomic ${world.atomicDepth}` : ''}\n`;
}
