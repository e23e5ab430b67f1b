import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fdir } from 'fdir';
import { type CSource, type FunctionText, parseFunction, scanC } from '../../server/src/core/syntax/functions';
import type { Parser } from '../../server/src/core/syntax/node';
import { createParser } from '../../server/src/parser/wasm';

const MENTIONS_MM = /mm_struct|mmget|mmput|mmgrab|mmdrop|mmap_(?:read|write)_|mmap_lock/;

/** Calls of the mm API, by the families of their names. */
const MM_CALL = new RegExp(
  String.raw`\b(?:${[
    String.raw`mmap_(?:read|write|assert|upgrade)_\w+|mm(?:get|put|grab|drop)\w*|bpf_mmap_unlock_mm`,
    'get_task_mm|mm_access|mm_alloc|dup_mm|proc_mem_open|kthread_(?:un)?use_mm|find_lock_task_mm',
    String.raw`find_vma\w*|vma_lookup|find_exact_vma|find_extend_vma\w*|lock_vma_under_rcu|vma_(?:start|end)_\w+`,
    String.raw`lock_mm_and_find_vma|uffd_lock_vma|expand_stack\w*|handle_mm_fault|fixup_user_fault|faultin_page\w*`,
    String.raw`(?:get|pin)_user_pages\w*|access_(?:remote|process)_vm|hmm_range_fault|zap_\w+_ptes|zap_page_range\w*`,
    String.raw`do_mmap|vm_mmap\w*|vm_munmap|do_vmi?_munmap|vm_flags_\w+|(?:__)?mmu_notifier_(?:un)?register`,
  ].join('|')})\s*\(`,
  'g',
);

/** The largest share of relevant functions whose tree may be damaged: code that the grammar cannot be helped with. */
const MAX_DAMAGED = 0.002;

interface KernelFile {
  readonly name: string;
  readonly source: CSource;
  /** The normalised text without comments, literals and directives. */
  readonly code: string;
}

const tree = process.env.KERNEL_TREE;

(tree ? describe : describe.skip)('reading the kernel', function () {
  this.timeout(600_000);
  let parser: Parser;
  let texts: readonly (readonly [string, string])[];
  let files: readonly KernelFile[];

  before(async () => {
    parser = await createParser();
    texts = readTexts(tree!);
    files = texts.map(([name, text]) => {
      const source = scanC(text);
      return { name, source, code: eraseNonCode(source.normalised) };
    });
  });

  it('keeps offsets and lines', () => {
    for (const { name, source } of files) {
      assert.equal(source.normalised.length, source.text.length, name);
      assert.equal(source.normalised.replace(/[^\n]+/g, ''), source.text.replace(/[^\n]+/g, ''), name);
    }
  });

  it('loses no call of the mm API', () => {
    const lost = files.flatMap(file =>
      callsOf(file)
        .filter(at => !functionAt(file, at) && !isDeclaration(file.code, at))
        .map(at => placeOf(file, at)),
    );
    assert.deepEqual(lost, []);
  });

  it('parses the functions that call it', () => {
    const damaged: string[] = [];
    let relevant = 0;
    for (const file of files) {
      for (const [found, calls] of callsByFunction(file)) {
        relevant++;
        if (!parsesCleanly(parser, file, found, calls)) damaged.push(`${placeOf(file, found.start)} ${found.name}`);
      }
    }
    console.log(`      ${damaged.length} of ${relevant} relevant functions are damaged`, damaged);
    assert.ok(relevant > 0 && damaged.length <= MAX_DAMAGED * relevant);
  });

  it('names functions as a reader of the layout does', () => {
    const wrong = files.flatMap(file =>
      [...namesByLayout(file)].flatMap(([brace, name]) => judgeName(file, brace, name)),
    );
    assert.deepEqual(wrong, []);
  });
});

function readTexts(root: string): [string, string][] {
  const names = new fdir()
    .withRelativePaths()
    .filter(name => /\.[ch]$/.test(name))
    .crawl(root)
    .sync()
    .sort();
  return names
    .map((name): [string, string] => [name, readFileSync(path.join(root, name), 'utf8')])
    .filter(([, text]) => MENTIONS_MM.test(text));
}

function eraseNonCode(text: string): string {
  const pattern = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:\\.|[^"\\\n])*"|^[ \t]*#(?:[^\n\\]|\\\r?\n|\\.)*/gm;
  return text.replace(pattern, erased => erased.replace(/[^\n]/g, ' '));
}

function callsOf({ code }: KernelFile): number[] {
  return [...code.matchAll(MM_CALL)].map(match => match.index);
}

function functionAt({ source }: KernelFile, at: number): FunctionText | undefined {
  return source.functions.find(found => found.start <= at && at < found.end);
}

/** Does only a type stand in front of the name, and no body behind its parenthesis? */
function isDeclaration(code: string, at: number): boolean {
  const from = Math.max(...[...';{}'].map(end => code.lastIndexOf(end, at - 1))) + 1;
  return /^[\w\s*]+$/.test(code.slice(from, at)) && /^[^;{}]*;/.test(code.slice(at));
}

function callsByFunction(file: KernelFile): Map<FunctionText, number[]> {
  const byFunction = new Map<FunctionText, number[]>();
  for (const at of callsOf(file)) {
    const found = functionAt(file, at);
    if (found && at >= found.bodyStart) byFunction.set(found, [...(byFunction.get(found) ?? []), at]);
  }
  return byFunction;
}

/** Is the tree free of errors, one function from end to end, and each call a call there? */
function parsesCleanly(parser: Parser, { source }: KernelFile, found: FunctionText, calls: readonly number[]): boolean {
  const parsed = parseFunction(parser, source, found);
  if (!parsed) return false;
  try {
    const { node, tree } = parsed;
    const before = source.normalised.slice(found.start, found.start + node.startIndex);
    if (tree.rootNode.hasError || before.trim() !== '' || node.endIndex !== found.end - found.start) return false;
    return calls.every(at => node.descendantForIndex(at - found.start)?.parent?.type === 'call_expression');
  } finally {
    parsed.tree.delete();
  }
}

/** By the offset of a `{` in the first column, the word before the first parenthesis of the lines above it. */
function namesByLayout({ code }: KernelFile): Map<number, string> {
  const names = new Map<number, string>();
  for (const { index } of code.matchAll(/^\{/gm)) {
    const above = code.slice(0, index);
    const header = above.slice(Math.max(above.lastIndexOf(';'), above.lastIndexOf('}'), above.lastIndexOf('\n\n')) + 1);
    const name = /^\s*(?:\w+[\s*]+)+(\w+)[ \t]*\([^=]*\)\s*$/.exec(header)?.[1];
    if (name && !/^[A-Z]/.test(name)) names.set(index, name);
  }
  return names;
}

function judgeName(file: KernelFile, brace: number, name: string): string[] {
  const found = file.source.functions.find(one => one.bodyStart === brace);
  return found?.name === name || found?.name.replace(/^\d/, '_') === name
    ? []
    : [`${placeOf(file, brace)} ${name}, not ${found?.name}`];
}

function placeOf({ name, source }: KernelFile, at: number): string {
  return `${name}:${source.text.slice(0, at).split('\n').length}`;
}
