/** A member that is a struct or points to one: `mm_struct*`, or `mm_slot` for one that lies inside. */
export type MemberType = string;
/** Members of one struct, by name; members of other types are left out. */
export type Members = Readonly<Record<string, MemberType>>;

const DEFINITION = /\b(?:struct|union)\s+(\w+)\s*\{/g;
const MEMBER =
  /\b(?:struct|union)\s+(\w+)\s+((?:(?:__\w+|const)\s+)*)(\**)\s*((?:(?:__\w+|const)\s+)*)(\w+(?:\s*\[[^\]]*\])?(?:\s*,\s*\**\s*\w+)*)\s*(?:__\w+(?:\([^)]*\))?\s*)*;/g;
/** Of macros that declare members under a union, such as `__bpf_md_ptr(struct task_struct *, task);`. */
const MACRO_MEMBER = /\b\w+\(\s*struct\s+(\w+)\s*(\**)\s*,\s*(\w+)\s*\)\s*;/g;
/** A longer struct is generated, or its end was not found. */
const MAX_BODY = 60_000;

/**
 * The structs that a C text defines, with their members that are structs or point to one. Members of anonymous structs
 * and unions inside count as the outer struct's, as they do in C. A struct that the text defines twice, under `#if`, has
 * the members of both.
 */
export function readStructs(text: string): ReadonlyMap<string, Members> {
  const structs = new Map<string, Map<string, MemberType>>();
  DEFINITION.lastIndex = 0;
  for (let found = DEFINITION.exec(text); found; found = DEFINITION.exec(text)) {
    const body = bodyAt(text, DEFINITION.lastIndex);
    if (body === null || !/\b(?:struct|union)\b/.test(body)) continue;
    const members = structs.get(found[1]!) ?? new Map();
    readMembers(body, members);
    if (members.size > 0) structs.set(found[1]!, members);
  }
  return new Map([...structs].map(([name, members]) => [name, Object.fromEntries(members)]));
}

/** What stands between an opening brace and its partner, without comments; null when the partner is not found. */
function bodyAt(text: string, start: number): string | null {
  let depth = 1;
  const end = Math.min(text.length, start + MAX_BODY);
  for (let at = start; at < end; at++) {
    switch (text.charCodeAt(at)) {
      case 0x7b:
        depth++;
        break;
      case 0x7d:
        if (--depth === 0) return text.slice(start, at).replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, ' ');
        break;
      case 0x2f: {
        if (text[at + 1] !== '*') break;
        const close = text.indexOf('*/', at + 2);
        if (close < 0) return null;
        at = close + 1;
      }
    }
  }
  return null;
}

function readMembers(body: string, members: Map<string, MemberType>): void {
  for (const [, type, , stars, , names] of body.matchAll(MEMBER)) {
    // Each name has stars of its own; those of the first stand before its annotations.
    for (const [i, name] of names!.split(',').entries()) {
      const [, more, word, array] = /^\s*(\**)\s*(\w+)\s*(\[)?/.exec(name)!;
      const pointers = i === 0 ? stars!.length : more!.length;
      // An array of structs is one of pointers to the first.
      members.set(word!, type! + '*'.repeat(array && pointers === 0 ? 1 : pointers));
    }
  }
  for (const [, type, stars, name] of body.matchAll(MACRO_MEMBER)) members.set(name!, type! + stars!);
}
