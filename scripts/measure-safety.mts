// `npm run measure:safety -- FILE...` takes the SAFETY and INVARIANT comments out of Rust files, composes them anew from
// what is left, and prints both side by side, with how many obligations were proved and how many are left to show.
import { readFileSync } from 'node:fs';
import type { Sentence } from '../server/src/core/safety/facts';
import { UnsafeFile } from '../server/src/core/safety/unsafe-file';
import { LineIndex } from '../server/src/core/text';
import { createParser } from '../server/src/parser/wasm';

/** Columns of each side. */
const WIDTH = 70;

const files = process.argv.slice(2);
if (files.length === 0) {
  console.error('usage: npm run measure:safety -- FILE...');
  process.exit(2);
}

const parser = await createParser(undefined, ['rust']);
const total = { sites: 0, written: 0, proved: 0, open: 0 };
for (const file of files) measure(file);
console.log(
  `${total.sites} places, ${total.written} with a comment as written; ${total.proved} sentences proved, ${total.open} left to show`,
);

function measure(file: string): void {
  const written = readFileSync(file, 'utf8');
  const bare = withoutComments(written);
  const before = open(file, written);
  const after = open(file, bare);
  const lines = new LineIndex(bare);
  for (const [index, site] of after.sites.entries()) {
    const comment = before.sites[index] && before.commentOf(before.sites[index]);
    const composed = after.compose(site);
    total.sites++;
    if (comment) total.written++;
    total.proved += count(composed, 'claim');
    total.open += count(composed, 'todo');
    const { line } = lines.positionAt(site.span.start);
    console.log(`${file}:${before.sites[index] ? lineOf(before, index) : line + 1}: ${lines.lineText(line).trim()}`);
    printBeside(comment?.words ?? '(no comment)', composed.map(({ text }) => text).join(' '));
  }
}

function open(file: string, text: string): UnsafeFile {
  const tree = parser.parse('rust', text);
  if (!tree) throw new Error(`${file}: the parser gave up`);
  try {
    return new UnsafeFile(file, text, tree.rootNode, parser);
  } finally {
    tree.delete();
  }
}

/** The text without SAFETY and INVARIANT comments. Lines that held nothing else go too. */
function withoutComments(text: string): string {
  let inside = false;
  return text
    .split('\n')
    .filter(line => {
      if (/^\s*\/\/\s*(?:SAFETY|INVARIANT):/.test(line)) inside = true;
      else if (!/^\s*\/\/(?![/!])/.test(line) || /^\s*\/\/\s*[A-Z]+:/.test(line)) inside = false;
      return !inside;
    })
    .map(line => line.replace(/(?<=[;{},)])\s*\/\/\s*(?:SAFETY|INVARIANT):.*$/, ''))
    .join('\n');
}

function lineOf(file: UnsafeFile, index: number): number {
  return new LineIndex(file.text).positionAt(file.sites[index]!.span.start).line + 1;
}

function count(sentences: readonly Sentence[], kind: Sentence['kind']): number {
  return sentences.filter(sentence => sentence.kind === kind).length;
}

function printBeside(left: string, right: string): void {
  const [a, b] = [wrap(left), wrap(right)];
  for (let i = 0; i < Math.max(a.length, b.length); i++)
    console.log(`    ${(a[i] ?? '').padEnd(WIDTH)} | ${b[i] ?? ''}`.trimEnd());
  console.log();
}

function wrap(words: string): string[] {
  const lines = [''];
  for (const word of words.split(' ')) {
    if (lines.at(-1)!.length + 1 + word.length > WIDTH) lines.push(word);
    else lines[lines.length - 1] = `${lines.at(-1)} ${word}`.trim();
  }
  return lines;
}
