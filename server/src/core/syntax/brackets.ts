import { Kind, type Tokens } from './scanner';

/**
 * For each bracket token the index of its partner, -1 for one without and for all other tokens.
 *
 * A half-typed function must not hide the ones after it. When the brackets of the text do not pair, they are paired
 * again with the kernel's layout as a hint: a `}` in the first column ends a function, and no other ends one that a `{`
 * in the first column begins.
 */
export function pairBrackets(tokens: Tokens): Int32Array {
  const partners = new Int32Array(tokens.count);
  if (!pair(tokens, partners, false)) pair(tokens, partners, true);
  return partners;
}

function pair(tokens: Tokens, partners: Int32Array, byLayout: boolean): boolean {
  const { kinds, count } = tokens;
  const open = new Int32Array(count);
  let depth = 0;
  let complete = true;
  partners.fill(-1);
  for (let i = 0; i < count; i++) {
    switch (kinds[i]) {
      case Kind.OpenParen:
      case Kind.OpenBracket:
        open[depth++] = i;
        break;
      case Kind.OpenBrace:
        if (byLayout && depth > 0 && isInFirstColumn(tokens, i) && kinds[i - 1] === Kind.CloseParen) depth = 0;
        open[depth++] = i;
        break;
      case Kind.CloseParen:
      case Kind.CloseBracket:
        if (depth > 0 && kinds[open[depth - 1]!] === OPENING.get(kinds[i]!)) {
          const from = open[--depth]!;
          partners[from] = i;
          partners[i] = from;
        } else complete = false;
        break;
      case Kind.CloseBrace: {
        const endsFunction = byLayout && isInFirstColumn(tokens, i);
        const from = endsFunction ? outermost(kinds, open, depth) : innermost(kinds, open, depth);
        if (from < 0 || from !== depth - 1) complete = false;
        if (byLayout && !endsFunction && from === 0 && isInFirstColumn(tokens, open[0]!)) break;
        depth = endsFunction ? 0 : Math.max(from, 0);
        if (from < 0) break;
        partners[open[from]!] = i;
        partners[i] = open[from]!;
        break;
      }
    }
  }
  return complete && depth === 0;
}

const OPENING: ReadonlyMap<number, Kind> = new Map([
  [Kind.CloseParen, Kind.OpenParen],
  [Kind.CloseBracket, Kind.OpenBracket],
]);

/** Places on the stack of the brace that a `}` closes, or -1; parentheses left open inside it are given up. */
function innermost(kinds: Uint8Array, open: Int32Array, depth: number): number {
  let at = depth - 1;
  while (at >= 0 && kinds[open[at]!] !== Kind.OpenBrace) at--;
  return at;
}

function outermost(kinds: Uint8Array, open: Int32Array, depth: number): number {
  let at = 0;
  while (at < depth && kinds[open[at]!] !== Kind.OpenBrace) at++;
  return at < depth ? at : -1;
}

export function isInFirstColumn(tokens: Tokens, token: number): boolean {
  const start = tokens.starts[token]!;
  return start === 0 || tokens.text.startsWith('\n', start - 1);
}
