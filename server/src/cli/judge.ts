import path from 'node:path';
import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff';
import type { Analyzer, EmitKind, Finding, HelperSource, IncompleteFunction, SourceFile } from '../core/facade';
import type { RuleLevels } from '../workspace/configuration';
import { readHelpers } from '../workspace/helpers';
import { languageOf, NOT_A_SOURCE } from '../workspace/languages';
import { applyPolicy } from '../workspace/policy';
import { type Source, SourceReader } from '../workspace/reading';
import { relativePath } from '../workspace/root';
import { RustFiles } from '../workspace/rust-tree';
import { replaceFile } from '../workspace/writing';
import { applyFixes } from './fixing';
import { Locator, locateFindings, locateIncomplete } from './locator';
import { emptyReport, type FileReport, INTERNAL_ERROR } from './report';

/** Everything that decides how a file is judged; plain data, for worker threads get a copy. */
export interface JudgeSettings {
  readonly cwd: string;
  readonly root: string;
  readonly levels: RuleLevels;
  /** Ids of all rules, those of comments included. */
  readonly rules: readonly string[];
  readonly extraRows: readonly unknown[];
  readonly fix: 'none' | 'apply' | 'diff';
  readonly emit: EmitKind | null;
}

/** One file to be judged. */
export interface JudgeTask {
  /** Absolute. */
  readonly path: string;
  /** Its text, when it is not the one on disk. */
  readonly source: Source | null;
}

interface Judgement {
  readonly findings: readonly Finding[];
  readonly incomplete: readonly IncompleteFunction[];
  readonly allowed: number;
}

/** Judges files one at a time. */
export class Judge {
  readonly #reader = new SourceReader();
  readonly #rust: RustFiles;
  #helpers: readonly HelperSource[] | null | undefined;

  constructor(
    readonly analyzer: Analyzer,
    readonly settings: JudgeSettings,
  ) {
    this.#rust = new RustFiles(settings.root, this.#reader);
  }

  /** Never throws: whatever goes wrong with one file is said in its report. */
  judge(task: JudgeTask): FileReport {
    const file = relativePath(this.settings.cwd, task.path);
    try {
      const reading = task.source ? { kind: 'source' as const, source: task.source } : this.#reader.read(task.path);
      if (reading.kind === 'skipped') return emptyReport(file, reading.reason);
      if (reading.kind === 'unwanted') return emptyReport(file, null);
      return this.#judgeSource(task.path, file, reading.source);
    } catch (error) {
      return emptyReport(file, `${INTERNAL_ERROR}${error instanceof Error ? error.message : String(error)}`);
    } finally {
      this.analyzer.forget(relativePath(this.settings.root, task.path));
    }
  }

  #judgeSource(absolute: string, file: string, source: Source): FileReport {
    const { root, emit, fix } = this.settings;
    const language = languageOf(absolute);
    if (language === null) return emptyReport(file, NOT_A_SOURCE);
    const helpers = () => this.#helpersOfTree();
    const place = { path: relativePath(root, absolute), language, helpers, others: this.#rust };
    const base = { ...emptyReport(file, null), encoding: source.encoding, note: noteOn(source) };
    if (emit) return { ...base, emitted: this.analyzer.analyze({ ...place, text: source.text }).emit(emit) };
    const judgeText = (text: string) => this.#judgeText({ ...place, text });
    const original = judgeText(source.text);
    if (fix === 'none') return this.#report(base, source, original);
    const fixed = applyFixes(source.text, original, judgeText);
    if (fix === 'diff') {
      const diff = diffOf(file, source.text, fixed.text);
      return { ...this.#report(base, source, original), fixed: fixed.applied, diff };
    }
    const after = { text: fixed.text, encoding: source.encoding };
    const failure = fixed.applied > 0 ? replaceFile({ file: absolute, root, before: source, after }) : null;
    return failure === null
      ? { ...this.#report(base, after, fixed.judged), fixed: fixed.applied }
      : { ...this.#report(base, source, original), note: `not fixed: ${failure}` };
  }

  #judgeText(file: SourceFile): Judgement {
    const { levels, rules } = this.settings;
    const { findings, incomplete } = this.analyzer.analyze(file);
    return { incomplete, ...applyPolicy(file, { findings, incomplete }, levels, new Set(rules)) };
  }

  #report(base: FileReport, source: Source, judgement: Judgement): FileReport {
    const locator = new Locator(base.file, source);
    const { root, cwd } = this.settings;
    return {
      ...base,
      findings: locateFindings(locator, judgement.findings, file => relativePath(cwd, path.resolve(root, file))),
      incomplete: locateIncomplete(locator, judgement.incomplete),
      allowed: judgement.allowed,
    };
  }

  /** Read once: they do not change while a run judges. */
  #helpersOfTree(): readonly HelperSource[] | null {
    if (this.#helpers === undefined) this.#helpers = readHelpers(this.settings.root, this.#reader);
    return this.#helpers;
  }
}

function noteOn(source: Source): string | null {
  return source.encoding === 'latin1' ? 'not UTF-8, read as Latin-1' : null;
}

function diffOf(file: string, before: string, after: string): string {
  if (before === after) return '';
  return createTwoFilesPatch(`a/${file}`, `b/${file}`, before, after, undefined, undefined, {
    headerOptions: FILE_HEADERS_ONLY,
  });
}
