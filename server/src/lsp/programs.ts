import { type FileContribution, ProgramIndex } from '../core/index';
import type { IndexedTree } from '../workspace/index-file';
import { contributionsOf } from '../workspace/index-store';
import { languageOf } from '../workspace/languages';
import { SIZE_LIMIT } from '../workspace/reading';
import { changesBetween, dependantsOf, EMPTY } from '../workspace/rounds';
import { isIndexable, isInTree } from '../workspace/tree-index';
import type { Document } from './documents';
import { runIndex } from './index-run';
import { INDEX_ROLE } from './index-thread';
import { filePathOf, type Project, pathOf } from './projects';
import type { Session } from './session';

export interface IndexOptions {
  /** What the thread is started from. */
  readonly script: string;
  readonly cacheFolder: string | null;
}

/** Pause after an edit before it is told to the other open files, in milliseconds: they are not being typed in. */
const OVERLAY_PAUSE = 300;
/** Pause after files changed on disk: a checkout changes many at once. */
const DISK_PAUSE = 500;

/** What is known of one tree. */
interface Program {
  readonly project: Project;
  tree: IndexedTree | null;
  /** The tree with the open documents over it. */
  index: ProgramIndex | null;
  running: boolean;
  /** Files (absolute) that changed on disk since the last run began. */
  readonly touched: Set<string>;
}

/** Tells each open document what the rest of its tree says: the files on disk, with the open documents over them. */
export class Programs {
  readonly #programs = new Map<Project, Program>();
  readonly #timers = new Map<string, NodeJS.Timeout>();

  /** Without options, each file is judged alone. */
  constructor(
    readonly session: Session,
    readonly options: IndexOptions | null,
  ) {}

  /** A document was opened or edited. */
  changed(document: Document): void {
    const program = this.#of(document.uri);
    if (program?.index && document.language === 'c')
      this.#later(document.uri, OVERLAY_PAUSE, () => this.#overlay(program, document.uri));
  }

  closed(uri: string): void {
    clearTimeout(this.#timers.get(uri));
    this.#timers.delete(uri);
    const program = this.#of(uri);
    if (!program?.tree) return;
    const path = pathOf(program.project, uri);
    this.#replace(program, contributionsOf(program.tree).get(path) ?? { ...EMPTY, path });
  }

  /** Files were made, changed or removed on disk. */
  touched(uris: readonly string[]): void {
    for (const uri of uris) {
      const file = filePathOf(uri);
      const program = languageOf(file) === 'c' ? this.#of(uri) : null;
      if (!program || !isInTree(program.project.root, file)) continue;
      program.touched.add(file);
      this.#later(program.project.root, DISK_PAUSE, () => this.#update(program));
    }
  }

  #of(uri: string): Program | null {
    const project = this.session.projects.of(uri);
    const known = this.#programs.get(project);
    if (known || !this.options || !isIndexable(project.root)) return known ?? null;
    const program: Program = { project, tree: null, index: null, running: false, touched: new Set() };
    // A configuration that changed makes a new project of the same tree.
    for (const old of this.#programs.keys()) if (old.root === project.root) this.#programs.delete(old);
    this.#programs.set(project, program);
    void this.#update(program);
    return program;
  }

  async #update(program: Program): Promise<void> {
    if (program.running || !this.options) return;
    program.running = true;
    const touched = [...program.touched];
    program.touched.clear();
    const { session, options } = this;
    const { root, configuration } = program.project;
    const start = performance.now();
    try {
      const reporter = await session.connection.window.createWorkDoneProgress();
      const tree = { root, configuration, ...options, wantsCalls: true };
      const updated = await runIndex(
        options.script,
        { role: INDEX_ROLE, tree, before: program.tree, touched },
        reporter,
      );
      session.log.info(
        `${root}: indexed ${updated.tree.files.size} files in ${((performance.now() - start) / 1000).toFixed(1)} s`,
      );
      if (updated.failure !== null) session.log.warnOnce(`the index is not kept: ${updated.failure}`);
      this.#take(program, updated.tree);
    } catch (error) {
      session.log.warn(`${root}: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      program.running = false;
    }
    if (program.touched.size > 0) void this.#update(program);
  }

  #take(program: Program, tree: IndexedTree): void {
    if (this.#programs.get(program.project) !== program) return;
    const before = program.index;
    const index = new ProgramIndex(contributionsOf(tree).values());
    program.tree = tree;
    program.index = index;
    program.project.analyzer.useProgram(index);
    for (const document of this.#documentsOf(program)) {
      const told = this.#ask(program, document);
      if (told) index.replace(told);
    }
    if (before) this.#judgeAgain(program, dependantsOf(index, changesBetween(toldIn(before), toldIn(index))));
    else this.session.judgeAgain(this.#documentsOf(program));
  }

  #overlay(program: Program, uri: string): void {
    const document = this.session.documents.get(uri);
    const told = document && this.#ask(program, document);
    if (told) this.#replace(program, told);
  }

  /** What an open document tells; null for one that tells nothing. */
  #ask({ project }: Program, { uri, language, lines }: Document): FileContribution | null {
    if (language !== 'c' || project.excludes(filePathOf(uri)) || lines.text.length > SIZE_LIMIT) return null;
    return project.analyzer.contribute({ path: pathOf(project, uri), language, text: lines.text }, true);
  }

  /** One file tells something else: whoever listens is judged again. */
  #replace(program: Program, told: FileContribution): void {
    const { index } = program;
    if (!index) return;
    const before = index.get(told.path);
    index.replace(told);
    this.#judgeAgain(program, index.dependants(before, told));
  }

  #judgeAgain(program: Program, paths: ReadonlySet<string>): void {
    const documents = this.#documentsOf(program).filter(({ uri }) => paths.has(pathOf(program.project, uri)));
    if (documents.length > 0) this.session.judgeAgain(documents);
  }

  #documentsOf({ project }: Program): readonly Document[] {
    return this.session.documents.all().filter(({ uri }) => this.session.projects.of(uri) === project);
  }

  /** Replaces what waits under the same name. */
  #later(name: string, pause: number, action: () => void | Promise<void>): void {
    clearTimeout(this.#timers.get(name));
    this.#timers.set(
      name,
      setTimeout(() => {
        this.#timers.delete(name);
        void action();
      }, pause).unref(),
    );
  }
}

const toldIn = (index: ProgramIndex): ReadonlyMap<string, FileContribution> =>
  new Map([...index.paths].map(path => [path, index.get(path)!]));
