import type { Analyzer, FileContribution } from '../core/facade';
import { digest } from './index-file';
import type { ContributeTask, Filtered } from './index-store';
import { languageOf, mentionsMm } from './languages';
import { type Reading, SourceReader, type StampedReading } from './reading';

/** Reads files of a tree for its index, in whatever thread it is. Paths are relative to the root. */
export class IndexWork {
  readonly #reader = new SourceReader();

  constructor(readonly root: string) {}

  filter(paths: readonly string[]): Filtered {
    const related: { path: string; hash: string }[] = [];
    const skipped: { path: string; reason: string }[] = [];
    const stamps: string[] = [];
    for (const path of paths) {
      const reading = this.#read(path);
      stamps.push(reading.stamp);
      if (reading.kind === 'source') related.push({ path, hash: digest(reading.source.text) });
      if (reading.kind === 'skipped') skipped.push({ path, reason: reading.reason });
    }
    return { related, skipped, stamps };
  }

  /** Null also where the analysis fails: judging the file will say why. */
  contribute(analyzer: Analyzer, { path, source, withCalls }: ContributeTask): FileContribution | null {
    const reading: Reading = source ? { kind: 'source', source } : this.#read(path);
    const language = languageOf(path);
    if (reading.kind !== 'source' || language === null) return null;
    try {
      return analyzer.contribute({ path, language, text: reading.source.text }, withCalls);
    } catch {
      return null;
    }
  }

  #read(path: string): StampedReading {
    const language = languageOf(path);
    if (language === null) return { kind: 'unwanted', stamp: '' };
    return this.#reader.read(`${this.root}/${path}`, text => mentionsMm(language, text));
  }
}
