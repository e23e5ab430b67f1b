import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import * as lsp from 'vscode-languageserver/node';
import { CAPABLE, Client } from './client';

const TREE = path.join(__dirname, 'tree');
const RUST = 'rust/kernel/watch.rs';
const C = 'mm/peek.c';

/** The bundle in a small kernel tree: what Rust leaves unsaid, and the way from Rust to C. */
describe('mm-analyzer lsp --stdio: Rust in a tree', () => {
  let client: Client;

  before(() => {
    const built = spawnSync(process.execPath, ['esbuild.mjs'], { cwd: path.resolve(__dirname, '../..') });
    assert.equal(built.status, 0, String(built.stderr));
  });
  beforeEach(() => {
    client = Client.spawn();
  });
  afterEach(async () => {
    assert.equal(await client.stop(), 0);
    client.connection.dispose();
  });

  const start = async (settings: unknown = null, capabilities = CAPABLE) => {
    const more = { rootUri: uriOf(''), initializationOptions: settings };
    const { capabilities: offered } = await client.initialize(capabilities, more);
    for (const file of [RUST, C])
      await client.open(textOf(file), { uri: uriOf(file), languageId: file === C ? 'c' : 'rust' });
    return offered;
  };
  const hints = async (from: number, to: number) => {
    const range = lsp.Range.create(from, 0, to, 0);
    const params = { textDocument: { uri: uriOf(RUST) }, range };
    return (await client.connection.sendRequest(lsp.InlayHintRequest.type, params)) ?? [];
  };
  const definitions = async (file: string, words: string, after = '') => {
    const params = { textDocument: { uri: uriOf(file) }, position: positionOf(file, words, after) };
    const found = (await client.connection.sendRequest(lsp.DefinitionRequest.type, params)) as lsp.Location[];
    return found.map(({ uri, range }) => `${path.relative(TREE, new URL(uri).pathname)}:${range.start.line + 1}`);
  };

  it('shows drops as the C calls that they make, of the lines that are asked for', async () => {
    const { inlayHintProvider } = await start();
    assert.equal(inlayHintProvider, true);
    const all = await hints(0, 20);
    assert.deepEqual(
      all.map(({ position, label }) => `${position.line + 1}: ${label}`),
      [
        '11: +1 mm_users if Some (mmget_not_zero)',
        '12: mmap_lock: read',
        '13: on failure: mmap_read_unlock(users); mmput(users), may sleep',
        '15: mmap_read_unlock(users); mmput(users), may sleep',
      ],
    );
    assert.deepEqual(await hints(11, 12), [all[1]]);
    assert.equal(all[3]!.paddingLeft, true);
    const { kind, value } = all[3]!.tooltip as lsp.MarkupContent;
    assert.equal(kind, 'markdown');
    assert.match(value, /reverse order/);
  });

  it('shows none where the user wants none', async () => {
    await start({ inlayHints: false });
    assert.deepEqual(await hints(0, 20), []);
  });

  it('tells why in plain words where the client knows no Markdown', async () => {
    await start(null, {});
    const [first] = await hints(0, 20);
    const { kind, value } = first!.tooltip as lsp.MarkupContent;
    assert.equal(kind, 'plaintext');
    assert.doesNotMatch(value, /`/);
  });

  it('goes from a binding to its helper and to the C function', async () => {
    const { definitionProvider } = await start();
    assert.equal(definitionProvider, true);
    const expected = ['rust/helpers/mm.c:5', 'include/linux/sched/mm.h:3'];
    assert.deepEqual(await definitions(RUST, 'mmgrab(', 'bindings::'), expected);
    assert.deepEqual(await definitions(RUST, 'mm.as_raw'), []);
  });

  it('goes from a call in C to the file that defines the function', async () => {
    await start();
    assert.deepEqual(await definitions(C, 'mmput(mm);'), ['kernel/fork.c:3']);
    assert.deepEqual(await definitions(C, 'note();'), []);
    assert.deepEqual(await definitions(C, 'mmput(mm) comes'), []);
  });

  it('tells on a binding what C does, and where', async () => {
    await start();
    const { line, character } = positionOf(RUST, 'mmgrab(', 'bindings::');
    const { value } = (await client.hover(line, character, uriOf(RUST)))!.contents as lsp.MarkupContent;
    assert.match(value, /takes an mm_count reference/);
    assert.match(value, /`rust_helper_mmgrab\(\)` in \[rust\/helpers\/mm\.c:5\]\(file:.*\/rust\/helpers\/mm\.c#L5\)/);
    assert.match(value, /`mmgrab\(\)` in \[include\/linux\/sched\/mm\.h:3\]\(/);
  });
});

function uriOf(file: string): string {
  return pathToFileURL(path.join(TREE, file)).href;
}

function textOf(file: string): string {
  return readFileSync(path.join(TREE, file), 'utf8');
}

/** The place of some words, where they stand behind others. */
function positionOf(file: string, words: string, after: string): lsp.Position {
  const text = textOf(file);
  const offset = text.indexOf(after + words) + after.length;
  const before = text.slice(0, offset).split('\n');
  return { line: before.length - 1, character: before.at(-1)!.length + 1 };
}
