import type { TextDocumentContentChangeEvent, TextDocumentItem } from 'vscode-languageserver/node';
import type { Language } from '../core/syntax/node';
import { LineIndex } from '../core/text';
import { type Encoding, spanOf } from './from-lsp';

/** One version of an open document. A change makes a new object, so identity tells whether a result is stale. */
export interface Document {
  readonly uri: string;
  readonly version: number;
  readonly language: Language;
  readonly lines: LineIndex;
}

/** The texts that the client has open. The client's copy is the truth: the file on disk is never read. */
export class Documents {
  readonly #open = new Map<string, Document>();

  constructor(readonly encoding: Encoding) {}

  get(uri: string): Document | undefined {
    return this.#open.get(uri);
  }

  all(): readonly Document[] {
    return [...this.#open.values()];
  }

  /** Undefined for a language that is not judged, which is then not stored either. */
  open(item: TextDocumentItem): Document | undefined {
    const language = languageOf(item.languageId, item.uri);
    if (!language) return undefined;
    return this.#store({ uri: item.uri, version: item.version, language, lines: new LineIndex(item.text) });
  }

  /** Applies the changes in order, each to the result of the one before. */
  change(uri: string, version: number, changes: readonly TextDocumentContentChangeEvent[]): Document | undefined {
    const document = this.#open.get(uri);
    if (!document) return undefined;
    let { lines } = document;
    for (const change of changes) lines = new LineIndex(applyChange(lines, change, this.encoding));
    return this.#store({ ...document, version, lines });
  }

  close(uri: string): boolean {
    return this.#open.delete(uri);
  }

  #store(document: Document): Document {
    this.#open.set(document.uri, document);
    return document;
  }
}

function applyChange(lines: LineIndex, change: TextDocumentContentChangeEvent, encoding: Encoding): string {
  if (!('range' in change)) return change.text;
  const span = spanOf(lines, change.range, encoding);
  return lines.text.slice(0, span.start) + change.text + lines.text.slice(span.end);
}

/** VS Code takes a `.h` for C++, and an editor may send an id of its own: then the file's name decides. */
function languageOf(languageId: string, uri: string): Language | undefined {
  if (languageId === 'c' || languageId === 'rust') return languageId;
  if (/\.[ch]$/.test(uri)) return 'c';
  if (/\.rs$/.test(uri)) return 'rust';
  return undefined;
}
