import type { Declaration, LinkTo } from '../facade';
import type { Elsewhere } from '../rust/crates/elsewhere';
import type { RustModule } from '../rust/crates/module';
import type { FunctionItem } from '../rust/items';
import { sectionsAbove, statementsOf } from '../safety/sections';
import { type RustToken, scanRust } from '../syntax/rust-tokens';

/** A longer head of an item says no more in a hover. */
const HEAD_LIMIT = 400;

const FENCE = '```';

/** Paths of code have three or four segments. */
const MAX_SEGMENTS = 12;

interface Place {
  readonly module: RustModule;
  /** The name in the module; null is the module itself. */
  readonly key: string | null;
}

/** Finds what a token of a Rust file names in the other files of its tree. */
export class RustDeclarations {
  #tokens: readonly RustToken[] | null = null;

  constructor(
    private readonly text: string,
    private readonly elsewhere: Elsewhere | null,
    /** The methods that are called, by where their names begin. */
    private readonly methods: () => ReadonlyMap<number, FunctionItem>,
  ) {}

  at(offset: number): Declaration | null {
    const place = this.#placeAt(offset);
    if (!place) return null;
    const { module, key } = place;
    if (key === null) return { file: module.path, name: module.path, span: { start: 0, end: 0 } };
    const span = module.declared.places.get(key);
    return span ? { file: module.path, name: key, span } : null;
  }

  /** Where it is declared; with `whole` also how, and what an unsafe function demands. */
  describe(offset: number, whole: boolean, linkTo: LinkTo = () => null): string | null {
    const place = this.#placeAt(offset);
    const span = place?.key ? place.module.declared.places.get(place.key) : undefined;
    if (!place || !span) return null;
    const { module } = place;
    const start = module.text.lastIndexOf('\n', span.start) + 1;
    const line = module.lineAt(span.start);
    const url = linkTo(module.path, line);
    const spot = `${module.path}:${line}`;
    const where = `Declared in ${url === null ? spot : `[${spot}](${url})`}`;
    if (!whole) return where;
    const head = module.text.slice(start, start + HEAD_LIMIT).match(/^[^{;]*/)![0];
    const signature = head
      .trim()
      .replace(/\s+/g, ' ')
      .replace(/([([]) | ?,? ([)\]])/g, '$1$2');
    const { safety } = sectionsAbove(module.text, start);
    const demands = (safety?.clauses ?? []).flatMap(statementsOf);
    const listed = demands.length > 0 ? [`Its callers must ensure:\n${demands.map(one => `- ${one}`).join('\n')}`] : [];
    return [`${FENCE}rust\n${signature}\n${FENCE}`, ...listed, where].join('\n\n');
  }

  #placeAt(offset: number): Place | null {
    if (!this.elsewhere) return null;
    this.#tokens ??= scanRust(this.text);
    const tokens = this.#tokens;
    const index = tokens.findLastIndex(({ kind, start, end }) => kind === 'word' && start <= offset && offset <= end);
    const token = tokens[index];
    if (!token) return null;
    if (tokens[index - 1]?.text === '.') return this.#placeOfMethod(token);
    const segments = [token.text];
    for (let at = index; segments.length < MAX_SEGMENTS && tokens[at - 1]?.text === '::'; at -= 2) {
      const before = tokens[at - 2];
      if (before?.kind !== 'word') break;
      segments.unshift(before.text);
    }
    if (segments[0] === 'Self' || segments[0] === 'bindings') return null;
    const next = tokens[index + 1]?.text ?? '';
    const isName = /^[A-Z]/.test(token.text) || segments.length > 1 || next === '::' || next === '(';
    // In a list of a `use` the path goes on before the brace; what it brings in has a name of its own.
    return (
      (isName ? this.elsewhere.find(segments.join('::')) : null) ??
      (isImported(tokens, index) ? this.elsewhere.find(token.text) : null)
    );
  }

  #placeOfMethod({ start }: RustToken): Place | null {
    const item = this.methods().get(start);
    return item && this.elsewhere ? (this.elsewhere.placeOf(item.path) ?? this.elsewhere.inSource(item)) : null;
  }
}

/** The token is in a `use` declaration. */
function isImported(tokens: readonly RustToken[], index: number): boolean {
  for (let at = index; at >= 0; at--) {
    const { text, kind } = tokens[at]!;
    if (text === 'use') return true;
    if (kind !== 'comment' && !/^(?:\w+|::|[{},*])$/.test(text)) return false;
  }
  return false;
}
