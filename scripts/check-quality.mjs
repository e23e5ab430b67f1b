// Compares the measured quality of the analysis with test/quality-floor.json: a figure below its floor fails.
//   node scripts/check-quality.mjs SHARED [--write]     KERNEL_TREE names the unpacked kernel; --write raises floors
// SHARED holds tools/score.py and the labelled truth, which are not part of this repository.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const [shared, flag] = process.argv.slice(2);
const tree = process.env.KERNEL_TREE;
if (!shared || !tree) {
  console.error('check-quality: needs the folder with tools/score.py as argument and KERNEL_TREE in the environment');
  process.exit(2);
}
const floorFile = new URL('../test/quality-floor.json', import.meta.url);
const cli = `node ${path.resolve('dist/mm-analyzer.js')}`;

/** Runs one measurement and reads the figures that it prints. */
function measure(tool, args, figures) {
  const out = execFileSync('python3', [path.join(shared, 'tools', tool), ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  return Object.fromEntries(
    Object.entries(figures).map(([name, pattern]) => {
      const match = pattern.exec(out);
      if (!match) throw new Error(`${tool} ${args[0]} printed no ${name}:\n${out.slice(0, 2000)}`);
      return [name, Number(match[1])];
    }),
  );
}

const score = (what, figures) => measure('score.py', [what, '--tree', tree, '--cli', cli], figures);
const corpus = path.join(shared, 'corpus');

const percent = label => new RegExp(`${label}\\s+\\S+ = ([\\d.]+)%`);
const measured = {
  ...score('inference', {
    'inference.kindStrict': percent('kind, strict'),
    'inference.kindLenient': percent('kind, lenient'),
    'inference.lock': percent('mmap_lock'),
    'inference.nullable': percent('nullable'),
    'inference.hasFact': percent('has a fact'),
  }),
  ...score('silence', { 'silence.silent': percent('silent') }),
  ...score('mutants', { 'mutants.caught': percent('caught'), 'mutants.otherNew': /other new findings (\d+)/ }),
  ...score('bugs', { 'bugs.caught': percent('caught'), 'bugs.otherNew': /other new findings (\d+)/ }),
  ...score('rust', {
    'rust.type': percent('type'),
    'rust.ownership': percent('ownership'),
    'rust.hasFact': percent('has a fact'),
  }),
  ...measure('exam.py', ['safety', '--cli', cli, '--corpus', corpus], {
    'safety.passed': /^TOTAL.*?pass\s+\d+ \(\s*([\d.]+) %\)/m,
    'safety.falseClaims': /^TOTAL.*?false\s+(\d+)/m,
  }),
  ...measure('exam.py', ['hovers', '--server', `${cli} lsp --stdio`, '--corpus', corpus], {
    'hovers.v8': /^v8\s+(\d+)\/\d+ pass/m,
    'hovers.mainline': /^mainline\s+(\d+)\/\d+ pass/m,
  }),
};

const floors = JSON.parse(readFileSync(floorFile, 'utf8'));
/** Of "other new findings" and false claims less is better; of everything else more. */
const isBelow = (name, value, floor) => (/otherNew$|falseClaims$/.test(name) ? value > floor : value < floor);
let failed = false;
for (const [name, value] of Object.entries(measured)) {
  const floor = floors[name];
  const below = floor !== undefined && isBelow(name, value, floor);
  failed ||= below;
  console.log(`${name.padEnd(24)} ${String(value).padStart(7)}   floor ${floor ?? 'none'}${below ? '   BELOW' : ''}`);
  if (flag === '--write' && (floor === undefined || (!below && isBelow(name, floor, value)))) floors[name] = value;
}
if (flag === '--write') writeFileSync(floorFile, `${JSON.stringify(floors, null, 2)}\n`);
if (failed) {
  console.error('check-quality: below the floor');
  process.exit(1);
}
