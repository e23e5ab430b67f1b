import path from 'node:path';
import { isMainThread } from 'node:worker_threads';
import { runWithCodeCache } from './code-cache';
import { startQuickly } from './quick-start';
import { cacheFolder } from './workspace/index-file';

/**
 * The entry of the bundle, in each of its threads. It loads the program that lies beside it: what decides how V8 compiles
 * must be set before, and what V8 compiled in an earlier run is only taken by one who asks for it.
 */
const [command, ...rest] = process.argv.slice(2);
if (isMainThread && command !== 'lsp') startQuickly();
const folder = rest.includes('--no-cache') ? null : cacheFolder(process.env);
runWithCodeCache(path.join(__dirname, 'program.js'), __filename, folder);
