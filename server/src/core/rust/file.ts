import type { Table } from '../knowledge/load';
import type { Parser, SyntaxNode, SyntaxTree } from '../syntax/node';
import type { Span } from '../text';
import { collectItems, type Declarations, type FunctionSource, readGenerics } from './collect';
import type { Elsewhere } from './crates/elsewhere';
import { Items } from './items';
import { typeTokens } from './macros';
import { handleMentions, mentionsHandles } from './mentions';
import type { TypeNotes } from './notes';
import { fieldValue } from './places';
import { rustTable } from './table';
import { Typer } from './typer';
import type { RustEvent, TypedExpression } from './value';

/** One typed function. */
export interface TypedFunction {
  readonly name: string;
  readonly span: Span;
  readonly nameSpan: Span;
  readonly source: FunctionSource;
  readonly expressions: readonly TypedExpression[];
  readonly events: readonly RustEvent[];
  readonly notes: TypeNotes;
  /** Why types may be missing; null when they are not. */
  readonly damage: string | null;
}

/** A Rust file: parsed once, its declarations known, its functions typed when somebody asks. */
export class RustFile {
  readonly items: Items;
  readonly declarations: Declarations;
  readonly #tree: SyntaxTree | null;
  /** Trees of macro arguments: nodes of theirs are in use as long as the file's. */
  readonly #inner: SyntaxTree[] = [];
  #functions: readonly TypedFunction[] | null = null;

  constructor(
    readonly text: string,
    private readonly parser: Parser,
    private readonly table: Table,
    /** What other files of the tree declare; null where the file stands alone. */
    readonly elsewhere: Elsewhere | null = null,
  ) {
    this.items = new Items(rustTable(), elsewhere);
    this.#tree = parser.parse('rust', text);
    this.declarations = this.#tree
      ? collectItems(this.#tree.rootNode, this.items)
      : { functions: [], structs: [], types: [], macros: [] };
  }

  /** Null when the parser gave up. */
  get root(): SyntaxNode | null {
    return this.#tree?.rootNode ?? null;
  }

  /** The functions that a handle can come into. */
  get functions(): readonly TypedFunction[] {
    this.#functions ??= this.#typeAll(
      this.declarations.functions
        .filter(handleMentions(this.items))
        .map(source => ({ ...source, item: this.items.expandFunction(source.item) })),
    );
    return this.#functions;
  }

  /** What expressions outside of functions denote: the fields of structs and the bodies of macro rules. */
  others(): TypedExpression[] {
    return [...this.declarations.structs.flatMap(node => this.#fieldsOf(node)), ...this.#macroBodies()];
  }

  /** Frees the tree: nodes are of no use afterwards. */
  delete(): void {
    for (const tree of this.#inner) tree.delete();
    this.#tree?.delete();
  }

  /** Types functions, and behind each those inside of it. */
  #typeAll(sources: readonly FunctionSource[]): TypedFunction[] {
    const typed: TypedFunction[] = [];
    const open = [...sources].reverse();
    for (let next = open.pop(); next; next = open.pop()) {
      const { inner, ...one } = this.#type(next);
      typed.push(one);
      open.push(...inner.reverse());
    }
    return typed;
  }

  #type(source: FunctionSource): TypedFunction & { readonly inner: FunctionSource[] } {
    const { node, name } = source;
    const typer = this.#typer(name);
    typer.run(source);
    const { expressions, events, notes, tooDeep, inner } = typer;
    const deep = tooDeep ? 'expressions nest too deep to be followed' : null;
    const damage = node.hasError ? 'the syntax is damaged' : deep;
    const at = node.childForFieldName('name') ?? node;
    return { name, span: spanOf(node), nameSpan: spanOf(at), source, expressions, events, notes, damage, inner };
  }

  #typer(name: string): Typer {
    const { items, table, text } = this;
    return new Typer({ items, table, text, reparse: (start, end, wrap) => this.#reparse(start, end, wrap) }, name);
  }

  #reparse(start: number, end: number, wrap: (text: string) => string): SyntaxNode | null {
    const tree = this.parser.parse('rust', wrap(this.text.slice(start, end)));
    if (tree) this.#inner.push(tree);
    return tree?.rootNode ?? null;
  }

  #fieldsOf(node: SyntaxNode): TypedExpression[] {
    const owner = node.childForFieldName('name')?.text ?? '';
    const item = this.items.type(owner);
    const { counted } = readGenerics(node);
    return (node.childForFieldName('body')?.namedChildren ?? []).flatMap(field => {
      const name = field?.type === 'field_declaration' ? field.childForFieldName('name') : null;
      const type = name && item?.fields.get(name.text);
      return type
        ? [{ span: spanOf(name), function: owner, value: fieldValue(type), lock: 'unknown' as const, counted }]
        : [];
    });
  }

  #macroBodies(): TypedExpression[] {
    return this.declarations.macros.flatMap(node => {
      if (!mentionsHandles(node.text) && !/\bTask\b/.test(node.text)) return [];
      const typer = this.#typer(`${node.childForFieldName('name')?.text ?? ''}!`);
      for (const rule of node.namedChildren) {
        const body = rule?.type === 'macro_rule' ? rule.childForFieldName('right') : null;
        if (body) typeTokens(typer, body);
      }
      return typer.expressions;
    });
  }
}

function spanOf(node: SyntaxNode): Span {
  return { start: node.startIndex, end: node.endIndex };
}
