import type { FoundFunction } from './declarations';
import type { Draft } from './draft';
import { Kind } from './scanner';
import { Role } from './words';

/** Makes a plain C header: specifiers with one type, a name, parameters and nothing else before the body. */
export function rewriteHeader(draft: Draft, found: FoundFunction): void {
  const { tokens, rewrites } = draft;
  const { starts, ends, kinds } = tokens;
  const hasType = rewriteSpecifiers(draft, found);
  if (found.form !== 'plain') rewriteMacroHeader(draft, found, hasType);
  const isOldStyle = kinds[found.body - 1] === Kind.Semicolon;
  if (!isOldStyle) rewrites.blank(ends[found.declarator.last]!, starts[found.body]!);
}

/** Blanks the words among the specifiers that can only be unknown annotations. Tells whether a type is left. */
function rewriteSpecifiers(draft: Draft, found: FoundFunction): boolean {
  const { tokens, partners, rewrites } = draft;
  const { kinds, roles, starts, ends, text } = tokens;
  const names: number[] = [];
  let hasKeyword = false;
  for (let at = found.first; at < found.declarator.first; at++) {
    if (kinds[at] === Kind.OpenParen) at = Math.max(partners[at]!, at);
    if (kinds[at] !== Kind.Word) continue;
    if (roles[at] === Role.Struct) at++;
    else if (roles[at] === Role.None) names.push(at);
    if (roles[at] === Role.Primitive || roles[at] === Role.Typeof || roles[at - 1] === Role.Struct) hasKeyword = true;
  }
  // The type is the last name that does not look like an attribute.
  const plain = names.filter(name => !text.startsWith('_', starts[name]));
  const type = hasKeyword ? undefined : (plain.at(-1) ?? names.at(-1));
  for (const name of names) {
    if (name !== type) rewrites.blank(starts[name]!, ends[name]!);
  }
  return hasKeyword || type !== undefined;
}

/**
 * A macro's header: `SYSCALL_DEFINE2(name, int, a, long, b)` becomes `long           name( int  a, long  b)` and
 * `TEST(name)` becomes `int name()`, one unit to the left.
 */
function rewriteMacroHeader(draft: Draft, found: FoundFunction, hasType: boolean): void {
  const { tokens, partners, rewrites } = draft;
  const { kinds, starts, ends, text } = tokens;
  const { name: macro, close } = found.declarator;
  const room = ends[macro]! - starts[macro]!;
  const type = [found.form === 'paired' ? 'long' : 'void', 'int'].find(word => word.length < room);
  rewrites.replace(starts[macro]!, ends[macro]!, hasType ? '' : (type ?? ''));
  const name = text.slice(starts[found.name]!, ends[found.name]!).replace(/^\d/, '_');
  if (kinds[found.name + 1] !== Kind.Comma) {
    const from = starts[found.name]! - 1;
    if (text.startsWith('\n', from)) return;
    rewrites.blank(ends[macro]!, from);
    rewrites.replace(from, ends[found.name]!, `${name}(`);
    return;
  }
  rewrites.blank(ends[macro]!, starts[found.name]!);
  rewrites.replace(starts[found.name]!, ends[found.name]!, name);
  let commas = 0;
  for (let at = found.name + 1; at < close; at = Math.max(partners[at]!, at) + 1) {
    if (kinds[at] !== Kind.Comma) continue;
    commas++;
    if (commas === 1) rewrites.replace(starts[at]!, ends[at]!, '(');
    else if (found.form === 'paired' && commas % 2 === 0) rewrites.blank(starts[at]!, ends[at]!);
  }
}
