import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import * as lsp from 'vscode-languageserver-protocol/node';
import type { FileAnalysis, Finding, SourceFile } from '../../server/src/core/facade';
import { C_FILE, CAPABLE, Client } from './client';

/** The conversation itself, with an analyzer that finds the word BAD and offers GOOD instead. */
describe('the language server', () => {
  let client: Client;
  let analyzed: SourceFile[];
  let extraRows: (readonly unknown[])[];

  beforeEach(() => {
    analyzed = [];
    extraRows = [];
    const analyze = (file: SourceFile): FileAnalysis => {
      analyzed.push(file);
      return judgeWords(file);
    };
    client = Client.inProcess({
      parser: Promise.resolve({ parse: () => null }),
      createAnalyzer: options => {
        extraRows.push(options.extraRows ?? []);
        return { analyze, errors: [], forget: () => {} };
      },
      rules: ['bad-word', 'unused-allow', 'unexplained-allow'],
    });
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
      assert.equal(analyzed.at(-1)!.text, '\n\nint a;\nint x; int BAD;\n');
    });

    it('are computed once for edits that come in one burst', async () => {
      await client.initialize();
      await client.open('int a;\n');
      await client.diagnostics(1);
      for (let version = 2; version <= 20; version++) {
        await client.change(version, [{ range: range(0, 4, 0, 4), text: 'b' }]);
      }
      await client.diagnostics(20);
      assert.equal(analyzed.length, 2);
      assert.deepEqual(
        client.published.map(({ version }) => version),
        [1, 20],
      );
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
        assert.equal(analyzed.at(-1)!.text, text.replace('BAD', 'GOOD'));
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
      assert.equal(analyzed.at(-1)!.text, 'one!\r\ntwo\nend');
    });
  });

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
        assert.equal(analyzed[0]!.path, 'a.c');
        assert.deepEqual(extraRows, [['a row']]);

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

  it('respects allow comments', async () => {
    await client.initialize();
    await client.open('int BAD; /* mm-analyzer: allow(bad-word): it is a test */\n');
    assert.deepEqual(await client.diagnostics(1), []);
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
      assert.deepEqual(analyzed, []);
    });

    it('refuses requests before initialize and after shutdown', async () => {
      await assert.rejects(client.hover(0, 0), { code: lsp.ErrorCodes.ServerNotInitialized });
      await client.initialize();
      await client.connection.sendRequest(lsp.ShutdownRequest.type);
      await assert.rejects(client.hover(0, 0), { code: lsp.ErrorCodes.InvalidRequest });
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

function judgeWords({ text }: SourceFile): FileAnalysis {
  if (text.includes('CRASH')) throw new Error('the analyzer crashed');
  const words = [...text.matchAll(/\bBAD\b/g)].map(({ index }) => ({ start: index, end: index + 3 }));
  return {
    findings: words.map(
      (span): Finding => ({
        rule: 'bad-word',
        severity: 'warning',
        span,
        function: 'f',
        message: 'a bad word',
        trail: [{ span: { start: 0, end: 3 }, message: 'the file begins here' }],
        fixes: [{ title: 'say GOOD', safe: true, edits: [{ span, text: 'GOOD' }] }],
      }),
    ),
    incomplete: [],
    facts: () => [],
    hover: offset => {
      const span = words.find(({ start, end }) => start <= offset && offset <= end);
      if (!span) return null;
      return {
        span,
        markdown: '**`BAD`** is a [bad](https://example.org) _word_\n\n---\n- not `*GOOD`, `*p`\n\n*a.h:3*',
      };
    },
    emit: () => '',
  };
}

function range(startLine: number, startCharacter: number, endLine: number, endCharacter: number): lsp.Range {
  return {
    start: { line: startLine, character: startCharacter },
    end: { line: endLine, character: endCharacter },
  };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise(resolve => setTimeout(resolve, 5));
}
