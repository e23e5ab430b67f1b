import type { Analyzer, FileAnalysis, Finding, RustTree, SourceFile } from '../core/facade';
import type { RuleLevels } from '../workspace/configuration';
import { applyPolicy } from '../workspace/policy';
import { SIZE_LIMIT } from '../workspace/reading';
import type { Document } from './documents';
import type { Log } from './log';
import { filePathOf, type Projects, pathOf } from './projects';
import type { Settings } from './settings';

export interface Judgement {
  readonly analysis: FileAnalysis;
  /** What is shown: without what the source allows or the settings switch off. */
  readonly findings: readonly Finding[];
}

/**
 * Longest time for one file, in seconds. The longest file of the kernel takes one; what is left after ten counts as
 * incomplete, for an editor must answer.
 */
const TIME_LIMIT = 10;

/** Analyses each version of a document once, when it is first needed. */
export class Judgements {
  readonly #known = new WeakMap<Document, Judgement | null>();

  constructor(
    readonly projects: Projects,
    readonly othersOf: (document: Document) => RustTree,
    readonly settings: () => Settings,
    readonly log: Log,
  ) {}

  /** Null when this text is not judged: it is excluded or too long. */
  of(document: Document): Judgement | null {
    const known = this.#known.get(document);
    if (known !== undefined) return known;
    const judgement = this.#judge(document);
    this.#known.set(document, judgement);
    return judgement;
  }

  /** Something beside their texts changed. */
  forget(documents: readonly Document[]): void {
    for (const document of documents) this.#known.delete(document);
  }

  #judge(document: Document): Judgement | null {
    const project = this.projects.of(document.uri);
    if (project.excludes(filePathOf(document.uri))) return null;
    const path = pathOf(project, document.uri);
    const { text } = document.lines;
    if (text.length > SIZE_LIMIT) {
      this.log.warnOnce(`${path}: not analysed, for ${text.length} characters are over the limit of ${SIZE_LIMIT}`);
      return null;
    }
    const { language } = document;
    const helpers = () => this.projects.helpersOf(project);
    const others = language === 'rust' ? { others: this.othersOf(document) } : {};
    const file = { path, language, text, helpers, ...others };
    const analysis = this.#analyze(project.analyzer, file);
    for (const { function: name, reason } of analysis.incomplete) this.log.trace(`${path}: ${name}: ${reason}`);
    // The tree's configuration wins over the editor's settings, so that an editor shows what CI will say.
    const levels: RuleLevels = { ...this.settings().rules, ...project.configuration.rules };
    return { analysis, findings: applyPolicy(file, analysis, levels, this.projects.knownRules).findings };
  }

  #analyze(analyzer: Analyzer, file: SourceFile): FileAnalysis {
    const deadline = performance.now() + TIME_LIMIT * 1000;
    const signal = {
      get aborted() {
        return performance.now() > deadline;
      },
    };
    const analysis = analyzer.analyze(file, signal);
    if (signal.aborted) this.log.warnOnce(`${file.path}: only analysed in part, for ${TIME_LIMIT} s did not suffice`);
    return analysis;
  }
}
