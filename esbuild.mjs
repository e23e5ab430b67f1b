// Bundles the command line, the language server and the VS Code client into dist/, with the parser's wasm beside them.
import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';

// Paths in the packages' folders: not every package exports its own package.json to be resolved by.
const resolve = (name, file) => path.resolve(import.meta.dirname, 'node_modules', name, file);
const common = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  minify: true,
  sourcemap: false,
  logLevel: 'warning',
  legalComments: 'none',
  loader: { '.jsonl': 'text' },
};

mkdirSync('dist', { recursive: true });
await Promise.all([
  build({
    ...common,
    entryPoints: { program: 'server/src/program.ts' },
    outdir: 'dist',
    // The entry runs it as a script, which cannot import.
    supported: { 'dynamic-import': false },
    // The ES modules of these two use import.meta, which a CommonJS bundle does not have: bundle their .cjs builds.
    alias: {
      fdir: resolve('fdir', 'dist/index.cjs'),
      'web-tree-sitter': resolve('web-tree-sitter', 'web-tree-sitter.cjs'),
    },
  }),
  build({ ...common, entryPoints: { extension: 'client/src/extension.ts' }, outdir: 'dist', external: ['vscode'] }),
]);
await build({
  ...common,
  entryPoints: { 'mm-analyzer': 'server/src/main.ts' },
  outdir: 'dist',
  banner: { js: '#!/usr/bin/env node' },
  define: { PROGRAM_DIGEST: JSON.stringify(createHash('sha1').update(readFileSync('dist/program.js')).digest('hex')) },
});
// npx makes it executable only when it links the package for the first time, not again after a later build.
chmodSync('dist/mm-analyzer.js', 0o755);
for (const [name, file] of [
  ['web-tree-sitter', 'web-tree-sitter.wasm'],
  ['tree-sitter-c', 'tree-sitter-c.wasm'],
  ['tree-sitter-rust', 'tree-sitter-rust.wasm'],
]) {
  copyFileSync(resolve(name, file), path.join('dist', file));
}
