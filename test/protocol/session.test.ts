import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import * as lsp from 'vscode-languageserver/node';
import { CAPABLE, Client } from './client';
import { until, WordServer } from './words';

describe('the language server: how it is told', () => {
  let server: WordServer;
  let client: Client;

  beforeEach(() => {
    server = new WordServer();
    client = server.client;
  });
  afterEach(() => client.connection.dispose());

  describe('settings', () => {
    const severities = async (version: number) => (await client.diagnostics(version)).map(({ severity }) => severity);

    it('come with initialize', async () => {
      await client.initialize(CAPABLE, { initializationOptions: { rules: { 'bad-word': 'error' } } });
      await client.open('BAD\n');
      assert.deepEqual(await severities(1), [lsp.DiagnosticSeverity.Error]);
    });

    it('are asked for, and asked for again when they change', async () => {
      client.settings = { rules: { 'bad-word': 'info' } };
      await client.initialize({
        workspace: { configuration: true, didChangeConfiguration: { dynamicRegistration: true } },
      });
      await client.open('BAD\n');
      await until(() => client.published.at(-1)?.diagnostics[0]?.severity === lsp.DiagnosticSeverity.Information);
      client.settings = { rules: { 'bad-word': 'off' } };
      await client.connection.sendNotification(lsp.DidChangeConfigurationNotification.type, { settings: null });
      await until(() => client.published.at(-1)?.diagnostics.length === 0);
      assert.deepEqual(
        client.registered.map(({ method }) => method),
        ['workspace/didChangeConfiguration'],
      );
    });

    it('are pushed by clients that cannot be asked', async () => {
      await client.initialize();
      await client.open('BAD\n');
      await client.diagnostics(1);
      const next = client.nextDiagnostics();
      const settings = { mmAnalyzer: { 'rules.bad-word': 'error', rules: 'nonsense' } };
      await client.connection.sendNotification(lsp.DidChangeConfigurationNotification.type, { settings });
      assert.deepEqual((await next)[0]!.severity, lsp.DiagnosticSeverity.Error);
    });

    it('yield to the configuration of the tree, which is read again when it changes', async () => {
      const root = mkdtempSync(path.join(tmpdir(), 'mm-analyzer-'));
      const configure = (text: string) => writeFileSync(path.join(root, 'mm-analyzer.json'), text);
      try {
        configure('{ "rules": { "bad-word": "error" }, "exclude": ["gen/"], "api": ["a row"] }');
        const uri = pathToFileURL(path.join(root, 'a.c')).href;
        const rootUri = pathToFileURL(root).href;
        await client.initialize(CAPABLE, { rootUri, initializationOptions: { rules: { 'bad-word': 'off' } } });
        await client.open('BAD\n', { uri });
        assert.equal((await client.diagnostics(1, uri))[0]!.severity, lsp.DiagnosticSeverity.Error);
        assert.equal(server.analyzed[0]!.path, 'a.c');
        assert.deepEqual(server.extraRows, [['a row']]);

        const generated = pathToFileURL(path.join(root, 'gen/b.c')).href;
        await client.open('BAD\n', { uri: generated });
        assert.deepEqual(await client.diagnostics(1, generated), []);

        configure('{ "rules": { "bad-word": "nonsense" } }');
        const next = client.nextDiagnostics(published => published.uri === uri);
        await client.connection.sendNotification(lsp.DidSaveTextDocumentNotification.type, { textDocument: { uri } });
        assert.deepEqual(await next, []);
        assert.match(client.logged.at(-1)!.message, /mm-analyzer\.json: rules: "bad-word" must be one of/);
      } finally {
        rmSync(root, { recursive: true });
      }
    });
  });

  describe('robustness', () => {
    it('answers a faulty request, logs the fault once with its stack, and goes on', async () => {
      await client.initialize();
      await client.open('BAD\n');
      for (let i = 0; i < 3; i++) {
        assert.equal(await client.connection.sendRequest('textDocument/hover', { nonsense: true }), null);
      }
      assert.deepEqual(await client.connection.sendRequest('textDocument/codeAction', {}), []);
      await client.connection.sendNotification('textDocument/didChange', { textDocument: null });
      await client.connection.sendNotification('textDocument/didOpen', {});
      assert.ok(await client.hover(0, 1));
      const faults = client.logged.filter(({ message }) => message.startsWith('textDocument/hover: TypeError'));
      assert.equal(faults.length, 1);
      assert.match(faults[0]!.message, /\n +at hover/);
      assert.equal(faults[0]!.type, lsp.MessageType.Error);
    });

    it('survives an analyzer that throws', async () => {
      await client.initialize();
      await client.open('CRASH BAD\n');
      await until(() => client.logged.some(({ message }) => message.includes('the analyzer crashed')));
      assert.equal(await client.hover(0, 7), null);
      await client.change(2, [{ text: 'BAD\n' }]);
      assert.equal((await client.diagnostics(2)).length, 1);
    });

    it('does not judge a text that is too long, and says so', async () => {
      await client.initialize();
      await client.open(`BAD\n${' '.repeat(17 * 1024 * 1024)}`);
      assert.deepEqual(await client.diagnostics(1), []);
      assert.match(client.logged.at(-1)!.message, /example\.c: not analysed/);
      assert.deepEqual(server.analyzed, []);
    });

    it('refuses requests before initialize and after shutdown, and a second initialize', async () => {
      await assert.rejects(client.hover(0, 0), { code: lsp.ErrorCodes.ServerNotInitialized });
      await client.initialize();
      await assert.rejects(client.initialize(), { code: lsp.ErrorCodes.InvalidRequest });
      await client.connection.sendRequest(lsp.ShutdownRequest.type);
      await assert.rejects(client.hover(0, 0), { code: lsp.ErrorCodes.InvalidRequest });
    });

    it('says why it cannot start', async () => {
      const parser = Promise.reject(new Error('tree-sitter-c.wasm is missing'));
      const crippled = Client.inProcess({ parser, createAnalyzer: () => assert.fail(), rules: [], index: null });
      await assert.rejects(crippled.initialize(), { message: /tree-sitter-c\.wasm is missing/ });
      crippled.connection.dispose();
    });

    it('traces the time of each message when asked to', async () => {
      const traced: string[] = [];
      await client.connection.trace(lsp.Trace.Verbose, { log: (text: string) => void traced.push(text) });
      await client.initialize(CAPABLE, { trace: 'verbose' });
      await client.open('BAD\n');
      await client.hover(0, 1);
      await until(() => traced.some(text => /textDocument\/hover: \d+\.\d ms/.test(text)));
    });
  });
});
