import type { RustTree } from '../core/facade';
import { withoutBodies } from '../core/rust/crates/bodies';
import { SourceReader } from '../workspace/reading';
import { RustFiles } from '../workspace/rust-tree';
import type { Document } from './documents';
import { type Project, pathOf, uriOf } from './projects';
import type { Session } from './session';

/** Pause after an edit before other open files are told of what it declares, in milliseconds: they are not being typed in. */
const PAUSE = 300;

/** Shows each open Rust document the other files of its tree, with the open documents over them. */
export class RustNeighbours {
  readonly #reader = new SourceReader();
  readonly #files = new Map<Project, RustFiles>();
  /** The paths that the analysis of a document has asked for, also those without a file. */
  readonly #asked = new WeakMap<Document, Set<string>>();
  /** What each open document declared when the others were told last. */
  readonly #told = new Map<string, string>();
  readonly #timers = new Map<string, NodeJS.Timeout>();

  constructor(readonly session: Session) {}

  /** The files of the tree as one document sees them. */
  treeFor(document: Document): RustTree {
    const project = this.session.projects.of(document.uri);
    const files = this.#filesOf(project);
    files.refresh();
    const asked = new Set<string>();
    this.#asked.set(document, asked);
    return {
      read: path => {
        asked.add(path);
        return this.session.documents.get(uriOf(project, path))?.lines.text ?? files.read(path);
      },
      list: folder => files.list(folder),
    };
  }

  /** A document was opened or edited. An edit within a function tells the others nothing. */
  changed({ uri, language }: Document): void {
    if (language !== 'rust') return;
    this.#later(uri, () => {
      const text = this.session.documents.get(uri)?.lines.text;
      const told = text === undefined ? undefined : withoutBodies(text);
      if (told === this.#told.get(uri)) return;
      if (told === undefined) this.#told.delete(uri);
      else this.#told.set(uri, told);
      this.#judgeAgain([uri]);
    });
  }

  /** Documents were closed, or files made, changed or removed on disk. */
  touched(uris: readonly string[]): void {
    const rust = uris.filter(uri => uri.endsWith('.rs'));
    for (const uri of rust) this.#told.delete(uri);
    if (rust.length > 0) this.#judgeAgain(rust);
  }

  #judgeAgain(uris: readonly string[]): void {
    const { documents, projects } = this.session;
    const concerned = documents.all().filter(document => {
      const asked = this.#asked.get(document);
      return asked && uris.some(uri => uri !== document.uri && asked.has(pathOf(projects.of(document.uri), uri)));
    });
    if (concerned.length > 0) this.session.judgeAgain(concerned);
  }

  #filesOf(project: Project): RustFiles {
    let files = this.#files.get(project);
    if (!files) {
      files = new RustFiles(project.root, this.#reader);
      this.#files.set(project, files);
    }
    return files;
  }

  #later(uri: string, action: () => void): void {
    clearTimeout(this.#timers.get(uri));
    this.#timers.set(
      uri,
      setTimeout(() => {
        this.#timers.delete(uri);
        action();
      }, PAUSE).unref(),
    );
  }
}
