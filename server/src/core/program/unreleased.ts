import { POS } from '../ir/ir';
import type { Solved } from '../typestate/analyse';
import type { Sym } from '../typestate/world';
import type { Leak } from './judged';
import type { Viewer } from './view';

/** A field that is stored with a reference which nothing in the program releases. */
export interface UnreleasedField {
  readonly struct: string;
  readonly field: string;
  readonly kind: 'users' | 'count';
}

/** Some path releases a reference that the function did not take: it may be that of a field under another name. */
export function releasesGiven({ recorder }: Solved): boolean {
  return recorder.putUntaken.size > 0 || recorder.droppedIn.size > 0;
}

/** An object from outside is freed, and with it a field whose reference nobody releases. */
export function findUnreleased(solved: Solved, fields: readonly UnreleasedField[], viewer: Viewer): Leak[] {
  const { ctx, recorder } = solved;
  const found: Leak[] = [];
  for (const { callee, args, span } of fields.length > 0 ? recorder.calls : []) {
    for (const slot of ctx.lookup(callee)?.frees ?? []) {
      const object = args[Number(slot.replace('arg', ''))];
      // What this function made itself may not have got its mm yet.
      if (object === undefined || ctx.symbols.info(object).kind !== 'initial') continue;
      for (const { field, kind } of fields.filter(one => isOfType(solved, object, one.struct))) {
        const kept = ctx.symbols.initial(ctx.symbols.cell(object, field));
        const exit = recorder.exits.find(({ world }) => (ctx.constraints.maskOf(world, kept) & POS) !== 0);
        if (!exit || found.some(one => one.exit.start === span.start)) continue;
        const of = viewer.view(ctx.snapshot(exit.world, kept));
        found.push({ resource: kind, exit: span, of, result: exit.mask, pair: null, evidence: 'unreleased' });
      }
    }
  }
  return found;
}

/** Some variable that names the object is declared as a pointer to the struct. */
function isOfType({ ctx, recorder }: Solved, object: Sym, struct: string): boolean {
  const { symbols, cfg } = ctx;
  return [...cfg.locals].some(
    ([name, { type }]) =>
      type.pointers === 1 &&
      type.name === struct &&
      recorder.exits.some(({ world }) => symbols.read(world, symbols.variableCell(name)) === object),
  );
}
