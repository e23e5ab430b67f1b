import assert from 'node:assert/strict';
import type * as lsp from 'vscode-languageserver/node';
import { C_FILE, type Client } from './client';
import { range, WordServer } from './words';

describe('the language server: what it answers', () => {
  let server: WordServer;
  let client: Client;

  beforeEach(() => {
    server = new WordServer();
    client = server.client;
  });
  afterEach(() => client.connection.dispose());

  describe('hovers', () => {
    it('are Markdown where the client likes it', async () => {
      await client.initialize();
      await client.open('BAD\n');
      assert.deepEqual(await client.hover(0, 1), {
        range: range(0, 0, 0, 3),
        contents: {
          kind: 'markdown',
          value: '**`BAD`** is a [bad](https://example.org) _word_\n\n---\n- not `*GOOD`, `*p`\n\n*a.h:3*',
        },
      });
    });

    it('are plain text elsewhere', async () => {
      await client.initialize({});
      await client.open('BAD\n');
      const hover = await client.hover(0, 1);
      assert.deepEqual(hover!.contents, { kind: 'plaintext', value: 'BAD is a bad word\n\n- not *GOOD, *p\n\na.h:3' });
    });

    it('judge the text as it is now, without waiting for diagnostics', async () => {
      await client.initialize();
      await client.open('int a;\n');
      await client.change(2, [{ text: 'BAD\n' }]);
      assert.ok(await client.hover(0, 1));
      assert.equal(await client.hover(0, 1, 'file:///not/open.c'), null);
    });
  });

  describe('code actions', () => {
    it('offer the fix first, then an allow comment', async () => {
      await client.initialize();
      await client.open('int a;\n\tint BAD;\n', { version: 3 });
      const [diagnostic] = await client.diagnostics(3);
      const [fix, allow, ...rest] = await client.codeActions(range(1, 6, 1, 6), undefined, [diagnostic!]);
      assert.deepEqual(rest, []);
      assert.equal(fix!.title, 'Say GOOD');
      assert.equal(fix!.isPreferred, true);
      assert.deepEqual(fix!.diagnostics, [diagnostic]);
      assert.deepEqual(fix!.edit, {
        documentChanges: [
          { textDocument: { uri: C_FILE, version: 3 }, edits: [{ range: range(1, 5, 1, 8), newText: 'GOOD' }] },
        ],
      });
      assert.equal(allow!.title, 'Allow bad-word here, with a reason');
      const [change] = allow!.edit!.documentChanges as lsp.TextDocumentEdit[];
      assert.deepEqual(change!.edits, [
        { range: range(1, 0, 1, 0), newText: '\t/* mm-analyzer: allow(bad-word): */\n' },
      ]);
    });

    it('let the author type the reason where the client knows snippets', async () => {
      await client.initialize({ workspace: { workspaceEdit: { documentChanges: true, snippetEditSupport: true } } });
      await client.open('BAD\n');
      const allow = (await client.codeActions(range(0, 0, 0, 0))).at(-1);
      const [change] = allow!.edit!.documentChanges as lsp.TextDocumentEdit[];
      assert.deepEqual(change!.edits, [
        {
          range: range(0, 0, 0, 0),
          snippet: { kind: 'snippet', value: '/* mm-analyzer: allow(bad-word): $0 */\n' },
        },
      ]);
    });

    it('fix all that is safe, when asked for by name', async () => {
      await client.initialize({});
      await client.open('BAD BAD\nBAD\n');
      const whole = range(0, 0, 2, 0);
      for (const only of ['source', 'source.fixAll', 'source.fixAll.mmAnalyzer']) {
        const [action, ...rest] = await client.codeActions(whole, [only]);
        assert.deepEqual(rest, []);
        assert.equal(action!.edit!.changes![C_FILE]!.length, 3);
      }
      assert.deepEqual(await client.codeActions(whole, ['refactor']), []);
      assert.ok((await client.codeActions(whole)).every(({ kind }) => kind === 'quickfix'));
    });

    it('allow nothing inside a macro, and no allow comment', async () => {
      await client.initialize();
      await client.open('#define f() \\\n\tBAD\n\n/* mm-analyzer: allow(bad-word): not needed */\nint a;\n');
      const titles = async (at: lsp.Range) => (await client.codeActions(at)).map(({ title }) => title);
      assert.deepEqual(await titles(range(1, 1, 1, 1)), ['Say GOOD']);
      assert.deepEqual(await titles(range(3, 5, 3, 5)), ['Remove the comment']);
    });

    it('are none where nothing was found', async () => {
      await client.initialize();
      await client.open('BAD\n\n\n');
      assert.deepEqual(await client.codeActions(range(2, 0, 2, 0)), []);
    });
  });
});
