import type { Draft } from './draft';
import { Kind } from './scanner';
import { Role } from './words';

/**
 * Beside a string the grammar takes names that are strings, but one only in front of it, and none with arguments.
 *
 *     KERN_ERR PREFIX "x" __stringify(N)  →           PREFIX "x" __stringify
 */
export function rewriteConcatenation(draft: Draft, literal: number): void {
  const { tokens, partners, rewrites } = draft;
  const { kinds, starts, ends } = tokens;
  const after = kinds[literal + 2] === Kind.OpenParen && isName(draft, literal + 1) ? partners[literal + 2]! : -1;
  if (after > 0) rewrites.blank(starts[literal + 2]!, ends[after]!);
  let name = literal - 1;
  const open = kinds[name] === Kind.CloseParen ? partners[name]! : -1;
  if (open > 0 && isName(draft, open - 1)) {
    rewrites.blank(starts[open]!, ends[name]!);
    name = open - 1;
  }
  if (!isName(draft, name)) return;
  let first = name;
  while (isName(draft, first - 1)) first--;
  if (kinds[first - 1] !== Kind.Literal) rewrites.blank(starts[first]!, starts[name]!);
}

function isName({ tokens }: Draft, at: number): boolean {
  return tokens.kinds[at] === Kind.Word && tokens.roles[at] === Role.None;
}
