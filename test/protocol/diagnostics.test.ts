import assert from 'node:assert/strict';
import * as lsp from 'vscode-languageserver/node';
import { C_FILE, CAPABLE, type Client } from './client';
import { range, WordServer } from './words';

describe('the language server: what it publishes', () => {
  let server: WordServer;
  let client: Client;

  beforeEach(() => {
    server = new WordServer();
    client = server.client;
  });
  afterEach(() => client.connection.dispose());

  describe('diagnostics', () => {
    it('are pushed with the version that they judge', async () => {
      await client.initialize();
      await client.open('int a;\nint BAD;\n', { version: 7 });
      const [diagnostic, ...rest] = await client.diagnostics(7);
      assert.deepEqual(rest, []);
      assert.deepEqual(diagnostic, {
        range: { start: { line: 1, character: 4 }, end: { line: 1, character: 7 } },
        severity: lsp.DiagnosticSeverity.Warning,
        source: 'mm-analyzer',
        code: 'bad-word',
        codeDescription: { href: 'https://github.com/mm-analyzer/mm-analyzer/blob/main/docs/rules/bad-word.md' },
        relatedInformation: [
          {
            location: {
              uri: C_FILE,
              range: { start: { line: 0, character: 0 }, end: { line: 0, character: 3 } },
            },
            message: 'the file begins here',
          },
        ],
        message: 'a bad word',
      });
    });

    it('follow incremental edits, each applied to the result of the one before', async () => {
      await client.initialize();
      await client.open('int a;\nint BAD;\n');
      await client.diagnostics(1);
      await client.change(2, [
        { range: range(0, 0, 0, 0), text: '\n\n' },
        { range: range(3, 4, 3, 7), text: 'x; int BAD' },
      ]);
      assert.deepEqual(
        (await client.diagnostics(2)).map(({ range: { start } }) => start),
        [{ line: 3, character: 11 }],
      );
      assert.equal(server.analyzed.at(-1)!.text, '\n\nint a;\nint x; int BAD;\n');
    });

    it('are computed once for edits that come together', async () => {
      await client.initialize();
      await client.open('int a;\n');
      await client.diagnostics(1);
      for (let version = 2; version <= 20; version++) {
        await client.change(version, [{ range: range(0, 4, 0, 4), text: 'b' }]);
      }
      await client.diagnostics(20);
      // A busy machine may part the burst; it never costs an analysis for each edit.
      assert.ok(server.analyzed.length < 10, `${server.analyzed.length} analyses`);
      assert.equal(client.published.length, server.analyzed.length);
      assert.equal(client.published.at(-1)!.version, 20);
    });

    it('are taken away when the document is closed', async () => {
      await client.initialize();
      await client.open('BAD\n');
      await client.diagnostics(1);
      const next = client.nextDiagnostics();
      await client.connection.sendNotification(lsp.DidCloseTextDocumentNotification.type, {
        textDocument: { uri: C_FILE },
      });
      assert.deepEqual(await next, []);
    });

    it('tell their story in the message to a client that shows no related places', async () => {
      await client.initialize({});
      await client.open('int a;\nint BAD;\n');
      const [diagnostic] = await client.diagnostics(1);
      assert.equal(diagnostic!.message, 'a bad word\n  line 1: the file begins here');
      assert.equal(diagnostic!.relatedInformation, undefined);
      assert.equal(diagnostic!.codeDescription, undefined);
    });

    it('are pulled, not pushed, by a client that can', async () => {
      const { capabilities } = await client.initialize({ textDocument: { diagnostic: {} } });
      assert.ok(capabilities.diagnosticProvider);
      await client.open('BAD\n');
      const pull = (previousResultId?: string) =>
        client.connection.sendRequest(lsp.DocumentDiagnosticRequest.type, {
          textDocument: { uri: C_FILE },
          ...(previousResultId && { previousResultId }),
        });
      const report = await pull();
      assert.equal(report.kind, 'full');
      assert.equal(report.items.length, 1);
      assert.deepEqual(await pull(report.resultId), { kind: 'unchanged', resultId: report.resultId });
      assert.deepEqual(client.published, []);
    });

    it('come for a header that the editor takes for C++, and not for C++', async () => {
      await client.initialize();
      await client.open('BAD\n', { uri: 'file:///tree/mm/internal.h', languageId: 'cpp' });
      assert.equal((await client.diagnostics(1, 'file:///tree/mm/internal.h')).length, 1);
      await client.open('BAD\n', { uri: 'file:///tree/tool.cc', languageId: 'cpp' });
      await client.open('BAD\n', { uri: 'untitled:Untitled-1' });
      assert.equal((await client.diagnostics(1, 'untitled:Untitled-1')).length, 1);
      assert.ok(!client.published.some(({ uri }) => uri.endsWith('.cc')));
    });
  });

  describe('position encodings', () => {
    const text = 'int a; /* 日本 😀 é */ int BAD;\n';
    for (const [offered, chosen, character] of [
      [['utf-16', 'utf-8'], 'utf-8', 32],
      [['utf-16'], 'utf-16', 25],
      [['utf-32', 'utf-16'], 'utf-16', 25],
      [['utf-32'], 'utf-32', 24],
      [undefined, 'utf-16', 25],
    ] as const) {
      it(`${offered?.join(' or ') ?? 'nothing'} offered: ${chosen}`, async () => {
        const general = offered ? { general: { positionEncodings: [...offered] } } : {};
        const { capabilities } = await client.initialize({ ...CAPABLE, ...general });
        assert.equal(capabilities.positionEncoding, chosen);
        await client.open(text);
        const [diagnostic] = await client.diagnostics(1);
        assert.deepEqual(diagnostic!.range, range(0, character, 0, character + 3));
        assert.ok(await client.hover(0, character + 1));
        assert.equal(await client.hover(0, character - 1), null);
        await client.change(2, [{ range: diagnostic!.range, text: 'GOOD' }]);
        assert.deepEqual(await client.diagnostics(2), []);
        assert.equal(server.analyzed.at(-1)!.text, text.replace('BAD', 'GOOD'));
      });
    }

    it('takes a position past the end of a line for its end', async () => {
      await client.initialize();
      await client.open('one\r\ntwo\n');
      await client.change(2, [
        { range: range(0, 99, 0, 99), text: '!' },
        { range: range(9, 9, 9, 9), text: 'end' },
      ]);
      await client.diagnostics(2);
      assert.equal(server.analyzed.at(-1)!.text, 'one!\r\ntwo\nend');
    });
  });

  it('respects allow comments', async () => {
    await client.initialize();
    await client.open('int BAD; /* mm-analyzer: allow(bad-word): it is a test */\n');
    assert.deepEqual(await client.diagnostics(1), []);
  });
});
