import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type * as lsp from 'vscode-languageserver/node';
import { ensureBundle, runBundle } from '../cli/bundle';
import { Client } from './client';

const TREE = path.join(__dirname, '../crates/tree');
const MAIN = 'drivers/watch/watch_main.rs';
const STATE = 'drivers/watch/state.rs';
const textOf = (file: string) => readFileSync(path.join(TREE, file), 'utf8');
const uriOf = (file: string) => pathToFileURL(path.join(TREE, file)).href;

describe('Rust files that declare for each other', () => {
  before(() => {
    ensureBundle();
  });

  describe('in an editor', () => {
    let client: Client;
    beforeEach(async () => {
      client = Client.spawn();
      await client.initialize(undefined, { rootUri: uriOf('') });
      await client.open(textOf(MAIN), { uri: uriOf(MAIN), languageId: 'rust' });
    });
    afterEach(async () => {
      assert.equal(await client.stop(), 0);
      client.connection.dispose();
    });

    const placeOf = (words: string): lsp.Position => {
      const before = textOf(MAIN).slice(0, textOf(MAIN).indexOf(words)).split('\n');
      return { line: before.length - 1, character: before.at(-1)!.length };
    };
    const hover = async (words: string): Promise<string> => {
      const { line, character } = placeOf(words);
      const found = await client.hover(line, character, uriOf(MAIN));
      return (found?.contents as lsp.MarkupContent | undefined)?.value ?? '';
    };
    const definition = async (words: string): Promise<string[]> => {
      const params = { textDocument: { uri: uriOf(MAIN) }, position: placeOf(words) };
      const found = (await client.connection.sendRequest('textDocument/definition', params)) as lsp.Location[];
      return found.map(
        ({ uri, range }) =>
          `${path.relative(TREE, new URL(uri).pathname)}:${range.start.line}:${range.start.character}`,
      );
    };
    /** The file is judged again some time after another one changed, or when the index is ready. */
    const hoverBecomes = async (words: string, wanted: RegExp): Promise<void> => {
      while (!wanted.test(await hover(words))) await setTimeout(20);
    };

    it('tell where a name is declared, and how', async () => {
      assert.deepEqual(await definition('current_space(state)'), ['drivers/watch/state.rs:9:14']);
      assert.deepEqual(await definition('State};'), ['drivers/watch/state.rs:5:18']);
      assert.deepEqual(await definition('State) {'), ['drivers/watch/state.rs:5:18']);
      assert.deepEqual(await definition('Watch::count'), ['rust/kernel/watch.rs:11:11']);
      assert.deepEqual(await definition('count(mm.as_raw'), ['rust/kernel/watch.rs:33:18']);
      assert.deepEqual(await definition('pin() {'), ['rust/kernel/watch.rs:22:11']);
      assert.deepEqual(await definition('watch::forget_space'), ['rust/kernel/watch.rs:0:0']);
      assert.deepEqual(await definition('guard ='), []);
      const count = await hover('count(mm.as_raw');
      assert.match(count, /pub unsafe fn count\(ptr: \*mut bindings::mm_struct\) -> usize/);
      assert.match(count, /- `mm_users` of it is non-zero\n- no fork is going on/);
      assert.match(count, /Declared in \[rust\/kernel\/watch\.rs:34\]\(file:.*\/watch\.rs#L34\)/);
      assert.match(await hover('State) {'), /Declared in \[drivers\/watch\/state\.rs:6\]/);
    });

    it('count as they are open, and as they are on disk afterwards', async () => {
      await client.diagnostics(1, uriOf(MAIN));
      assert.match(await hover('kept ='), /ARef<Mm>/);
      const edited = textOf(STATE).replace('ARef<Mm> {', 'ARef<MmWithUser> {');
      await client.open(edited, { uri: uriOf(STATE), languageId: 'rust' });
      await hoverBecomes('kept =', /ARef<MmWithUser>/);
      await client.change(2, [{ text: textOf(STATE) }], uriOf(STATE));
      await hoverBecomes('kept =', /ARef<Mm>/);
    });
  });

  it('are read by the command line, also for a text that is not on disk', () => {
    const { stdout, status } = runBundle(['facts', MAIN], { cwd: TREE });
    assert.equal(status, 0);
    assert.match(stdout, /kept: ARef<Mm>/);
    const edited = textOf(MAIN).replace('users = slot', 'users: &MmWithUser = slot');
    const { stdout: ir } = runBundle(['lint', '--emit=states', '--stdin-filename', MAIN], {
      cwd: TREE,
      input: edited,
    });
    assert.match(ir, /kept: ARef<Mm>/);
  });
});
