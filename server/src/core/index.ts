import type { Analyzer, AnalyzerOptions, CancelSignal, FileAnalysis, SourceFile } from './facade';
import { analyseC, type FileCaches } from './ide/analysis';
import { analyseRust } from './ide/rust-analysis';
import { loadTable } from './knowledge/load';

export * from './facade';
export { loadTable } from './knowledge/load';
export { rules } from './rules';
export type { Fix, Rule, Severity, TrailStep } from './rules/rule';
export * from './syntax/node';
export * from './text';

const NEVER: CancelSignal = { aborted: false };

/** Makes an analyzer. It keeps what it learnt of each path, so that judging an edited file anew costs one function. */
export function createAnalyzer(
  options: AnalyzerOptions,
): Analyzer & { readonly errors: readonly string[]; forget(path: string): void } {
  const table = loadTable(options.extraRows);
  const caches = new Map<string, FileCaches>();
  return {
    /** What is wrong with the extra rows. */
    errors: table.errors,
    analyze(file: SourceFile, signal: CancelSignal = NEVER): FileAnalysis {
      if (file.language === 'rust') return analyseRust(file, options.parser, table);
      const result = analyseC(file, options.parser, table, caches.get(file.path) ?? null, signal);
      if (options.keepCaches) caches.set(file.path, result.caches);
      return result.analysis;
    },
    forget(path: string): void {
      caches.delete(path);
    },
  };
}
