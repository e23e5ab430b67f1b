import type * as lsp from 'vscode-languageserver/node';
import type { FileAnalysis, Finding, SourceFile } from '../../server/src/core/facade';
import { ALONE } from '../support/alone';
import { Client } from './client';

/** A server in this process whose analyzer finds the word BAD and offers GOOD instead: the conversation is the test. */
export class WordServer {
  readonly analyzed: SourceFile[] = [];
  readonly extraRows: (readonly unknown[])[] = [];
  readonly client = Client.inProcess({
    parser: Promise.resolve({ parse: () => null }),
    createAnalyzer: options => {
      this.extraRows.push(options.extraRows ?? []);
      return { ...ALONE, analyze: file => this.#analyze(file), errors: [], forget: () => {} };
    },
    rules: ['bad-word', 'unused-allow', 'unexplained-allow'],
    index: null,
  });

  #analyze(file: SourceFile): FileAnalysis {
    this.analyzed.push(file);
    return judgeWords(file);
  }
}

export function range(startLine: number, startCharacter: number, endLine: number, endCharacter: number): lsp.Range {
  return {
    start: { line: startLine, character: startCharacter },
    end: { line: endLine, character: endCharacter },
  };
}

export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise(resolve => setTimeout(resolve, 5));
}

function judgeWords({ text }: SourceFile): FileAnalysis {
  if (text.includes('CRASH')) throw new Error('the analyzer crashed');
  const words = [...text.matchAll(/\bBAD\b/g)].map(({ index }) => ({ start: index, end: index + 3 }));
  return {
    findings: words.map(
      (span): Finding => ({
        rule: 'bad-word',
        severity: 'warning',
        span,
        function: 'f',
        message: 'a bad word',
        trail: [{ span: { start: 0, end: 3 }, message: 'the file begins here' }],
        fixes: [{ title: 'say GOOD', safe: true, edits: [{ span, text: 'GOOD' }] }],
      }),
    ),
    incomplete: [],
    facts: () => [],
    hover: offset => {
      const span = words.find(({ start, end }) => start <= offset && offset <= end);
      if (!span) return null;
      return {
        span,
        markdown: '**`BAD`** is a [bad](https://example.org) _word_\n\n---\n- not `*GOOD`, `*p`\n\n*a.h:3*',
      };
    },
    declarationAt: () => null,
    inlayHints: () => words.map(({ end }) => ({ offset: end, text: 'not `GOOD`', reason: 'It is **bad**.' })),
    emit: () => '',
  };
}
