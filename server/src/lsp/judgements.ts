import type { Analyzer, FileAnalysis, Finding, SourceFile } from '../core/facade';
import { applySuppressions } from '../core/ide/suppressions';
import type { RuleLevel, RuleLevels } from '../workspace/configuration';
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

/** Longest time for one file, in milliseconds: an editor must answer; what is left then counts as incomplete. */
const TIME_LIMIT = 2000;

/** Analyses each version of a document once, when it is first needed. */
export class Judgements {
  #known = new WeakMap<Document, Judgement | null>();

  constructor(
    readonly projects: Projects,
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

  /** A setting or a configuration file changed. */
  forgetAll(): void {
    this.#known = new WeakMap();
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
    const file = { path, language: document.language, text };
    const analysis = analyze(project.analyzer, file);
    for (const { function: name, reason } of analysis.incomplete) this.log.trace(`${path}: ${name}: ${reason}`);
    // The tree's configuration wins over the editor's settings, so that an editor shows what CI will say.
    const levels: RuleLevels = { ...this.settings().rules, ...project.configuration.rules };
    const off = new Set(Object.keys(levels).filter(rule => levels[rule] === 'off'));
    const { findings } = applySuppressions(file, analysis, { known: this.projects.knownRules, off });
    return { analysis, findings: findings.flatMap(finding => atLevel(finding, levels[finding.rule])) };
  }
}

function analyze(analyzer: Analyzer, file: SourceFile): FileAnalysis {
  const deadline = performance.now() + TIME_LIMIT;
  return analyzer.analyze(file, {
    get aborted() {
      return performance.now() > deadline;
    },
  });
}

function atLevel(finding: Finding, level: RuleLevel | undefined): readonly Finding[] {
  if (level === 'off') return [];
  return [level ? { ...finding, severity: level } : finding];
}
