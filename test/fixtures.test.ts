import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Analyzer, FileAnalysis, Finding } from '../server/src/core/facade';
import { createAnalyzer, ProgramIndex } from '../server/src/core/index';
import { loadTable } from '../server/src/core/knowledge/load';
import { applyEdits } from '../server/src/core/text';
import { createParser } from '../server/src/parser/wasm';
import { HELPERS } from './support/helpers';
import { compareFindings, compareStates, readMarks, stripMarks } from './support/marks';

const here = __dirname;
const TABLE = loadTable();
const update = process.env.UPDATE === '1';

describe('fixtures', () => {
  let analyzer: Analyzer;
  before(async () => {
    analyzer = createAnalyzer({ parser: await createParser() });
  });

  const analyse = (name: string, text: string): FileAnalysis =>
    analyzer.analyze({ path: name, language: name.endsWith('.rs') ? 'rust' : 'c', text, helpers: () => HELPERS });

  for (const name of sourcesIn('rules')) {
    const file = path.join(here, 'rules', name);
    const text = readFileSync(file, 'utf8');

    it(`rules/${name} finds what is marked`, () => {
      const { findings, incomplete } = analyse(name, text);
      assert.deepEqual(
        incomplete.map(({ function: fn, reason }) => `${fn}: ${reason}`),
        [],
      );
      assert.deepEqual(compareFindings(text, findings), []);
    });

    it(`rules/${name} names its functions by what they show`, () => {
      assert.deepEqual(compareNames(text), []);
    });

    it(`rules/${name} is mended by its fixes`, () => {
      const source = stripMarks(text);
      const { findings } = analyse(name, source);
      // What goes into other files is not seen here.
      const mended = findings.filter(isMendedHere);
      const fixed = applyFirstFixes(source, mended);
      const beside = file.replace(/\.(c|rs)$/, '.fixed.$1');
      if (mended.length === 0) {
        assert.ok(!existsSync(beside), `${beside} is left over: no finding has a fix`);
        return;
      }
      if (update) writeFileSync(beside, fixed);
      assert.equal(fixed, readFileSync(beside, 'utf8'));
      const after = analyse(name, fixed);
      assert.deepEqual(after.incomplete, []);
      const left = (list: readonly Finding[]) => list.map(({ rule, function: fn }) => `${rule} in ${fn}`);
      assert.deepEqual(left(after.findings), left(findings.filter(finding => !isMendedHere(finding))));
    });
  }

  for (const name of sourcesIn('states')) {
    it(`states/${name} holds what is marked`, () => {
      const text = readFileSync(path.join(here, 'states', name), 'utf8');
      assert.deepEqual(compareStates(text, analyse(name, text).facts()), []);
    });
  }

  describe('states/tree', () => {
    const files = sourcesIn('states/tree').map(name => ({
      path: name,
      language: 'c' as const,
      text: readFileSync(path.join(here, 'states/tree', name), 'utf8'),
    }));

    before(() => {
      // Twice: what a file tells rests on what the others told before.
      for (let round = 0; round < 2; round++)
        analyzer.useProgram(new ProgramIndex(files.map(file => analyzer.contribute(file, true))));
    });
    after(() => analyzer.useProgram(null));

    for (const file of files)
      it(`${file.path} holds what is marked, as one of several files`, () => {
        assert.deepEqual(compareStates(file.text, analyzer.analyze(file).facts()), []);
      });
  });
});

function isMendedHere({ fixes }: Finding): boolean {
  return fixes[0] !== undefined && fixes[0].edits.length > 0;
}

function sourcesIn(folder: string): string[] {
  return readdirSync(path.join(here, folder), { encoding: 'utf8', recursive: folder.endsWith('tree') }).filter(
    name => /\.([ch]|rs)$/.test(name) && !/\.fixed\.\w+$/.test(name),
  );
}

/** Applies the first fix of each finding whole, or not at all where it overlaps an earlier one. */
function applyFirstFixes(text: string, findings: readonly Finding[]): string {
  const taken: { start: number; end: number }[] = [];
  const edits = findings.flatMap(({ fixes }) => {
    const mine = fixes[0]!.edits;
    if (mine.some(({ span }) => taken.some(other => span.start < other.end && other.start < span.end))) return [];
    taken.push(...mine.map(({ span }) => span));
    return mine;
  });
  return applyEdits(text, edits);
}

/** `_bad` functions have a mark, `_ok` functions none; `FP_` and `FN_` assert today's wrong answer with a reason. */
function compareNames(text: string): string[] {
  const lines = text.split('\n');
  const marked = new Set(readMarks(text).map(mark => mark.line));
  const mistakes: string[] = [];
  for (let line = 0; line < lines.length; line++) {
    const name = /^\w[^;={}]*?\b(\w+)\([^;]*$/.exec(lines[line]!)?.[1];
    if (!name || !/^\w/.test(lines[line]!)) continue;
    let end = line;
    while (end < lines.length && lines[end] !== '}') end++;
    // A function that the table knows is recognised by its name.
    if (TABLE.lookup(name)) continue;
    const hasMark = [...marked].some(at => at >= line && at <= end);
    const wantsMark = name.endsWith('_bad') || name.startsWith('FP_');
    if (!/_bad$|_ok$|^FP_|^FN_/.test(name)) mistakes.push(`${name} says neither _bad nor _ok`);
    else if (hasMark !== wantsMark) mistakes.push(`${name} ${hasMark ? 'has' : 'lacks'} a mark`);
    if (/^F[PN]_/.test(name) && !/^\s*(\/\/|\*|\/\*)/.test(lines[line - 1] ?? ''))
      mistakes.push(`${name} does not say why`);
  }
  return mistakes;
}
