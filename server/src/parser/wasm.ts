import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Language as Grammar, Parser as TreeSitter } from 'web-tree-sitter';
import type { Language, Parser } from '../core/syntax/node';

/**
 * Loads tree-sitter's WebAssembly build and the grammars of the languages that will be parsed.
 * `wasmDir` holds `web-tree-sitter.wasm` and `tree-sitter-<language>.wasm`; by default they are looked for beside this
 * file (the bundle), then in the installed packages (when run from sources). Rejects when a file is missing or damaged.
 */
export async function createParser(wasmDir?: string, languages: readonly Language[] = ['c', 'rust']): Promise<Parser> {
  await TreeSitter.init({ locateFile: () => locateWasm('web-tree-sitter', wasmDir) });
  const parsers = new Map<Language, TreeSitter>();
  for (const language of languages) {
    const grammar = await Grammar.load(locateWasm(`tree-sitter-${language}`, wasmDir));
    parsers.set(language, new TreeSitter().setLanguage(grammar));
  }
  return {
    parse(language, text) {
      const parser = parsers.get(language);
      return parser ? parseWithin(parser, text, budgetFor(text.length)) : null;
    },
  };
}

/**
 * tree-sitter reports progress every hundred steps: once for about 160 units of kernel C, more often while it recovers
 * from errors. Counting reports, not time, keeps results the same on every machine.
 */
function budgetFor(length: number): number {
  return 1_000 + length / 32;
}

function parseWithin(parser: TreeSitter, text: string, budget: number) {
  let reports = 0;
  try {
    const tree = parser.parse(text, null, { progressCallback: () => ++reports > budget });
    if (!tree) parser.reset();
    return tree;
  } catch {
    // WebAssembly ran out of memory or stack: the parser's state is unknown, so it starts over.
    parser.reset();
    return null;
  }
}

function locateWasm(name: string, wasmDir: string | undefined): string {
  const file = `${name}.wasm`;
  if (wasmDir !== undefined) return path.join(wasmDir, file);
  const beside = path.join(__dirname, file);
  if (existsSync(beside)) return beside;
  const require = createRequire(__filename);
  return name === 'web-tree-sitter'
    ? require.resolve('web-tree-sitter/web-tree-sitter.wasm')
    : path.join(path.dirname(require.resolve(`${name}/package.json`)), file);
}
