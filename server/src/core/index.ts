import type { Analyzer, AnalyzerOptions, CancelSignal, FileAnalysis, FileContribution, SourceFile } from './facade';
import { analyseC, contributeC, type FileCaches, type Setting } from './ide/analysis';
import { analyseRust } from './ide/rust-analysis';
import { loadTable } from './knowledge/load';
import { ALONE, type ProgramIndex } from './program/program-index';
import { RustModules } from './rust/crates/modules';

export * from './facade';
export { loadTable } from './knowledge/load';
export { ProgramIndex } from './program/program-index';
export { rules } from './rules';
export type { Fix, Rule, Severity, TrailStep } from './rules/rule';
export * from './syntax/node';
export { type Members, readStructs } from './syntax/structs';
export * from './text';

const NEVER: CancelSignal = { aborted: false };

/** Makes an analyzer. It keeps what it learnt of each path, so that judging an edited file anew costs one function. */
export function createAnalyzer(options: AnalyzerOptions): Analyzer & { readonly errors: readonly string[] } {
  const table = loadTable(options.extraRows);
  const caches = new Map<string, FileCaches>();
  const modules = new RustModules(options.parser);
  let program: ProgramIndex | null = null;
  const settingOf = (path: string, signal: CancelSignal): Setting => ({
    parser: options.parser,
    table,
    around: program?.around(path) ?? ALONE,
    before: caches.get(path) ?? null,
    signal,
    withDetail: !options.findingsOnly,
  });
  const keep = (path: string, left: FileCaches) => {
    if (options.keepCaches) caches.set(path, left);
  };
  return {
    /** What is wrong with the extra rows. */
    errors: table.errors,
    useProgram(index) {
      program = index;
    },
    analyze(file: SourceFile, signal: CancelSignal = NEVER): FileAnalysis {
      if (file.language === 'rust') return analyseRust(file, settingOf(file.path, signal), modules);
      const { analysis, caches: left } = analyseC(file, settingOf(file.path, signal));
      keep(file.path, left);
      return analysis;
    },
    contribute(file: SourceFile, withCalls: boolean): FileContribution {
      const { contribution, caches: left } = contributeC(file, settingOf(file.path, NEVER), withCalls);
      keep(file.path, left);
      return contribution;
    },
    definersOf(name: string): readonly string[] {
      const source = /^(.+):\d+$/.exec(table.lookup(name)?.source ?? '')?.[1];
      return [...new Set([...(program?.definersOf(name) ?? []), ...(source ? [source] : [])])];
    },
    forget(path: string): void {
      caches.delete(path);
    },
  };
}
