import type { Parser, SyntaxNode } from '../syntax/node';
import { type Edit, LineIndex, type Span } from '../text';
import { type Contradiction, contradictionsOf } from './claims';
import { appendToComment, type Comment, type CommentMark, commentOn, insertComment, layOut } from './comments';
import { composeBlock, composeImpl, composeInvariant, wordsOf } from './compose';
import { composeSection, composeTraitSection } from './duties';
import type { Context } from './evidence';
import type { Sentence } from './facts';
import { collectItems, type FunctionItem, functionAround, type Items, isForeign, type OtherItems } from './items';
import { nameOf } from './operations';
import { sectionsAbove } from './sections';
import { splitBlock } from './split';
import { callParts, childOfType, copyTree, descendants, pathOf, type RustNode } from './syntax';

/** A place that a `SAFETY:` or `INVARIANT:` comment should justify. */
export interface Site {
  readonly kind: 'block' | 'impl' | 'construction';
  readonly mark: CommentMark;
  readonly node: RustNode;
  /** What a finding underlines. */
  readonly span: Span;
  /** The function or type around it. */
  readonly function: string;
  /** For a construction: the type that has invariants. */
  readonly type: string;
}

/** An unsafe function or trait: what its callers or implementers must ensure belongs into its documentation. */
export interface Declaration {
  readonly node: RustNode;
  readonly span: Span;
  readonly name: string;
  /** Null for a trait. */
  readonly item: FunctionItem | null;
  readonly isPublic: boolean;
}

/** How many places of one file are looked at; the largest file of the kernel has a tenth of it. */
const MAX_SITES = 4_000;

/** A Rust file as the rules about unsafe code see it. */
export class UnsafeFile {
  readonly items: Items;
  readonly sites: readonly Site[];
  readonly declarations: readonly Declaration[];
  /** Part of the file was not looked at, for it is too large. */
  readonly truncated: boolean;
  readonly #context: Context;
  readonly #lines: LineIndex;

  constructor(
    /** Relative to the root of the tree. */
    readonly path: string,
    readonly text: string,
    root: SyntaxNode,
    parser: Parser,
    /** The C files of `rust/helpers`; null where the tree has no such folder. */
    readonly helpers: () => readonly { readonly path: string; readonly text: string }[] | null = () => null,
    others: OtherItems | null = null,
  ) {
    const copied = copyTree(root, text, parser, wantedIn(text));
    this.items = collectItems(copied.root, text, others);
    this.#context = { text, items: this.items };
    this.#lines = new LineIndex(text);
    const all = [...descendants(copied.root)];
    const sites = all.flatMap(node => this.#siteOf(node));
    this.sites = sites.slice(0, MAX_SITES);
    this.truncated = copied.truncated || sites.length > MAX_SITES;
    this.declarations = all.flatMap(node => this.#declarationOf(node));
  }

  /** Calls of C functions through `bindings`, in order. */
  *foreignCalls(): Generator<{ readonly name: string; readonly span: Span; readonly function: string }> {
    for (const site of this.sites) {
      if (site.kind !== 'block') continue;
      for (const node of descendants(site.node, ({ type }) => type !== 'unsafe_block')) {
        const path = callParts(node, this.text)?.path;
        if (!path?.startsWith('bindings::')) continue;
        const span = { start: node.start, end: node.children[0]!.end };
        yield { name: path.slice('bindings::'.length), span, function: site.function };
      }
    }
  }

  commentOf(site: Site): Comment | null {
    return commentOn(site.node, site.mark, this.#lines);
  }

  compose(site: Site): readonly Sentence[] {
    switch (site.kind) {
      case 'block':
        return composeBlock(site.node, this.#context);
      case 'impl':
        return composeImpl(site.node, this.#context);
      case 'construction':
        return composeInvariant(site.node, site.type, this.#context);
      default:
        return site.kind satisfies never;
    }
  }

  /** What the comment of a block claims and the file does not bear out. */
  contradictions(site: Site, comment: Comment): readonly Contradiction[] {
    return site.kind === 'block' ? contradictionsOf(site.node, comment.words, this.#context) : [];
  }

  /** The edit that appends words to a comment. */
  extension(comment: Comment, words: string): Edit {
    return appendToComment(comment, words, this.#lines);
  }

  /** The edit that inserts the composed comment. */
  insertion(site: Site): Edit {
    return insertComment(site.node, site.mark, wordsOf(this.compose(site)), this.#lines);
  }

  /** The edit that makes an unsafe block of several operations one for each; null where it cannot. */
  split(site: Site): Edit | null {
    return site.kind === 'block' ? splitBlock(site.node, this.#context, this.#lines) : null;
  }

  /** The edit that inserts a `# Safety` section behind the doc comment. */
  sectionInsertion(declaration: Declaration): Edit {
    const { documented, docEnd } = sectionsAbove(this.text, declaration.node.start);
    const indent = /^[ \t]*/.exec(this.text.slice(docEnd))![0];
    const lines = declaration.item
      ? composeSection(declaration.item, this.#blocksOf(declaration.item), this.#context)
      : composeTraitSection(declaration.name);
    const head = `${indent}/// `;
    const section = [documented ? '' : null, '# Safety', '', ...lines].filter(line => line !== null);
    return { span: { start: docEnd, end: docEnd }, text: section.map(line => layOut(line, head)).join('') };
  }

  #blocksOf(item: FunctionItem): RustNode[] {
    return item.body ? [...descendants(item.body)].filter(({ type }) => type === 'unsafe_block') : [];
  }

  #siteOf(node: RustNode): Site[] {
    const at = (kind: Site['kind'], mark: CommentMark, type: string, length: number): Site => ({
      kind,
      mark,
      node,
      span: { start: node.start, end: node.start + length },
      function: this.#nameAround(node),
      type,
    });
    if (node.type === 'unsafe_block') return [at('block', 'SAFETY', '', 'unsafe'.length)];
    if (node.type === 'impl_item' && /^unsafe\s/.test(this.text.slice(node.start, node.start + 8))) {
      const head = /^[^{;]*/.exec(this.text.slice(node.start, node.end))![0].trimEnd();
      return [at('impl', 'SAFETY', '', head.split('\n', 1)[0]!.length)];
    }
    if (node.type !== 'struct_expression') return [];
    const written = pathOf(node.children[0]!, this.text);
    const type = written === 'Self' ? (functionAround(node, this.items)?.owner ?? '') : written;
    return this.items.types.get(type)?.invariants ? [at('construction', 'INVARIANT', type, written.length)] : [];
  }

  #nameAround(node: RustNode): string {
    const item = functionAround(node, this.items);
    return item ? nameOf(item) : '';
  }

  #declarationOf(node: RustNode): Declaration[] {
    const item = this.items.byNode.get(node) ?? null;
    if (item) {
      // A trait documents the methods of its implementations, and foreign blocks declare what C documents.
      if (!item.isUnsafe || item.trait || isForeign(node)) return [];
      return [
        {
          node,
          item,
          span: item.nameSpan,
          name: nameOf(item),
          isPublic: item.declaredByTrait || isPublic(node, this.text),
        },
      ];
    }
    if (
      node.type !== 'trait_item' ||
      !/^(?:pub(?:\([^)]*\))?\s+)?unsafe\s/.test(this.text.slice(node.start, node.start + 40))
    )
      return [];
    const name = childOfType(node, 'type_identifier');
    if (!name) return [];
    const span = { start: name.start, end: name.end };
    return [{ node, item: null, span, name: this.text.slice(name.start, name.end), isPublic: true }];
  }
}

/** `pub` to everybody; `pub(crate)` is as private as nothing. */
function isPublic(node: RustNode, text: string): boolean {
  const visibility = childOfType(node, 'visibility_modifier');
  return visibility !== null && text.slice(visibility.start, visibility.end) === 'pub';
}

/** What is of interest: `unsafe`, and literals of types that state invariants. */
function wantedIn(text: string): (start: number, end: number) => boolean {
  const stated = /^\s*\/\/\/\s*#+\s*Invariants?\b[^{;]*?\bstruct\s+(\w+)/gm;
  const names = [...text.matchAll(stated)].map(match => match[1]!);
  const wanted =
    names.length > 0 ? new RegExp(`\\bunsafe\\b|\\b(?:Self|${names.join('|')})\\s*\\{`, 'g') : /\bunsafe\b/g;
  const places = [...text.matchAll(wanted)].map(match => match.index);
  return (start, end) => {
    let low = 0;
    let high = places.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (places[middle]! < start) low = middle + 1;
      else high = middle;
    }
    return low < places.length && places[low]! < end;
  };
}

/** Nothing in the text can interest the rules about unsafe code. */
export function isSafeText(text: string): boolean {
  return !/\bunsafe\b|#+\s*Invariants?\b/.test(text);
}
