import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { rules } from '../server/src/core/rules';

const root = path.resolve(__dirname, '..');
const core = path.join(root, 'server/src/core');

/** Each layer imports only from those before it; files of one entry may import each other. */
const LAYERS = [
  ['text'],
  ['syntax', 'ir'],
  ['lower'],
  ['flow'],
  ['typestate'],
  ['knowledge'],
  ['rust'],
  ['lower/rust'],
  ['program'],
  ['safety'],
  ['rules'],
  ['facade'],
  ['ide'],
  ['index'],
];

describe('the repository', () => {
  const sources = filesIn(core).filter(file => file.endsWith('.ts'));

  it('imports downwards only, and nothing from outside the core', () => {
    const mistakes = sources.flatMap(file => importsOf(file).flatMap(target => judgeImport(file, target)));
    assert.deepEqual(mistakes, []);
  });

  it('keeps files short', () => {
    const all = tracked().filter(file => /\.(ts|mjs)$/.test(file));
    const long = all.filter(file => lineCount(file) > (isRule(file) ? 120 : 400));
    assert.deepEqual(
      long.map(file => `${file}: ${lineCount(file)} lines`),
      [],
    );
  });

  it('has a fixture and a page for every rule', () => {
    for (const { id } of rules) {
      assert.ok(
        existsSync(path.join(root, `test/rules/${id}.c`)) || existsSync(path.join(root, `test/rules/${id}.rs`)),
        `no fixture of ${id}`,
      );
      assert.ok(existsSync(path.join(root, `docs/rules/${id}.md`)), `no page of ${id}`);
    }
  });

  it('names rules after their files and writes their texts in one voice', () => {
    for (const rule of rules) {
      assert.ok(existsSync(path.join(core, `rules/${rule.id}.ts`)), `${rule.id} is not the name of its file`);
      assert.match(rule.summary, /^[a-z`][\s\S]*[^.]$/, `${rule.id}: lower case, no final stop`);
      assert.match(rule.why, /^[A-Z`][\s\S]*\.$/, `${rule.id}: sentences`);
    }
  });

  it('is finished text: no notes to do later, and no path of one machine', () => {
    const files = tracked().filter(
      file => /\.(ts|mjs|md|json|c|rs|sh|ya?ml)$/.test(file) && file !== 'package-lock.json',
    );
    const words = ['TO.DO', 'FIX.ME', 'X.XX'].map(word => word.replace('.', ''));
    // Composed comments speak of what is to be shown; a note to oneself is a comment that begins so.
    const notes = new RegExp(`(?://|/\\*|^\\s*[*#])[/!*]*\\s*(?:${words.join('|')})\\b`, 'm');
    const paths = /(?:^|[\s'"`(])\/(?:home|root|work|Users)\/\w/;
    const mistakes = files.filter(file => {
      const text = readFileSync(path.join(root, file), 'utf8');
      return paths.test(text) || (!file.endsWith('.fixed.rs') && notes.test(text));
    });
    assert.deepEqual(mistakes, []);
  });

  it('has fresh generated files', () => {
    execFileSync(process.execPath, ['--import', 'tsx', 'scripts/generate.mjs', '--check'], {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  });
});

function judgeImport(file: string, target: string): string[] {
  const name = path.relative(core, file);
  if (!target.startsWith('.')) return [`${name} imports the package ${target}`];
  const full = path.resolve(path.dirname(file), target);
  const relative = path.relative(core, full);
  if (relative.startsWith('..')) return [`${name} imports ${target}, which is outside the core`];
  const [from, to] = [layerOf(name), layerOf(relative)];
  if (from < 0 || to < 0) return [`${name} or ${relative} belongs to no layer`];
  return to <= from ? [] : [`${name} imports ${relative} from a layer above`];
}

function layerOf(file: string): number {
  const [top = '', next] = file.replace(/\.ts$/, '').split(path.sep);
  return LAYERS.findIndex(layer => layer.includes(`${top}/${next}`) || (layer.includes(top) && !isSplit(top, next)));
}

/** Rust is lowered with the types that another layer infers. */
function isSplit(top: string, next: string | undefined): boolean {
  return LAYERS.some(layer => layer.includes(`${top}/${next}`));
}

function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/^(?:import|export)\b[^;]*?from '([^']+)'|^import '([^']+)'/gm)].map(
    match => (match[1] ?? match[2])!,
  );
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap(entry => {
    const full = path.join(folder, entry.name);
    return entry.isDirectory() ? filesIn(full) : [full];
  });
}

function tracked(): string[] {
  return execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' })
    .split('\n')
    .filter(file => file !== '' && existsSync(path.join(root, file)));
}

function isRule(file: string): boolean {
  return rules.some(({ id }) => file === `server/src/core/rules/${id}.ts`);
}

function lineCount(file: string): number {
  return readFileSync(path.join(root, file), 'utf8').split('\n').length - 1;
}
