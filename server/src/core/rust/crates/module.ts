import type { Parser, SyntaxNode } from '../../syntax/node';
import { LineIndex, type Span } from '../../text';
import { collectItems } from '../collect';
import { Items } from '../items';
import { withoutBodies } from './bodies';
import { readUses, type Uses } from './uses';

/** What a file declares, with the places of the names. */
export interface Declared {
  readonly items: Items;
  /** Of functions by path, and of types by name. */
  readonly places: ReadonlyMap<string, Span>;
}

/** Ways in which one file writes one name: mostly there is one. */
const MAX_PATHS = 4;

/** One Rust file as the others see it: its declarations, read when somebody asks for them. */
export class RustModule {
  #uses: Uses | null = null;
  #declared: Declared | null = null;
  #lines: LineIndex | null = null;

  constructor(
    /** Relative to the root of the tree. */
    readonly path: string,
    readonly text: string,
    private readonly parser: Parser,
  ) {}

  get uses(): Uses {
    this.#uses ??= readUses(this.text);
    return this.#uses;
  }

  get declared(): Declared {
    this.#declared ??= this.#collect();
    return this.#declared;
  }

  /** From 1. */
  lineAt(offset: number): number {
    this.#lines ??= new LineIndex(this.text);
    return this.#lines.positionAt(offset).line + 1;
  }

  /** Whether a type or trait, or a function outside of any impl, of this name is declared here. */
  declares(name: string): boolean {
    if (!this.text.includes(name)) return false;
    return new RegExp(
      `^(?:(?:pub(?:\\([^)]*\\))? )?(?:(?:const|unsafe|async|extern "C") )*fn|.*\\b(?:struct|enum|union|trait|type)) ${name}\\b`,
      'm',
    ).test(this.text);
  }

  /** Paths in the text that end with a name, each once. */
  pathsTo(name: string): readonly (readonly string[])[] {
    if (!this.text.includes(`::${name}`)) return [];
    const found = this.text.matchAll(new RegExp(`\\b((?:\\w+::)+)${name}\\b`, 'g'));
    const written = [...new Set([...found].map(match => match[1]!))].filter(path => path !== 'Self::');
    return written.slice(0, MAX_PATHS).map(path => [...path.split('::').slice(0, -1), name]);
  }

  /** Parses the declarations for `use`, and frees the tree. */
  withTree<T>(use: (root: SyntaxNode) => T): T | null {
    const tree = this.parser.parse('rust', withoutBodies(this.text));
    if (!tree) return null;
    try {
      return use(tree.rootNode);
    } finally {
      tree.delete();
    }
  }

  #collect(): Declared {
    const items = new Items(null);
    const places = new Map<string, Span>();
    this.withTree(root => {
      const { functions, types } = collectItems(root, items);
      const note = (name: string, node: SyntaxNode) => {
        const at = node.childForFieldName('name');
        if (at && !places.has(name)) places.set(name, { start: at.startIndex, end: at.endIndex });
      };
      for (const { node, item } of functions) note(item.path, node);
      for (const node of types) note(node.childForFieldName('name')?.text ?? '', node);
    });
    return { items, places };
  }
}
