import { calledAt } from '../core/ide/called-at';
import { findDefinitions } from '../core/syntax/definitions';
import type { LineIndex, Span } from '../core/text';
import type { Document } from './documents';
import { type Projects, pathOf } from './projects';

export interface Definition {
  /** Relative to the root of the tree. */
  readonly file: string;
  readonly name: string;
  readonly lines: LineIndex;
  readonly span: Span;
}

/** Where the C function at an offset is defined, outside of this file: for Rust its helper first, then the function. */
export function findDefinitionsAt(
  projects: Projects,
  document: Document,
  offset: number,
  read: (file: string) => LineIndex | null,
): readonly Definition[] {
  const { language, lines, uri } = document;
  const project = projects.of(uri);
  const own = pathOf(project, uri);
  const called = calledAt({ path: own, language, text: lines.text }, offset);
  if (!called) return [];
  const { name, helper } = called;
  const definitionsIn = (file: string, wanted: string): Definition[] => {
    const text = file === own ? null : read(file);
    return text ? findDefinitions(text.text, wanted).map(span => ({ file, name: wanted, lines: text, span })) : [];
  };
  const helpers = helper === null ? [] : (projects.helpersOf(project) ?? []);
  return [
    ...helpers.filter(({ text }) => text.includes(helper!)).flatMap(({ path }) => definitionsIn(path, helper!)),
    ...project.analyzer.definersOf(name).flatMap(path => definitionsIn(path, name)),
  ];
}
