import { createAnalyzer } from '../core';
import { suppressionRules } from '../core/ide/suppressions';
import { rules } from '../core/rules';
import { createParser } from '../parser/wasm';
import { cacheFolder } from '../workspace/index-file';
import { openConnection, type Transport } from './connection';
import { startServer } from './server';

/** Runs the language server until its client ends it. */
export function serve(transport: Transport): void {
  startServer(openConnection(transport), {
    parser: createParser(),
    createAnalyzer,
    rules: [...rules, ...suppressionRules].map(({ id }) => id),
    // The bundle is one file, which its threads run too.
    index: { script: __filename, cacheFolder: cacheFolder(process.env) },
  });
}
