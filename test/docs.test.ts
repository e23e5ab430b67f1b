import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { devDependencies, scripts } from '../package.json';
import { BUNDLE, ensureBundle, ROOT, runBundle } from './cli/bundle';

const read = (page: string) => readFileSync(path.join(ROOT, page), 'utf8');

describe('the documents', () => {
  before(ensureBundle);

  const pages = execFileSync('git', ['ls-files', '*.md'], { cwd: ROOT, encoding: 'utf8' })
    .trim()
    .split('\n')
    .filter(page => existsSync(path.join(ROOT, page)));

  it('link to what exists', () => {
    const broken = pages.flatMap(page =>
      [...read(page).matchAll(/\]\((?!https?:)([^)#\s]+)/g)]
        .filter(([, target]) => !existsSync(path.resolve(ROOT, path.dirname(page), target!)))
        .map(([, target]) => `${page}: ${target}`),
    );
    assert.deepEqual(broken, []);
  });

  it('name commands that exist', () => {
    const known = new Set(Object.keys(scripts));
    const unknown = pages.flatMap(page =>
      [...read(page).matchAll(/\bnpm run ([\w:-]+)/g)]
        .filter(([, name]) => !known.has(name!))
        .map(([command]) => `${page}: ${command}`),
    );
    assert.deepEqual(unknown, []);
  });

  it('name options that exist', () => {
    const options = new Set(
      ['lint', 'facts', 'lsp'].flatMap(command => runBundle([command, '--help']).stdout.match(/--[\w-]+/g) ?? []),
    );
    const unknown = ['README.md', 'CONTRIBUTING.md'].flatMap(page =>
      [...read(page).matchAll(/mm-analyzer(?:\.js)? (?:lint|facts|lsp)[^\n`#|]*/g)].flatMap(([command]) =>
        (command.match(/--[\w-]+/g) ?? []).filter(option => !options.has(option)).map(option => `${page}: ${option}`),
      ),
    );
    assert.deepEqual(unknown, []);
  });

  it('describe every layer of the core', () => {
    const core = path.join(ROOT, 'server/src/core');
    const layers = readdirSync(core)
      .filter(name => name !== 'tsconfig.json')
      .map(name => path.basename(name, '.ts'));
    const page = read('ARCHITECTURE.md');
    assert.deepEqual(
      layers.filter(layer => !page.includes(`\`${layer}\``)),
      [],
    );
  });

  it('justify every dependency', () => {
    const page = read('ARCHITECTURE.md');
    const packages = Object.keys(devDependencies).filter(name => !name.startsWith('@types/'));
    assert.deepEqual(
      packages.filter(name => !page.includes(name)),
      [],
    );
  });

  it('show what the README’s first command prints', () => {
    const block = /\n {4}\$ npm ci && npx mm-analyzer lint examples\n((?: {4}.*\n)+)/.exec(read('README.md'))?.[1];
    assert.ok(block);
    const { stdout } = runBundle(['lint', 'examples'], { cwd: ROOT });
    assert.ok(stdout.includes(block.replace(/^ {4}/gm, '')), stdout);
  });

  it('name a command that every build makes a program, for npx only links to it', () => {
    rmSync(BUNDLE);
    execFileSync('node', ['esbuild.mjs'], { cwd: ROOT });
    const { status, stdout } = spawnSync(BUNDLE, ['--version'], { encoding: 'utf8' });
    assert.equal(status, 0);
    assert.match(stdout, /^mm-analyzer \d/);
  });

  it('promise no more mistakes in the examples than are found', () => {
    const { stdout } = runBundle(['lint', 'examples', '--format=json'], { cwd: ROOT });
    const { findings } = JSON.parse(stdout) as { findings: { file: string; rule: string }[] };
    assert.deepEqual(findings.map(({ file, rule }) => `${file} ${rule}`).sort(), [
      'examples/peek.c mismatched-put',
      'examples/peek.c put-under-mmap-lock',
      'examples/session.c leaked-users',
      'examples/session.c lock-without-users',
      'examples/session.c vma-after-unlock',
    ]);
  });
});
