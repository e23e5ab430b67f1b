// `npm run bench [-- tree | editor | file | index] [--json FILE]`: what the program costs, as ratios to programs that run beside it.
// Absolute times say more of the machine than of the program; a ratio within one run does not. Nothing here fails a build.
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { benchEditor } from './editor.mjs';
import { benchFile } from './file.mjs';
import { benchIndex } from './index.mjs';
import { benchTree } from './tree.mjs';

const BENCHES = { tree: benchTree, editor: benchEditor, file: benchFile, index: benchIndex };

const { values, positionals } = parseArgs({ allowPositionals: true, options: { json: { type: 'string' } } });
const tree = process.env.KERNEL_TREE;
if (!tree || !existsSync(path.join(tree, 'MAINTAINERS')))
  fail('set KERNEL_TREE to an unpacked Linux 6.12 source tree (Debian: the package linux-source-6.12)');
const unknown = positionals.filter(name => !(name in BENCHES));
if (unknown.length > 0) fail(`there is no ${unknown.join(', ')}; there are ${Object.keys(BENCHES).join(', ')}`);

const bundle = path.resolve(import.meta.dirname, '../dist/mm-analyzer.js');
const rows = [];
for (const name of positionals.length > 0 ? positionals : Object.keys(BENCHES)) {
  for (const row of await BENCHES[name]({ tree, bundle })) {
    rows.push({ bench: name, ...row });
    console.log(`${name.padEnd(8)}${row.what.padEnd(58)}${String(row.value).padStart(9)} ${row.unit}`);
  }
}
if (values.json) writeFileSync(values.json, `${JSON.stringify({ version: 1, rows }, null, 2)}\n`);

function fail(message) {
  console.error(`bench: ${message}`);
  process.exit(2);
}
