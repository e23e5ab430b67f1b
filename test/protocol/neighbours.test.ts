import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
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
  before(function () {
    this.timeout(60_000);
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

    const hover = async (words: string): Promise<string> => {
      const before = textOf(MAIN).slice(0, textOf(MAIN).indexOf(words)).split('\n');
      const found = await client.hover(before.length - 1, before.at(-1)!.length, uriOf(MAIN));
      return (found?.contents as lsp.MarkupContent | undefined)?.value ?? '';
    };
    const judgedAgain = () => client.nextDiagnostics(({ uri }) => uri === uriOf(MAIN));

    it('count as they are open, and as they are on disk afterwards', async () => {
      await client.diagnostics(1, uriOf(MAIN));
      assert.match(await hover('kept ='), /ARef<Mm>/);
      let again = judgedAgain();
      const edited = textOf(STATE).replace('ARef<Mm> {', 'ARef<MmWithUser> {');
      await client.open(edited, { uri: uriOf(STATE), languageId: 'rust' });
      await again;
      assert.match(await hover('kept ='), /ARef<MmWithUser>/);
      again = judgedAgain();
      await client.change(2, [{ text: textOf(STATE) }], uriOf(STATE));
      await again;
      assert.match(await hover('kept ='), /ARef<Mm>/);
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
