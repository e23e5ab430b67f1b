import type { Draft } from './draft';
import { Kind } from './scanner';
import { Role } from './words';

/**
 * Assembly keeps its operands, for it writes to them: only its template becomes one string, for kernel templates are
 * built of macros. Where the operands are built of macros too, or it names the register of a variable, all is blanked.
 */
export function rewriteAsm(draft: Draft, at: number): number {
  const { tokens, partners, rewrites } = draft;
  const { kinds, roles, starts, ends, text } = tokens;
  let open = at + 1;
  while (kinds[open] === Kind.Word && isQualifier(roles[open]!)) open++;
  const close = kinds[open] === Kind.OpenParen ? partners[open]! : -1;
  if (close < 0) return at + 1;
  const word = text.slice(starts[at]!, ends[at]!);
  const hasLabels = word === 'asm_volatile_goto' || word === 'asm_goto_output' || roles[open - 1] === Role.Goto;
  const colon = findColon(draft, open + 1, close);
  if (kinds[at - 1] === Kind.Word || !operandsAreReadable(draft, colon, close, hasLabels)) {
    rewrites.blank(starts[at]!, ends[close]!);
    return close + 1;
  }
  if (word.length > '__asm__'.length) rewrites.replace(starts[at]!, ends[at]!, hasLabels ? 'asm goto' : 'asm');
  for (let i = at + 1; i < open; i++) {
    if (roles[i] === Role.AsmQualifier) rewrites.blank(starts[i]!, ends[i]!);
  }
  rewriteTemplate(draft, open, colon);
  return open;
}

function isQualifier(role: Role): boolean {
  return role === Role.AsmQualifier || role === Role.Qualifier || role === Role.Goto;
}

/** The first `:` between the tokens `from` and `close` that is in no brackets, or `close`. */
function findColon({ tokens, partners }: Draft, from: number, close: number): number {
  let at = from;
  while (at < close && tokens.kinds[at] !== Kind.Colon) at = Math.max(partners[at]!, at) + 1;
  return at;
}

/** After the template: `[name] "constraint" (value)` and strings; words only as labels. */
function operandsAreReadable({ tokens, partners }: Draft, colon: number, close: number, hasLabels: boolean): boolean {
  const { kinds } = tokens;
  let colons = 0;
  for (let at = colon; at < close; at = Math.max(partners[at]!, at) + 1) {
    if (kinds[at] === Kind.Colon) colons++;
    else if (kinds[at] === Kind.Word && !(hasLabels && colons === 4)) return false;
  }
  return colons < 5;
}

/** Keeps the first string of the template and blanks the rest; writes an empty one where there is none. */
function rewriteTemplate({ tokens, rewrites }: Draft, open: number, colon: number): void {
  const { kinds, starts, ends, text } = tokens;
  const first = ends[open]!;
  const last = starts[colon]!;
  let literal = open + 1;
  while (literal < colon && !(kinds[literal] === Kind.Literal && text.startsWith('"', starts[literal]))) literal++;
  if (literal < colon) {
    rewrites.blank(first, starts[literal]!);
    rewrites.blank(ends[literal]!, last);
  } else {
    rewrites.replace(starts[open + 1]!, Math.min(starts[open + 1]! + 2, last), '""');
    rewrites.blank(starts[open + 1]! + 2, last);
  }
}
