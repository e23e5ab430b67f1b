/** One name that a `use` brings into a module; `*` stands for all names of a module. */
export interface Import {
  readonly name: string;
  /** As written, without the alias: `crate`, `mm`, `Mm`. */
  readonly path: readonly string[];
  /** Others see it through this module. */
  readonly isPublic: boolean;
}

/** What a text says about other files. */
export interface Uses {
  readonly imports: readonly Import[];
  /** `mod name;`, with the file that a `path` attribute names. */
  readonly modules: ReadonlyMap<string, string | null>;
}

/** `use` at the start of a line: rustfmt puts it nowhere else, and comments do not begin so. */
const USE = /^[ \t]*(pub(?:\([^)]*\))?\s+)?use\s+([^;]{1,8000});/gm;
const MOD = /(?:#\[path\s*=\s*"([^"\n]+)"\]\s*)?^[ \t]*(?:pub(?:\([^)]*\))?\s+)?mod\s+(\w+)\s*;/gm;

/** Lists of lists of names nest to three or so. */
const MAX_DEPTH = 16;

/** Reads the `use` and `mod` declarations of a text, also those in modules within it. */
export function readUses(text: string): Uses {
  const imports: Import[] = [];
  for (const [, visibility, tree] of text.matchAll(USE)) {
    const tokens = tree!.replace(/\/\/[^\n]*/g, '').match(/\w+|::|[{},*]/g) ?? [];
    readTree(tokens, visibility !== undefined, imports);
  }
  const modules = new Map([...text.matchAll(MOD)].map(([, file, name]) => [name!, file ?? null]));
  return { imports, modules };
}

/** `a::{b, c::{self, d as e}, f::*}`, without recursion. */
function readTree(tokens: readonly string[], isPublic: boolean, imports: Import[]): void {
  const prefixes: (readonly string[])[] = [];
  let path: string[] = [];
  let alias: string | null = null;
  const finish = () => {
    const last = path.at(-1);
    const whole = last === 'self' && path.length > 1 ? path.slice(0, -1) : path;
    const name = alias ?? whole.at(-1);
    if (name !== undefined) imports.push({ name, path: name === '*' ? whole.slice(0, -1) : whole, isPublic });
    path = [];
    alias = null;
  };
  /** Behind a list its prefix stands alone. */
  let closed = false;
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at]!;
    if (token === '{') {
      if (prefixes.length >= MAX_DEPTH) return;
      prefixes.push(path);
      path = [...path];
    } else if (token === ',' || token === '}') {
      if (!closed && path.length > (prefixes.at(-1)?.length ?? 0)) finish();
      closed = token === '}';
      if (closed) prefixes.pop();
      path = [...(prefixes.at(-1) ?? [])];
    } else if (token === 'as') alias = tokens[++at] ?? null;
    else if (token !== '::') path.push(token);
  }
  if (!closed && path.length > 0) finish();
}
