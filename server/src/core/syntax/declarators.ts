import { Kind, type Tokens } from './scanner';
import { Role } from './words';

/** The tokens of a function's declarator: `name ( parameters )`, up to what follows the whole of it. */
export interface Declarator {
  readonly name: number;
  /** The parentheses of the parameters. */
  readonly open: number;
  readonly close: number;
  /** The first token of the declarator; it differs from `name` in `(*name(int))(char)` and `*name()`. */
  readonly first: number;
  /** The last token of it, after which annotations may stand. */
  readonly last: number;
}

/**
 * Reads the declarator that ends before the token `end` (a `{` or a `;`), backwards over annotations, not beyond `from`.
 * Null when what stands there is no function's.
 */
export function readDeclarator(tokens: Tokens, partners: Int32Array, from: number, end: number): Declarator | null {
  const { kinds, roles } = tokens;
  for (let at = end - 1; at >= from; ) {
    const kind = kinds[at];
    if (kind === Kind.Word) {
      // A word after the parameters is an annotation, known or not.
      if (!isAnnotation(roles[at]!) && !(roles[at] === Role.None && kinds[at - 1] === Kind.CloseParen)) return null;
      at--;
      continue;
    }
    const open = partners[at]!;
    if (kind !== Kind.CloseParen || open <= from) return null;
    const before = open - 1;
    if (kinds[before] === Kind.CloseParen) return readParenthesised(tokens, partners, from, open, at);
    if (kinds[before] !== Kind.Word && kinds[before] !== Kind.Number) return null;
    if (isAnnotationWithArguments(roles[before]!) || isUnknownAnnotation(tokens, partners, from, before))
      at = before - 1;
    else return canNameFunction(roles[before]!) ? { name: before, open, close: at, first: before, last: at } : null;
  }
  return null;
}

/** `(*name(int))(char)`, a function that returns a pointer to one, or `(name)(int)`. */
function readParenthesised(
  tokens: Tokens,
  partners: Int32Array,
  from: number,
  open: number,
  close: number,
): Declarator | null {
  const { kinds, roles } = tokens;
  const first = partners[open - 1]!;
  if (first < from) return null;
  let name = first + 1;
  while (
    kinds[name] === Kind.Star ||
    (kinds[name] === Kind.Word && isSpecifierWord(roles[name]!) && roles[name] !== Role.None)
  )
    name++;
  if (kinds[name] !== Kind.Word || !canNameFunction(roles[name]!)) return null;
  const inner = name + 1;
  if (kinds[inner] === Kind.OpenParen && partners[inner]! > 0)
    return { name, open: inner, close: partners[inner]!, first, last: close };
  return inner === open - 1 && name === first + 1 ? { name, open, close, first, last: close } : null;
}

/**
 * The first token of the specifiers in front of `declarator`, not before `from` and not over an empty line: what stands
 * there is the unfinished statement of somebody who is typing.
 */
export function findSpecifiers(tokens: Tokens, partners: Int32Array, from: number, declarator: Declarator): number {
  const { kinds, roles } = tokens;
  let first = declarator.first;
  while (first > from) {
    const before = first - 1;
    if (isSeparated(tokens, before, first)) break;
    const kind = kinds[before];
    if (kind === Kind.Star || (kind === Kind.Word && isSpecifierWord(roles[before]!))) {
      first = before;
      continue;
    }
    const word = kind === Kind.CloseParen ? partners[before]! - 1 : -1;
    if (word < from || kinds[word] !== Kind.Word || !takesArgumentsInSpecifiers(roles[word]!)) break;
    first = word;
  }
  return first;
}

function isSeparated({ text, starts, ends }: Tokens, before: number, next: number): boolean {
  return starts[next]! - ends[before]! > 1 && /\n[ \t\r]*\n/.test(text.slice(ends[before]!, starts[next]!));
}

/** Is it the word of an annotation that no table knows, after the parameters: `int f(int a) __weird(x)`? */
function isUnknownAnnotation(tokens: Tokens, partners: Int32Array, from: number, word: number): boolean {
  const { kinds, roles } = tokens;
  const close = word - 1;
  if (kinds[close] !== Kind.CloseParen || partners[close]! <= from) return false;
  const name = partners[close]! - 1;
  return name > from && kinds[name] === Kind.Word && canNameFunction(roles[name]!);
}

function canNameFunction(role: Role): boolean {
  return role === Role.None || role === Role.AsmQualifier;
}

function isAnnotation(role: Role): boolean {
  return role === Role.Annotation || role === Role.Noreturn || role === Role.Contract || role === Role.AnnotationCall;
}

function isAnnotationWithArguments(role: Role): boolean {
  return isAnnotation(role) || role === Role.Attribute || role === Role.Asm;
}

function takesArgumentsInSpecifiers(role: Role): boolean {
  return isAnnotationWithArguments(role) || role === Role.Typeof;
}

function isSpecifierWord(role: Role): boolean {
  return (
    role === Role.None ||
    role === Role.Struct ||
    role === Role.Primitive ||
    role === Role.Qualifier ||
    role === Role.Storage ||
    role === Role.AsmQualifier ||
    role === Role.Typeof ||
    isAnnotation(role)
  );
}
