import type { Connection } from 'vscode-languageserver/node';
import type { ClientFeatures } from './client-features';
import { type Definition, findDefinitionsAt } from './definitions';
import { type Document, Documents } from './documents';
import type { Guard } from './guard';
import { Judgements } from './judgements';
import type { Log } from './log';
import { type IndexOptions, Programs } from './programs';
import { type Projects, uriOf } from './projects';
import { Publisher } from './publisher';
import { RustNeighbours } from './rust-neighbours';
import { readSettings, type Settings } from './settings';

/** All that the server knows between two messages; handlers read it and keep nothing of their own. */
export class Session {
  readonly documents: Documents;
  readonly judgements: Judgements;
  readonly publisher: Publisher;
  readonly programs: Programs;
  readonly neighbours: RustNeighbours;
  #settings: Settings = readSettings(undefined);
  #generation = 0;

  constructor(
    readonly connection: Connection,
    readonly client: ClientFeatures,
    readonly projects: Projects,
    readonly log: Log,
    guard: Guard,
    index: IndexOptions | null,
  ) {
    this.documents = new Documents(client.encoding);
    this.neighbours = new RustNeighbours(this);
    this.judgements = new Judgements(
      projects,
      document => this.neighbours.treeFor(document),
      () => this.#settings,
      log,
    );
    this.publisher = new Publisher(this, guard);
    this.programs = new Programs(this, index);
  }

  /** Grows when settings, a configuration or other files change: results of an earlier generation are stale. */
  get generation(): number {
    return this.#generation;
  }

  get settings(): Settings {
    return this.#settings;
  }

  /** Takes the client's `mmAnalyzer` section. */
  configure(section: unknown): void {
    this.#settings = readSettings(section);
  }

  /** Where the C function at an offset is defined in other files of the tree; what is open counts as it is now. */
  definitionsOf(document: Document, offset: number): readonly Definition[] {
    const project = this.projects.of(document.uri);
    const read = (file: string) => this.documents.get(uriOf(project, file))?.lines ?? this.projects.read(project, file);
    return findDefinitionsAt(this.projects, document, offset, read);
  }

  /** Where what an offset names is declared in other Rust files of the tree. */
  declarationsOf(document: Document, offset: number): readonly Definition[] {
    const project = this.projects.of(document.uri);
    const found = this.judgements.of(document)?.analysis.declarationAt(offset);
    const lines =
      found && (this.documents.get(uriOf(project, found.file))?.lines ?? this.projects.read(project, found.file));
    return found && lines ? [{ ...found, lines }] : [];
  }

  /** How files of a document's tree are addressed; null is the document itself. */
  addressing({ uri }: Document): (file: string | null) => string {
    const project = this.projects.of(uri);
    return file => (file === null ? uri : uriOf(project, file));
  }

  /** Something beside their own texts changed for these documents. */
  judgeAgain(documents: readonly Document[] = this.documents.all()): void {
    this.#generation++;
    this.judgements.forget(documents);
    this.publisher.refresh(documents);
  }

  /** Settings or a configuration changed. */
  startAgain(): void {
    this.judgeAgain();
    for (const document of this.documents.all()) this.programs.changed(document);
  }
}
