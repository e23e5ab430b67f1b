import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { InitializeParams } from 'vscode-languageserver/node';
import type { createAnalyzer } from '../core';
import type { HelperSource } from '../core/facade';
import { LineIndex } from '../core/text';
import {
  CONFIGURATION_FILE,
  type Configuration,
  ConfigurationError,
  DEFAULT_CONFIGURATION,
  loadConfiguration,
} from '../workspace/configuration';
import { readHelpers } from '../workspace/helpers';
import { createExcluder } from '../workspace/listing';
import { SourceReader } from '../workspace/reading';
import { findRoot, isInside, relativePath } from '../workspace/root';
import type { Log } from './log';

/** It keeps what it learnt of open files, and tells what is wrong with the extra rows. */
export type EditorAnalyzer = ReturnType<typeof createAnalyzer>;

/** A source tree with its configuration, and the analyzer made for it. */
export interface Project {
  readonly root: string;
  readonly configuration: Configuration;
  readonly analyzer: EditorAnalyzer;
  excludes(file: string): boolean;
}

/** Finds the tree that a file belongs to. Several may be open at once. */
export class Projects {
  readonly #projects = new Map<string, Project>();
  readonly #roots = new Map<string, string>();
  readonly #reader = new SourceReader();

  constructor(
    readonly folders: readonly string[],
    readonly knownRules: ReadonlySet<string>,
    readonly createAnalyzer: (extraRows: readonly unknown[]) => EditorAnalyzer,
    readonly log: Log,
  ) {}

  of(uri: string): Project {
    const root = this.#rootOf(path.dirname(filePathOf(uri)));
    const known = this.#projects.get(root);
    return known ?? this.#open(root, this.#readConfiguration(root));
  }

  /** Reads the configurations again. Returns whether one of them changed. */
  refresh(): boolean {
    const changed = [...this.#projects.values()].flatMap(({ root, configuration }) => {
      const now = this.#readConfiguration(root);
      return JSON.stringify(now) === JSON.stringify(configuration) ? [] : [this.#open(root, now)];
    });
    return changed.length > 0;
  }

  /** What was learnt of a document that was closed. */
  forget(uri: string): void {
    const project = this.of(uri);
    project.analyzer.forget(pathOf(project, uri));
  }

  /** A file of the tree that a trail leads to; null when it cannot be read or lies outside. */
  read(project: Project, file: string): LineIndex | null {
    const target = path.resolve(project.root, file);
    if (!isInside(project.root, target)) return null;
    const reading = this.#reader.read(target);
    return reading.kind === 'source' ? new LineIndex(reading.source.text) : null;
  }

  /** The C files of `rust/helpers`; null in a tree that has none. */
  helpersOf(project: Project): readonly HelperSource[] | null {
    return readHelpers(project.root, this.#reader);
  }

  #rootOf(folder: string): string {
    const known = this.#roots.get(folder);
    if (known !== undefined) return known;
    const root = findRoot(folder, this.folders.find(open => isInside(open, folder)) ?? folder);
    this.#roots.set(folder, root);
    return root;
  }

  #open(root: string, configuration: Configuration): Project {
    const excludes = createExcluder(root, configuration.exclude);
    const analyzer = this.createAnalyzer(configuration.api);
    for (const error of analyzer.errors) this.log.errorOnce(`${CONFIGURATION_FILE}: api: ${error}`);
    const project = {
      root,
      configuration,
      analyzer,
      excludes: (file: string) => excludes(file, false),
    };
    this.#projects.set(root, project);
    return project;
  }

  /** A configuration that cannot be used is told once and left out, so that the editor goes on helping. */
  #readConfiguration(root: string): Configuration {
    try {
      return loadConfiguration(root, this.knownRules);
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      this.log.errorOnce(error.message);
      return DEFAULT_CONFIGURATION;
    }
  }
}

/** The folders that the client has open: they end the search for a root where nothing else does. */
export function foldersOf({ workspaceFolders, rootUri }: InitializeParams): readonly string[] {
  const uris = workspaceFolders?.map(({ uri }) => uri) ?? (rootUri ? [rootUri] : []);
  return uris.map(filePathOf);
}

/** Path of a document relative to the root of its tree, with `/`. */
export function pathOf(project: Project, uri: string): string {
  return relativePath(project.root, filePathOf(uri));
}

export function uriOf(project: Project, file: string): string {
  return pathToFileURL(path.resolve(project.root, file)).href;
}

/** A document that is not a file (unsaved, or of another scheme) is taken to lie where its path says. */
export function filePathOf(uri: string): string {
  try {
    const url = new URL(uri);
    return url.protocol === 'file:' ? fileURLToPath(url) : path.resolve(path.sep, decodeURIComponent(url.pathname));
  } catch {
    return path.resolve(path.sep, uri);
  }
}
