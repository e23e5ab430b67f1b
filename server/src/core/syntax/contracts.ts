import type { Span } from '../text';
import type { AnnotatedHeader } from './declarations';
import { Kind, type Tokens } from './scanner';
import { Role } from './words';

/** What an annotation says of a function: `{ kind: '__must_hold', args: ['&mm->mmap_lock'] }`, or `__noreturn`. */
export interface Contract {
  readonly kind: string;
  readonly args: readonly string[];
}

/** An argument of a macro, without the blanks around it. */
export interface ArgumentText extends Span {
  readonly text: string;
}

/** `DEFINE_FREE(mmput, struct mm_struct *, if (_T) mmput(_T))` and its kin, at file level. */
export interface CleanupDefinition extends Span {
  readonly macro: string;
  readonly args: readonly ArgumentText[];
}

/** Reads the definition that begins with the word at `word`. */
export function readCleanup(tokens: Tokens, partners: Int32Array, word: number): CleanupDefinition {
  const { text, starts, ends } = tokens;
  return {
    start: starts[word]!,
    end: ends[partners[word + 1]!]!,
    macro: text.slice(starts[word]!, ends[word]!),
    args: readArguments(tokens, partners, word + 1),
  };
}

/** Collects by name what the annotations of these headers say. */
export function readContracts(
  tokens: Tokens,
  partners: Int32Array,
  headers: readonly AnnotatedHeader[],
): ReadonlyMap<string, readonly Contract[]> {
  const { kinds, starts, ends, text } = tokens;
  const byName = new Map<string, Contract[]>();
  const seen = new Set<string>();
  for (const header of headers) {
    const name = text.slice(starts[header.name]!, ends[header.name]!);
    const known = byName.get(name) ?? [];
    for (let at = header.from; at < header.end; at++) {
      const contract = kinds[at] === Kind.Word ? readContract(tokens, partners, at) : null;
      const key = contract && [name, contract.kind, ...contract.args].join();
      if (key && !seen.has(key)) {
        seen.add(key);
        known.push(contract);
      }
      if (kinds[at] === Kind.OpenParen) at = Math.max(partners[at]!, at);
    }
    if (known.length > 0) byName.set(name, known);
  }
  return byName;
}

function readContract(tokens: Tokens, partners: Int32Array, word: number): Contract | null {
  const { text, starts, ends, kinds, roles } = tokens;
  const hasArguments = kinds[word + 1] === Kind.OpenParen && partners[word + 1]! > 0;
  switch (roles[word]) {
    case Role.Noreturn:
      return { kind: '__noreturn', args: [] };
    case Role.Attribute: {
      const attributes = hasArguments ? text.slice(starts[word + 1]!, ends[partners[word + 1]!]!) : '';
      return /\b(?:__)?noreturn(?:__)?\b/.test(attributes) ? { kind: '__noreturn', args: [] } : null;
    }
    case Role.Contract:
      if (!hasArguments) return null;
      return {
        kind: text.slice(starts[word]!, ends[word]!),
        args: readArguments(tokens, partners, word + 1).map(argument => argument.text),
      };
    default:
      return null;
  }
}

/** The arguments between the parenthesis `open` and its partner. */
function readArguments({ kinds, starts, ends, text }: Tokens, partners: Int32Array, open: number): ArgumentText[] {
  const close = partners[open]!;
  const args: ArgumentText[] = [];
  let first = open + 1;
  for (let at = first; at <= close; at = Math.max(at < close ? partners[at]! : at, at) + 1) {
    if (at !== close && kinds[at] !== Kind.Comma) continue;
    if (at > first) {
      const span = { start: starts[first]!, end: ends[at - 1]! };
      args.push({ ...span, text: text.slice(span.start, span.end) });
    } else if (at !== close || args.length > 0) args.push({ start: starts[at]!, end: starts[at]!, text: '' });
    first = at + 1;
  }
  return args;
}
